"""The runner with well-behaved scanners: what it adds to what they say."""

import json
import os
import sys
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from drawgate import plugin as dg
from drawgate.core.advisory import AdvisoryData, Held
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Subject, Why, findings_of
from drawgate.core.scan import Offline
from drawgate.plan import Plan, Planned
from drawgate.run.progress import Progress, Silent
from drawgate.run.runner import RunOptions, run

GREP = """
import json, os, sys
if "--version" in sys.argv:
    sys.exit(print("toy 1.4 (python 3.12)"))
names = [word for word in sys.argv[1:] if word.startswith("./")]
findings = []
for name in names:
    for number, line in enumerate(open(name), start=1):
        if "evil" in line and not ("--obey" in sys.argv and "noevil" in line):
            findings.append({"path": name[2:], "line": number})
print(json.dumps({"looked_at": [name[2:] for name in names], "findings": findings}))
"""


def command(job: dg.Job) -> dg.Command:
    obey = ("--obey",) if job.suppressions else ()
    return dg.Command(args=(*obey, *map(dg.as_argument, job.inputs)), ok=frozenset({0}))


def parse(output: dg.Output) -> dg.Report:
    told = json.loads(output.stdout)
    findings = tuple(
        dg.Finding(
            kind=dg.Kind.CODE,
            rule=dg.Rule(id="evil"),
            message="evil",
            location=dg.Location(path=each["path"], line=each["line"]),
        )
        for each in told["findings"]
    )
    return dg.Report(findings=findings, looked_at=frozenset(told["looked_at"]))


TOY = dg.Adapter(
    name="toy",
    kind=dg.Kind.CODE,
    grain=dg.Grain.FILE,
    homepage="",
    tool=dg.Tool(distribution="toy", argv=("toy",), supported=">=1"),
    applies=lambda _: True,
    inputs=lambda _: (),
    command=command,
    parse=parse,
)
NOT_PINNED = dg.NotAssessed(subject="r.txt: django", reason="no exact version", path="r.txt")
PIN = dg.Pin(ecosystem="PyPI", name="flask", version="0.12", manifest="r.txt", line=1)
INVENTORY = dg.Inventory(manifests=("r.txt",), pins=(PIN,), not_pinned=(NOT_PINNED,))


@dataclass(slots=True)
class Diary:
    """Writes down what the runner tells."""

    entries: list[str] = field(default_factory=list)

    def started(self, name: str, parts: int) -> None:
        self.entries.append(f"{name} started in {parts}")

    def advanced(self, name: str, findings: int) -> None:
        self.entries.append(f"{name} advanced by {findings}")

    def finished(self, attempt: Attempt) -> None:
        self.entries.append(f"{attempt.subject.name} {type(attempt).__name__}")

    def heartbeat(self) -> None:
        pass


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


@pytest.fixture(autouse=True)
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Install the scanner; give a function that installs another in its place."""

    def write(script: str) -> None:
        program = tmp_path / "toy"
        program.write_text(f"#!{sys.executable}\n{script}")
        program.chmod(0o755)
        monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(program))

    write(GREP)
    return write


def planned(target: Path, adapter: dg.Adapter = TOY, marked: Iterable[str] = ()) -> Planned:
    names = tuple(sorted(str(path.relative_to(target)) for path in target.iterdir()))
    job = dg.Job(root=target, inputs=names)
    second = replace(job, inputs=tuple(marked), suppressions=True)
    return Planned(
        adapter=adapter,
        subject=Subject(name=adapter.name, kind=adapter.kind, grain=adapter.grain),
        jobs=(job,),
        second=second if second.inputs else None,
        sizes={name: (target / name).stat().st_size for name in names},
    )


def packages(target: Path, adapter: dg.Adapter) -> Planned:
    job = dg.Job(root=target, inputs=("r.txt",), inventory=INVENTORY)
    return replace(planned(target, adapter), jobs=(job,))


def attempt_of(one: Planned, **options: object) -> Attempt:
    values = {"cores": 2, "timeout": 20.0} | options
    (attempt,) = run(Plan(planned=(one,), skipped=()), RunOptions(**values), Silent())  # type: ignore[arg-type]  # each test names values of its own
    return attempt


def test_facts(target: Path) -> None:
    """An attempt carries the tool's version and interpreter, what was run, and what it printed."""
    (target / "a.py").write_text("evil\n")

    attempt = attempt_of(planned(target))

    assert isinstance(attempt, Ran)
    assert ("1.4", "3.12") == (attempt.tool.version, attempt.tool.python)
    assert ["toy"] == [finding.tool for finding in attempt.report.findings]
    assert ((str(target.parent / "toy"), "./a.py"),) == attempt.execution.commands
    assert (1, 0) == (attempt.execution.processes, attempt.execution.code)
    assert attempt.execution.started.endswith("+00:00")
    assert ["toy.json"] == list(attempt.raw)
    assert {"looked_at", "findings"} == set(json.loads(attempt.raw["toy.json"]))


