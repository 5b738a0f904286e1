"""One file that a scanner can't cope with is set apart; a scanner that is broken has failed."""

import json
import sys
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Failed, Ran, Subject
from drawgate.plan import Plan, Planned
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

TOY = """
import json, os, signal, sys, time
if "--version" in sys.argv:
    sys.exit(print("toy 1.4"))
names = [word[2:] for word in sys.argv[1:] if word.startswith("./")]
if len(names) > 1 and os.environ.get("TOY") == "broken":
    sys.exit(2)
for name in names:
    does = open(name).read()
    if does == "crash" or does == "second" and "--obey" in sys.argv:
        os.kill(os.getpid(), signal.SIGSEGV)
    if does == "hang":
        time.sleep(600)
    if does == "eat":
        bytearray(8 << 30)
    if does == "garble":
        sys.exit(print("{"))
print(json.dumps([name for name in names if open(name).read() != "silent"]))
"""


def command(job: dg.Job) -> dg.Command:
    obey = ("--obey",) if job.suppressions else ()
    return dg.call(job, *obey)


def finding(path: str) -> dg.Finding:
    place = dg.Location(path=path, line=1)
    return dg.Finding(kind=dg.Kind.CODE, rule=dg.Rule(id="x"), message="x", location=place)


@dg.json_answer("toy")
def parse(said: dg.Json, output: dg.Output) -> dg.Report:
    return dg.Report(findings=tuple(map(finding, said)), looked_at=frozenset(said))


ADAPTER = dg.Adapter(
    name="toy",
    kind=dg.Kind.CODE,
    grain=dg.Grain.FILE,
    homepage="",
    tool=dg.Tool(distribution="toy", argv=("toy",), supported=">=1"),
    inputs=lambda _: (),
    command=command,
    parse=parse,
)


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "toy"
    program.write_text(f"#!{sys.executable}\n{TOY}")
    program.chmod(0o755)
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(program))


def scanned(
    root: Path, bad: dict[str, str], *, good: int = 40, marked: tuple[str, ...] = (), **how: float
) -> Attempt:
    """Write good and bad files, and give what comes of them."""
    root.mkdir()
    files = dict.fromkeys((f"f{number:02}.py" for number in range(good)), "x") | bad
    for name, text in files.items():
        (root / name).write_text(text)
    job = dg.Job(root=root, inputs=tuple(sorted(files)))
    second = dg.Job(root=root, inputs=marked, suppressions=True) if marked else None
    planned = Planned(
        adapter=ADAPTER,
        subject=Subject(name="toy", kind=dg.Kind.CODE),
        jobs=(job,),
        second=second,
        sizes=dict.fromkeys(files, 1),
    )
    options = RunOptions(cores=2, temporary=root.parent, **{"timeout": 60.0, **how})
    (attempt,) = run(Plan(planned=(planned,), skipped=()), options, Silent())
    return attempt


def told(attempt: Attempt) -> list[tuple[str, str]]:
    assert isinstance(attempt, Ran), attempt
    return [(item.path, item.reason) for item in attempt.report.not_assessed]


@pytest.mark.parametrize(
    ("does", "reason", "seconds"),
    [
        ("crash", "toy: it crashed (SIGSEGV)", 60.0),
        ("hang", "toy: it did not finish within 2 s", 2.0),
        ("eat", "MemoryError", 60.0),
        ("garble", "toy: toy's answer can't be read", 60.0),
    ],
)
@pytest.mark.parametrize("name", ["f00.py", "f23x.py", "z.py"])
def test_one_bad_file_costs_the_others_nothing(
    tmp_path: Path, does: str, reason: str, seconds: float, name: str
) -> None:
    """Wherever it stands: first, last or in between."""
    attempt = scanned(tmp_path / "t", {name: does}, timeout=seconds)

    ((path, words),) = told(attempt)
    assert name == path
    assert reason in words
    assert isinstance(attempt, Ran)
    others = {f"f{number:02}.py" for number in range(40)} - {name}
    assert others == attempt.report.looked_at
    assert sorted(others) == [each.path for each in attempt.report.findings]


