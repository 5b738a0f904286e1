"""What adapters share: an answer that is none fails, and never looks like one without findings."""

import re
from dataclasses import fields, replace
from pathlib import Path

import pytest

from drawgate import plugin as dg

JOB = dg.Job(root=Path("/target"), inputs=("-x.py", "a b.py"))
OUTPUT = dg.Output(job=JOB, code=0, stdout=b'{"read": ["a.py"]}', stderr=b"")
FINDING = dg.Finding(kind=dg.Kind.CODE, rule=dg.Rule(id="x"), message="x")
FLASK = dg.Pin(ecosystem="PyPI", name="flask", version="1.0", manifest="uv.lock", line=3)
LODASH = dg.Pin(ecosystem="npm", name="lodash", version="4.0", manifest="package-lock.json")


@dg.json_answer("toy")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    return dg.Report(looked_at=frozenset(path.upper() for path in said["read"]))


GUIDE = Path(__file__).parents[2] / "docs/writing-adapters.md"


def test_the_guide_says_what_each_part_of_an_adapter_owes() -> None:
    table = GUIDE.read_text().partition("Rules that the conformance test")[0]
    named = re.findall(r"^\| `(\w+)", table, re.MULTILINE)

    assert sorted(field.name for field in fields(dg.Adapter)) == sorted(named)


def test_files_follow_the_options() -> None:
    """None of their names can be taken for one."""
    assert dg.call(JOB, "-q", ok=(0, 1)) == dg.Command(
        args=("-q", "./-x.py", "./a b.py"), ok=frozenset({0, 1})
    )


def test_an_answer_is_decoded_first() -> None:
    assert {"A.PY"} == parse(OUTPUT).looked_at


@pytest.mark.parametrize(
    "stdout",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b'{"read": null}',
        b'{"read": [1]}',
        b'{"read": ["a.py"',
        b'{"read": [], "cost": NaN}',
        b'{"read": [], "cost": -Infinity}',
        b'{"read": []} {"read": []}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_what_does_not_fit_is_no_answer(stdout: bytes) -> None:
    """Whatever goes wrong while it is read, the error says whose answer it was."""
    with pytest.raises(dg.ScannerError, match="toy's answer can't be read"):
        parse(replace(OUTPUT, stdout=stdout))


@pytest.mark.parametrize("value", [{}, "", None, 0, ()])
def test_only_a_list_is_a_list(value: object) -> None:
    """Going through an empty object finds nothing, and nothing wrong."""
    with pytest.raises(TypeError, match="a list was expected, not"):
        dg.check_list(value)  # type: ignore[arg-type] # a tool's answer can be anything


@pytest.mark.parametrize(("code", "findings"), [(0, (FINDING,)), (1, ()), (2, (FINDING,))])
def test_a_code_that_contradicts_the_list(code: int, findings: tuple[dg.Finding, ...]) -> None:
    with pytest.raises(dg.ScannerError, match=f"toy exited with {code} but listed"):
        dg.check_code("toy", replace(OUTPUT, code=code), findings)


def test_pins_of_one_ecosystem() -> None:
    """A dependency scanner gets what it can audit, and says what it could not."""
    inventory = dg.Inventory(manifests=("uv.lock",), pins=(FLASK, LODASH))

    assert (FLASK,) == dg.pins(replace(JOB, inventory=inventory), "PyPI")
    assert () == dg.pins(JOB, "PyPI")
    assert dg.not_audited(FLASK, "not found") == dg.NotAssessed(
        subject="uv.lock: flask==1.0", path="uv.lock", line=3, reason="not found"
    )
