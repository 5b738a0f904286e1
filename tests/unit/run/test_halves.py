"""One file that kills a scanner costs its own answer and no other."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Failed, Ran, Subject, findings_of
from drawgate.plan import Plan, Planned
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

FRAIL = """
import json, os, sys, time
if "--version" in sys.argv:
    sys.exit(print("frail 1.4"))
assert os.path.isfile(sys.argv[1]), "each process has files of its own"
names = [word for word in sys.argv[2:] if word.startswith("./")]
for name in names:
    text = open(name).read()
    if "abort" in text:
        os.abort()
    if "hang" in text:
        time.sleep(60)
    if "memory" in text:
        sys.exit("out of memory")
print(json.dumps([name for name in names if "evil" in open(name).read()]))
"""


def command(job: dg.Job) -> dg.Command:
    called = dg.call(job, str(job.scratch / "own"), files={"own": b""})
    return replace(called, timeout=3)


@dg.json_answer("frail")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    found = tuple(
        dg.Finding(
            kind=dg.Kind.CODE,
            rule=dg.Rule(id="evil"),
            message="evil",
            location=dg.Location(path=dg.as_path(path)),
        )
        for path in said
    )
    return dg.Report(findings=found, looked_at=frozenset(output.job.inputs))


ADAPTER = dg.Adapter(
    name="frail",
    kind=dg.Kind.CODE,
    grain=dg.Grain.FILE,
    homepage="",
    tool=dg.Tool(distribution="frail", argv=("frail",), supported=">=1"),
    inputs=lambda _: (),
    command=command,
    parse=parse,
    bisects=True,
)

Scan = Callable[..., Attempt]


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Give a function that scans files of this content, in one process where that goes well."""
    target = tmp_path / "target"
    target.mkdir()
    program = tmp_path / "frail"
    program.write_text(f"#!{sys.executable}\n{FRAIL}")
    program.chmod(0o755)
    monkeypatch.setenv("DRAWGATE_TOOL_FRAIL", str(program))

    def scan(adapter: dg.Adapter = ADAPTER, cores: int = 1, **files: str) -> Attempt:
        for name, text in files.items():
            (target / name).write_text(text)
        job = dg.Job(root=target, inputs=tuple(sorted(files)))
        subject = Subject(name="frail", kind=adapter.kind, grain=adapter.grain)
        sizes = {name: len(text) for name, text in files.items()}
        planned = Planned(adapter=adapter, subject=subject, jobs=(job,), sizes=sizes)
        plan = Plan(planned=(planned,), skipped=())
        (attempt,) = run(plan, RunOptions(cores=cores), Silent())
        return attempt

    return scan


GOOD = {f"good{number}": "evil" for number in range(5)}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("abort", "it gave up (SIGABRT)"),
        ("hang", "it did not finish within 3 s"),
        ("memory", "it exited with code 1: out of memory"),
    ],
)
def test_only_the_guilty_file_is_not_assessed(scan: Scan, text: str, reason: str) -> None:
    attempt = scan(bad=text, **GOOD)

    assert isinstance(attempt, Ran)
    assert set(GOOD) == attempt.report.looked_at == {f.path for f in attempt.report.findings}
    assert attempt.report.not_assessed == (
        dg.NotAssessed(
            subject="bad", path="bad", reason=f"frail gives no answer about it: {reason}"
        ),
    )


def test_what_it_cost_is_told_and_what_it_printed_is_not_kept(scan: Scan) -> None:
    attempt = scan(bad="abort", **GOOD)

    assert isinstance(attempt, Ran)
    assert [b"One of its files killed it"] == [raw[:26] for raw in attempt.raw.values()]
    assert ["frail.txt"] == list(attempt.raw)


def test_several_may_be_guilty(scan: Scan) -> None:
    attempt = scan(bad="abort", worse="memory", **GOOD)

    assert isinstance(attempt, Ran)
    assert ["bad", "worse"] == [item.subject for item in attempt.report.not_assessed]
    assert set(GOOD) == attempt.report.looked_at


@pytest.mark.parametrize("bad", [["bad"], ["bad", "worse"], [f"bad{n}" for n in range(9)]])
def test_a_scanner_that_dies_of_everything_has_failed(scan: Scan, bad: list[str]) -> None:
    """And so has one that dies of too many: no list of files may hide that it is broken."""
    good = GOOD if len(bad) > 2 else {}
    attempt = scan(**dict.fromkeys(bad, "abort"), **good)

    assert isinstance(attempt, Failed)
    assert attempt.error.startswith("it gave up (SIGABRT)")
    assert () == findings_of(attempt)


def test_others_are_not_asked_again(scan: Scan) -> None:
    attempt = scan(replace(ADAPTER, bisects=False), bad="abort", **GOOD)

    assert isinstance(attempt, Failed)
    assert 1 == attempt.execution.processes


def test_however_the_work_is_split_the_answer_is_the_same(scan: Scan) -> None:
    """A part of the work may hold nothing but files that kill."""
    files = {f"good{number}": "evil" * 200_000 for number in range(4)} | {"bad": "abort"}
    one, two = scan(cores=1, **files), scan(cores=2, **files)

    assert isinstance(one, Ran)
    assert isinstance(two, Ran)
    assert one.report == two.report