def test_suppressions(target: Path) -> None:
    """What a comment hides is found by a second pass over the marked files, and marked."""
    (target / "a.py").write_text("evil  # noevil\nevil\n")
    (target / "b.py").write_text("evil  # noevil\n")

    attempt = attempt_of(planned(target, marked=["a.py"]))

    found = [(f.path, f.line, f.suppressed) for f in findings_of(attempt)]
    assert [("a.py", 1, True), ("a.py", 2, False), ("b.py", 1, False)] == found
    assert ["toy-1.json", "toy-2.json"] == sorted(getattr(attempt, "raw", {}))


def test_second_pass_fails(target: Path, tool: Callable[[str], None]) -> None:
    """Without the second pass nobody knows what counts: the attempt is a failed one."""
    (target / "a.py").write_text("evil  # noevil\n")
    tool(GREP + "sys.exit(5 if '--obey' in sys.argv else 0)")

    attempt = attempt_of(planned(target, marked=["a.py"]))

    assert isinstance(attempt, Failed)
    assert "it exited with code 5" == attempt.error
    assert [False] == [finding.suppressed for finding in attempt.partial.findings]


def test_sharding_can_not_be_told(target: Path) -> None:
    """However many processes share the work, the report is the same."""
    for number in range(230):
        (target / f"f{number:03}.py").write_text("evil\n" * (number % 3))

    reports = []
    for cores in (1, 2, 3):
        attempt = attempt_of(planned(target), cores=cores)
        assert isinstance(attempt, Ran)
        reports.append((attempt.execution.processes, attempt.report))

    assert [1, 4, 4] == [processes for processes, _ in reports]
    assert reports[0][1] == reports[1][1] == reports[2][1]
    assert 229 == len(reports[0][1].findings)


def test_progress(target: Path) -> None:
    """Whoever watches hears of every adapter's start, parts and end."""
    (target / "a.py").write_text("evil # noevil\n")
    missing = replace(TOY, name="missing")
    plan = Plan(planned=(planned(target, missing), planned(target, marked=["a.py"])), skipped=())
    diary = Diary()

    run(plan, RunOptions(cores=1), diary)

    assert [
        "missing Skipped",
        "toy started in 2",
        "toy advanced by 1",
        "toy advanced by 0",
        "toy Ran",
    ] == diary.entries


def test_nothing_planned() -> None:
    """A plan without adapters to run gives no attempts."""
    assert () == run(Plan(planned=(), skipped=()), RunOptions(), Silent())