def test_several_bad_files_are_each_told(tmp_path: Path) -> None:
    """Neighbours, too, and one that fails in another way."""
    bad = {"f03.py": "crash", "f04.py": "garble", "f30.py": "crash"}

    attempt = scanned(tmp_path / "t", bad)

    assert sorted(bad) == [path for path, _ in told(attempt)]


def test_bad_files_without_end_are_a_failed_attempt(tmp_path: Path) -> None:
    """A scanner that fails on a dozen files is broken; what it said of others is kept."""
    attempt = scanned(tmp_path / "t", {f"f{number:02}.py": "crash" for number in range(10, 22)})

    assert isinstance(attempt, Failed)
    assert "it crashed (SIGSEGV)" == attempt.error
    assert attempt.partial.looked_at


def test_a_scanner_that_always_fails_is_tried_twice_more(tmp_path: Path) -> None:
    """Not once for each file."""
    every = {f"f{number:02}.py": "crash" for number in range(40)}

    attempt = scanned(tmp_path / "t", every)

    assert isinstance(attempt, Failed)
    assert 3 == attempt.execution.processes


def test_silence_about_a_file_fails_the_attempt(tmp_path: Path) -> None:
    """It is the scanner's duty to say what it looked at; nobody guesses for it."""
    attempt = scanned(tmp_path / "t", {"f07.py": "silent"})

    assert isinstance(attempt, Failed)
    assert "it says nothing about 1 of its inputs: f07.py" == attempt.error


@pytest.mark.parametrize(
    "name", ["a.py", "Dockerfile", ".github-x.yml", "-x.js", "plain", "a.p\ny"]
)
def test_a_lone_file_that_fails_is_not_assessed(tmp_path: Path, name: str) -> None:
    """That the scanner copes with a file of our own proves that it works."""
    attempt = scanned(tmp_path / "t", {name: "crash"}, good=0)

    assert [(name, "toy: it crashed (SIGSEGV)")] == told(attempt)
    assert isinstance(attempt, Ran)
    assert frozenset() == attempt.report.looked_at
    assert () == attempt.report.findings
    assert [name] == [path.name for path in (tmp_path / "t").iterdir()]


def test_a_lone_file_with_a_broken_scanner_is_a_failed_attempt(tmp_path: Path) -> None:
    """It fails on our own file as well, so nothing proves that it works at all."""
    (tmp_path / "toy").write_text(f"#!{sys.executable}\n" + TOY.replace(
        "names = [", "sys.argv[1:] and '--version' not in sys.argv and os.abort()\nnames = ["
    ))  # fmt: skip
    attempt = scanned(tmp_path / "t", {"a.py": "x"}, good=0)

    assert isinstance(attempt, Failed)


def test_a_bad_file_with_a_comment_costs_the_others_nothing(tmp_path: Path) -> None:
    """It alone holds a suppression, so the second pass is about nothing else."""
    attempt = scanned(tmp_path / "t", {"f07.py": "crash"}, marked=("f07.py",))

    assert [("f07.py", "toy: it crashed (SIGSEGV)")] == told(attempt)


def test_what_only_the_second_pass_fails_on_is_not_hidden(tmp_path: Path) -> None:
    """The finding counts, and so does that the file was looked at."""
    attempt = scanned(tmp_path / "t", {"f07.py": "second"}, marked=("f06.py", "f07.py"))

    assert [] == told(attempt)
    assert isinstance(attempt, Ran)
    assert not any(each.suppressions for each in attempt.report.findings)


def test_all_processes_are_counted(tmp_path: Path) -> None:
    """What the search costs is written down; of each file's answer one copy is kept."""
    attempt = scanned(tmp_path / "t", {"f07.py": "crash"})

    assert isinstance(attempt, Ran)
    assert 9 < attempt.execution.processes < 16
    kept = [name for answer in attempt.raw.values() for name in json.loads(answer)]
    assert sorted(attempt.report.looked_at) == sorted(kept)
