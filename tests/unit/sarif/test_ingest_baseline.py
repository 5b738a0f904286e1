"""What a log says of its baseline is read, or refused with its place, whatever stands there."""

import pytest

from drawgate.core.errors import LogError
from drawgate.core.finding import State
from drawgate.sarif import names
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, log, result, run

DEEP: Json = {}
for _ in range(200):
    DEEP = {"a": DEEP}
OWN: Json = {names.SEVERITY: "low", names.KIND: "code"}


def ours(*results: Json, **told: object) -> bytes:
    """Write a log that says it is of a scan of ours: only then our names count."""
    scan = {
        names.AS_OF: "",
        names.OFFLINE: "not asked for",
        names.TARGET: {"name": "x", "files": 0},
    } | told
    return log(run(*results), run(driver={"name": names.SCAN}, properties=scan))


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"baselineState": "fixed"}, ".baselineState"),
        ({"baselineState": 5}, ".baselineState"),
        ({"baselineState": ["new"]}, ".baselineState"),
        ({"correlationGuid": 5}, ".correlationGuid"),
        ({"partialFingerprints": []}, ".partialFingerprints"),
        ({"partialFingerprints": {"a": 5}}, ".partialFingerprints"),
        ({"properties": OWN | {names.MATCHED_BY: 5}}, f".{names.MATCHED_BY}"),
        ({"properties": OWN | {names.MATCHED_BY: DEEP}}, f".{names.MATCHED_BY}"),
        ({"properties": OWN | {names.DISCLOSED: "yes"}}, f".{names.DISCLOSED}"),
        ({"properties": OWN | {names.DISCLOSED: 1}}, f".{names.DISCLOSED}"),
        ({"properties": OWN | {names.IDENTITY: []}}, f".{names.IDENTITY}"),
    ],
)
def test_a_wrong_value_is_refused_with_its_place(fields: Json, where: str) -> None:
    with pytest.raises(LogError) as error:
        ingest(ours(result(**fields)), "x.sarif")

    assert error.value.where.startswith("x.sarif: $.runs[0].results[0]")
    assert where in error.value.where


@pytest.mark.parametrize("value", [5, "main", [], {"source": 5}, {"source": "m", "commit": DEEP}])
def test_a_wrong_baseline_of_a_scan_is_refused_with_its_place(value: object) -> None:
    with pytest.raises(LogError) as error:
        ingest(ours(**{names.COMPARED: value}), "x.sarif")

    assert "$.runs[1]" in error.value.where


@pytest.mark.parametrize(
    ("guid", "words"), [("../../x", ""), ("x" * 100_000, "\x1b[31m"), ("", "m" * 100_000)]
)
def test_odd_texts_decide_nothing(guid: str, words: str) -> None:
    """No text but a GUID is an identity of another tool's result, and words are only words."""
    own = OWN | {names.MATCHED_BY: words}

    gone = result(baselineState="absent", correlationGuid=guid)
    scan = ingest(ours(gone, result(baselineState="updated", properties=own)), "x.sarif")

    assert [State.UPDATED] == [finding.state for finding in scan.findings]
    assert [""] == [finding.identity for finding in scan.absent]
    assert [words] == [finding.matched_by for finding in scan.findings]