def test_what_waits_for_an_answer_keeps_nobody_waiting(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One scanner is done before the plan for another is even made; both give an attempt."""
    (target / "a.py").write_text("evil\n")
    monkeypatch.setenv("DRAWGATE_TOOL_OTHER", os.environ["DRAWGATE_TOOL_TOY"])
    other = replace(TOY, name="other")
    diary, first_is_done = Diary(), threading.Event()

    def finished(attempt: Attempt) -> None:
        diary.entries.append(attempt.subject.name)
        first_is_done.set()

    def later(progress: Progress) -> Plan:
        assert first_is_done.wait(20)
        progress.started("pip", 1)
        progress.heartbeat()
        return Plan(planned=(planned(target, other),), skipped=())

    watched = cast("Progress", SimpleNamespace(
        started=diary.started, advanced=diary.advanced, finished=finished, heartbeat=lambda: None,
    ))  # fmt: skip
    plan = Plan(planned=(planned(target),), skipped=())

    attempts = run(plan, RunOptions(cores=1), watched, later)

    assert ["toy", "other"] == [attempt.subject.name for attempt in attempts]
    assert "pip started in 1" == diary.entries[diary.entries.index("toy") + 1]


def test_pip_may_choose_nothing(target: Path) -> None:
    nothing = Plan(planned=(), skipped=())

    assert () == run(nothing, RunOptions(avoid=target), Silent(), lambda _: nothing)


@pytest.mark.parametrize("cores", [1, 3])
def test_an_answer_that_breaks_ends_the_scan(target: Path, cores: int) -> None:
    """Workers that wait for what will not come must not wait for ever."""

    def later(_: Progress) -> Plan:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(Plan(planned=(planned(target),), skipped=()), RunOptions(cores=cores), Silent(), later)


@pytest.mark.parametrize(
    ("need", "options", "reason"),
    [
        (
            dg.Need.ADVISORIES,
            {},
            ("there is no advisory data; "
            "get some with `drawgate advisories sync`, or `import PATH` without the network"),
        ),
        (
            dg.Need.ADVISORIES,
            {
                "endpoint": "http://127.0.0.1:9",
                "advisories": AdvisoryData(
                    source="npm.zip", records=1, newest="", digest="",
                    ecosystems=(Held(ecosystem="npm", records=1),),
                ),
            },
            ("the advisory data (npm.zip) holds no record about PyPI; "
            "get some with `drawgate advisories sync`, or `import PATH` without the network"),
        ),
        (dg.Need.NETWORK, {}, "it needs the network"),
        (
            dg.Need.NETWORK,
            {"offline": Offline.NAMESPACE},
            "it needs the network, and --offline forbids it",
        ),
        (
            dg.Need.BUILDS_TARGET,
            {"network": True},
            "it may run the target's code, which Drawgate does not let happen",
        ),
    ],
)  # fmt: skip
def test_unmet_needs(target: Path, need: dg.Need, options: dict[str, object], reason: str) -> None:
    """What an adapter can't do without is checked before its tool is even looked for."""
    adapter = replace(TOY, name="needy", needs=frozenset({need}))

    attempt = attempt_of(packages(target, adapter), **options)

    assert attempt == Skipped(
        subject=Subject(name="needy", kind=dg.Kind.CODE, grain=dg.Grain.FILE),
        why=Why.UNAVAILABLE,
        reason=reason,
        not_assessed=(NOT_PINNED,),
    )


def test_missing_tool(target: Path) -> None:
    """A tool that is not installed skips its adapter, and says how to install it."""
    attempt = attempt_of(packages(target, replace(TOY, name="other")))

    assert isinstance(attempt, Skipped)
    assert "toy is not installed; pip install 'toy>=1'" == attempt.reason
    assert (NOT_PINNED,) == attempt.not_assessed


SPARE = replace(
    TOY,
    name="spare",
    tool=dg.Tool(distribution="spare", argv=("spare",), supported=">=1"),
    stands_in_for="toy",
)


def outcomes(
    target: Path, monkeypatch: pytest.MonkeyPatch, toy: str, spare: str
) -> dict[str, Attempt]:
    """Run both adapters with these scripts as tools; an empty one is none."""
    for name, script in (("toy", toy), ("spare", spare)):
        program = target.parent / name
        program.unlink(missing_ok=True)
        if script:
            program.write_text(f"#!{sys.executable}\n{script}\n")
            program.chmod(0o755)
        monkeypatch.setenv(f"DRAWGATE_TOOL_{name.upper()}", str(program))
    (target / "a.py").write_text("evil\n")
    plan = Plan(planned=(planned(target),), in_reserve=(planned(target, SPARE),), skipped=())
    return {a.subject.name: a for a in run(plan, RunOptions(cores=1), Silent())}


def test_a_missing_tool_is_stood_in_for(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = outcomes(target, monkeypatch, toy="", spare=GREP)

    assert isinstance(done["toy"], Skipped)
    assert Why.UNAVAILABLE is done["toy"].why
    assert isinstance(done["spare"], Ran)
    assert {"spare"} == {finding.tool for finding in findings_of(done["spare"])}


@pytest.mark.parametrize("toy", [GREP, "raise SystemExit(7)"])
def test_nobody_stands_in_for_a_tool_that_is_there(
    target: Path, monkeypatch: pytest.MonkeyPatch, toy: str
) -> None:
    """Nor for a broken one, whose failure must not look mended.

    The other is not even probed: here its program would fail when asked for its version.
    """
    done = outcomes(target, monkeypatch, toy=toy, spare="raise SystemExit(9)")

    assert isinstance(done["toy"], Ran if toy is GREP else Failed)
    assert isinstance(done["spare"], Skipped)
    assert Why.NOT_SELECTED is done["spare"].why


def test_both_may_be_missing(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = outcomes(target, monkeypatch, toy="", spare="")

    assert [Why.UNAVAILABLE] * 2 == [a.why for a in done.values() if isinstance(a, Skipped)]


def test_packages(target: Path, tool: Callable[[str], None]) -> None:
    """Pins are what a dependency scanner must account for; the rest is not assessed."""
    tool("import sys; print('toy 1.4' if '--version' in sys.argv else '{}')")
    adapter = replace(
        TOY,
        needs=frozenset({dg.Need.ADVISORIES}),
        command=lambda job: dg.Command(
            args=(job.endpoint, job.scratch.name),
            ok=frozenset({0}),
            files={"in/r.txt": b"flask==0.12"},
            cwd=job.scratch / "in",
        ),
        parse=lambda output: dg.Report(looked_at=frozenset(output.job.subjects)),
    )

    attempt = attempt_of(packages(target, adapter), endpoint="http://127.0.0.1:1")

    assert isinstance(attempt, Ran)
    assert frozenset({"r.txt: flask==0.12"}) == attempt.report.looked_at
    assert (NOT_PINNED,) == attempt.report.not_assessed
    assert ("http://127.0.0.1:1", "scratch") == attempt.execution.commands[0][1:]


def leave(_: object) -> dg.Report:
    raise SystemExit(0)


class Panic(BaseException):
    """What an extension module raises; it is no Exception."""


def panic(_: object) -> dg.Report:
    raise Panic("at the disco")


def say(*paths: str, looked_at: tuple[str, ...] = ("a.py",)) -> Callable[[dg.Output], dg.Report]:
    """Make a `parse` that reports one finding in each path."""
    findings = tuple(
        dg.Finding(
            kind=dg.Kind.CODE,
            rule=dg.Rule(id="x"),
            message="x",
            location=dg.Location(path=path, line=1),
        )
        for path in paths
    )
    return lambda _: dg.Report(findings=findings, looked_at=frozenset(looked_at))


def explode(_: object) -> dg.Report:
    raise ZeroDivisionError("\x1b[31mboom")


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        (
            {"command": explode},
            "the adapter broke while planning a command: ZeroDivisionError: [31mboom",
        ),
        (
            {"parse": explode},
            "the adapter broke while reading the tool's answer: ZeroDivisionError: [31mboom",
        ),
        (
            {"command": leave},
            "the adapter broke while planning a command: SystemExit: 0",
        ),
        (
            {"parse": leave},
            "the adapter broke while reading the tool's answer: SystemExit: 0",
        ),
        (
            {"parse": panic},
            "the adapter broke while reading the tool's answer: Panic: at the disco",
        ),
        (
            {"needs": None},
            "the adapter broke: TypeError: argument of type 'NoneType' is not iterable",
        ),
        (
            {"parse": say("b.py")},
            "the adapter reports a finding in 'b.py', which it was not given",
        ),
        (
            {"parse": say("b/../../c", "/etc/passwd"), "grain": dg.Grain.TREE},
            "the adapter reports a finding in '/etc/passwd', which it was not given",
        ),
        (
            {"parse": say("b/../../c"), "grain": dg.Grain.HISTORY},
            "the adapter reports a finding in 'b/../../c', which it was not given",
        ),
        (
            {"parse": say(looked_at=("a.py", "z.py", "y.py"))},
            "the adapter says that it looked at 'y.py', which it was not given",
        ),
        (
            {"parse": lambda _: dg.Report(documents={"../sbom": b""})},
            "the adapter made the document '../sbom', which it was not given",
        ),
        ({"command": lambda _: None}, "the adapter gave NoneType instead of a Command"),
        ({"parse": lambda _: None}, "the adapter gave NoneType instead of a Report"),
        (
            {"parse": lambda _: dg.Report(findings=("x",))},
            "the adapter is wrong: findings shall be tuple of Finding",
        ),
        (
            {"parse": lambda _: dg.Report(looked_at=["a.py"])},
            "the adapter is wrong: looked_at shall be frozenset of str",
        ),
        (
            {"parse": lambda _: dg.Report(documents={"sbom": "text"})},
            "the adapter is wrong: the content of documents shall be tuple of bytes",
        ),
        ({"parse": lambda _: dg.Report()}, "it says nothing about 1 of its inputs: a.py"),
        (
            {"command": lambda _: dg.Command(args=("a\0b",), ok=frozenset())},
            "the adapter's command holds a NUL, which ends a word",
        ),
        (
            {"command": lambda _: dg.Command(args=(1,), ok=frozenset())},
            "the adapter is wrong: args shall be tuple of str",
        ),
        (
            {"command": lambda _: dg.Command(args=(), ok=frozenset(), files={"../x": b""})},
            "the adapter wants to write outside of its directory: ../x",
        ),
        (
            {"tool": dg.Tool(distribution="toy", argv=("toy",), supported="nonsense")},
            "the adapter broke: InvalidSpecifier: Invalid specifier: 'nonsense'",
        ),
    ],
)
def test_broken_adapters(target: Path, changes: dict[str, object], error: str) -> None:
    """An adapter of somebody else that breaks makes its own attempt fail, and no other."""
    (target / "a.py").write_text("")
    broken = replace(TOY, name="broken", **changes)
    broken_too = replace(TOY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DRAWGATE_TOOL_BROKEN", str(target.parent / "toy"))
        plan = Plan(planned=(planned(target, broken), planned(target, broken_too)), skipped=())
        failed, fine = run(plan, RunOptions(cores=2), Silent())

    assert isinstance(failed, Failed)
    assert error == failed.error
    assert isinstance(fine, Ran)


def test_scratch_that_cannot_be_written(target: Path) -> None:
    """Files of an adapter that stand in each other's way are its failure, not ours."""
    (target / "a.py").write_text("")
    clash = dg.Command(args=(), ok=frozenset({0}), files={"a": b"", "a/b": b""})

    attempt = attempt_of(planned(target, replace(TOY, command=lambda _: clash)))

    assert isinstance(attempt, Failed)
    assert "its files can't be written: File exists" == attempt.error


def test_documents(target: Path) -> None:
    """Documents of several parts with one name all stay."""
    for number in range(100):
        (target / f"f{number}.py").write_text("")

    def parse_document(output: dg.Output) -> dg.Report:
        return dg.Report(
            looked_at=frozenset(output.job.inputs),
            documents={"sbom.json": output.job.inputs[0].encode()},
            assumed=True,
        )

    attempt = attempt_of(planned(target, replace(TOY, parse=parse_document)))

    assert isinstance(attempt, Ran)
    assert attempt.report.assumed
    assert {"sbom.json": b"f0.py", "sbom-2.json": b"f1.py"} == attempt.report.documents


def test_long_commands_are_cut(target: Path) -> None:
    """A command that names a hundred files is told by its beginning."""
    for number in range(90):
        (target / f"f{number}.py").write_text("")

    attempt = attempt_of(planned(target))

    assert isinstance(attempt, Ran)
    assert 61 == len(attempt.execution.commands[0])
    assert "… and 31 more" == attempt.execution.commands[0][-1]


def test_offline_by_landlock(target: Path) -> None:
    """On the second rung every scanner gets its fence, or does not start."""
    (target / "a.py").write_text("evil\n")

    attempt = attempt_of(planned(target), offline=Offline.LANDLOCK)

    assert isinstance(attempt, Ran | Failed)
    fenced = "Seccomp:\t2" in fence_status(target)
    assert fenced == isinstance(attempt, Ran)


def fence_status(target: Path) -> str:
    adapter = replace(
        TOY,
        tool=dg.Tool(distribution="toy", argv=("toy",), supported=""),
        parse=lambda output: dg.Report(
            looked_at=frozenset(output.job.inputs), documents={"status": output.stdout}
        ),
    )
    program = target.parent / "toy"
    program.write_text("#!/bin/sh\ncat /proc/self/status\n")
    attempt = attempt_of(planned(target, adapter), offline=Offline.LANDLOCK)
    return attempt.report.documents["status"].decode() if isinstance(attempt, Ran) else ""


def test_our_own_fault_is_not_hidden(target: Path) -> None:
    """A bug of ours in one thread ends the scan; the other threads do not hang."""
    for number in range(200):
        (target / f"f{number}.py").write_text("")

    class Broken(Diary):
        def advanced(self, name: str, findings: int) -> None:
            raise AssertionError("a bug")

    with pytest.raises(AssertionError, match="a bug"):
        run(Plan(planned=(planned(target),), skipped=()), RunOptions(cores=2), Broken())


def test_findings_of_a_tool_that_looks_around(target: Path) -> None:
    """Who walks the tree by itself may report any file in it."""
    (target / "a.py").write_text("")

    attempt = attempt_of(planned(target, replace(TOY, grain=dg.Grain.TREE, parse=say("b/c.py"))))

    assert ["b/c.py"] == [finding.path for finding in findings_of(attempt)]


def test_findings_about_packages(target: Path) -> None:
    """A finding about a package stands in a manifest."""
    (target / "r.txt").write_text("flask==0.12")
    seen = ("r.txt: flask==0.12",)

    fine = attempt_of(packages(target, replace(TOY, parse=say("r.txt", looked_at=seen))))
    wrong = attempt_of(packages(target, replace(TOY, parse=say("s.txt", looked_at=seen))))

    assert isinstance(fine, Ran)
    assert isinstance(wrong, Failed)
    assert "the adapter reports a finding in 's.txt', which it was not given" == wrong.error


@pytest.mark.parametrize("cores", [1, 2, 3])
def test_silence_is_told_the_same_however_it_was_split(target: Path, cores: int) -> None:
    """Which inputs a tool says nothing about is told for the whole attempt."""
    for number in range(230):
        (target / f"f{number:03}.py").write_text("x = 1\n" * number)

    def parse_some(output: dg.Output) -> dg.Report:
        told = (path for path in output.job.inputs if not path.endswith("7.py"))
        return dg.Report(looked_at=frozenset(told))

    attempt = attempt_of(planned(target, replace(TOY, parse=parse_some)), cores=cores)

    assert isinstance(attempt, Failed)
    expected = "it says nothing about 23 of its inputs: f007.py, f017.py, f027.py, …"
    assert expected == attempt.error


@pytest.mark.parametrize("name", ["../out", "/etc/toy", "a/b", "Toy", "", "."])
def test_odd_names(target: Path, tmp_path: Path, name: str) -> None:
    """Whatever another package calls its adapter, nothing is written outside of our directory."""
    (target / "a.py").write_text("evil\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    odd = replace(TOY, name=name)

    with pytest.MonkeyPatch.context() as patch:
        variable = f"DRAWGATE_TOOL_{name.upper().replace('-', '_')}"
        patch.setenv(variable, str(tmp_path / "toy"))
        attempt = attempt_of(planned(target, odd), temporary=temporary)

    assert isinstance(attempt, Ran), attempt
    (raw,) = attempt.raw
    assert {Path(raw).name} == {raw}
    assert [] == list(temporary.iterdir())
    assert {"cache", "target", "temporary", "toy"} >= {each.name for each in tmp_path.iterdir()}
