"""What a log says of its baseline is read, or refused with its place, whatever stands there."""

import pytest

from drawgate.core.errors import LogError
from drawgate.core.finding import State
from drawgate.sarif import names
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, log, read, result, run

DEEP: Json = {}
for _ in range(200):
    DEEP = {"a": DEEP}
OWN: Json = {names.SEVERITY: "low", names.KIND: "code"}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"baselineState": "fixed"}, ".baselineState"),
        ({"baselineState": 5}, ".baselineState"),
        ({"baselineState": ["new"]}, ".baselineState"),
        ({"correlationGuid": 5}, ".correlationGuid"),
        ({"partialFingerprints": []}, ".partialFingerprints"),
        ({"partialFingerprints": {"a": 5}}, ".partialFingerprints"),
        ({"properties": OWN | {names.MATCHED_BY: 5}}, f".properties['{names.MATCHED_BY}']"),
        ({"properties": OWN | {names.MATCHED_BY: DEEP}}, f".properties['{names.MATCHED_BY}']"),
        ({"properties": OWN | {names.DISCLOSED: "yes"}}, f".properties['{names.DISCLOSED}']"),
        ({"properties": OWN | {names.DISCLOSED: 1}}, f".properties['{names.DISCLOSED}']"),
        ({"properties": OWN | {names.IDENTITY: []}}, f".properties['{names.IDENTITY}']"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(fields: Json, where: str) -> None:
    with pytest.raises(LogError) as error:
        read(result(**fields))

    assert error.value.where.startswith("x.sarif: $.runs[0].results[0]")
    assert where in error.value.where


@pytest.mark.parametrize("value", [5, "main", [], {"source": 5}, {"source": "m", "commit": DEEP}])
def test_a_wrong_baseline_of_a_scan_is_refused_with_its_place(value: object) -> None:
    told = {names.COMPARED: value, names.AS_OF: "", names.TARGET: {"name": "x"}}
    scan = run(driver={"name": names.SCAN}, properties=told)

    with pytest.raises(LogError) as error:
        ingest(log(scan), "x.sarif")

    assert "$.runs[0]" in error.value.where


@pytest.mark.parametrize(
    ("guid", "words"), [("../../x", ""), ("x" * 100_000, "\x1b[31m"), ("", "m" * 100_000)]
)
def test_odd_texts_decide_nothing(guid: str, words: str) -> None:
    """No text but a GUID is an identity of another tool's result, and words are only words."""
    own = OWN | {names.MATCHED_BY: words}

    scan = ingest(log(run(
        result(baselineState="absent", correlationGuid=guid),
        results=[result(baselineState="absent", correlationGuid=guid),
                 result(baselineState="updated", properties=own)],
    )), "x.sarif")  # fmt: skip

    assert [State.UPDATED] == [finding.state for finding in scan.findings]
    assert [""] == [finding.identity for finding in scan.absent]
    assert [words] == [finding.matched_by for finding in scan.findings]
