"""What has not changed is not scanned twice, and what may have changed is."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from drawgate import plugin as dg
from drawgate.core.advisory import AdvisoryData, Held
from drawgate.core.attempt import Attempt, Failed, Ran, Subject, findings_of
from drawgate.plan import Plan, Planned
from drawgate.run.cache import Cache
from drawgate.run.memory import Memory
from drawgate.run.progress import Silent
from drawgate.run.runner import RunOptions, run

TOOL = """
import json, os, sys
if "--version" in sys.argv:
    sys.exit(print("toy 1.4 (python 3.12)"))
names = [word[2:] for word in sys.argv[1:] if word.startswith("./")]
with open(os.environ["DIARY"], "a", errors="surrogateescape") as diary:
    print(*names, *("--obey" for word in sys.argv if word == "--obey"), file=diary)
found = [
    (name, number)
    for name in names
    for number, line in enumerate(open(name), start=1)
    if "evil" in line and not ("--obey" in sys.argv and "noevil" in line)
]
print(json.dumps({"found": found, "lost": [n for n in names if "lost" in open(n).read()]}))
"""


@dataclass(slots=True)
class Bench:
    """A target, a tool that writes down what it was given, and a cache."""

    root: Path
    cache: Cache
    diary: Path
    adapter: dg.Adapter
    options: dict[str, object] = field(default_factory=dict)

    def write(self, **files: str) -> None:
        for name, text in files.items():
            (self.root / f"{name}.py").write_text(text)

    def scan(self, adapter: dg.Adapter | None = None, **options: object) -> Attempt:
        """Scan once; afterwards `given` says what the tool was given."""
        self.diary.write_text("")
        memory = Memory(cache=self.cache)
        planned = self.plan(adapter or self.adapter)
        values = {"cores": 1, "timeout": 20.0, "memory": memory} | self.options | options
        (attempt,) = run(Plan(planned=(planned,), skipped=()), RunOptions(**values), Silent())  # type: ignore[arg-type]  # each test names values of its own
        memory.keep([(attempt, findings_of(attempt))], self.same)
        return attempt

    @property
    def given(self) -> list[str]:
        return self.diary.read_text().splitlines()

    def plan(self, adapter: dg.Adapter) -> Planned:
        texts = {path.name: path.read_bytes() for path in sorted(self.root.iterdir())}
        job = dg.Job(root=self.root, inputs=tuple(texts))
        marked = tuple(name for name, text in texts.items() if b"noevil" in text)
        return Planned(
            adapter=adapter,
            subject=Subject(name=adapter.name, kind=adapter.kind, grain=adapter.grain),
            jobs=(job,),
            second=replace(job, inputs=marked, suppressions=True) if marked else None,
            sizes={name: len(text) for name, text in texts.items()},
            digests={name: sha256(text).digest() for name, text in texts.items()},
        )

    def same(self, path: str, digest: bytes) -> bool:
        return sha256((self.root / path).read_bytes()).digest() == digest


def command(job: dg.Job) -> dg.Command:
    obey = ("--obey",) if job.suppressions else ()
    env = {"DIARY": str(job.root.parent / "diary")}
    if job.root.name != "target":  # when only the options are asked for
        env = {}
    return dg.Command(args=(*obey, *map(dg.as_argument, job.inputs)), ok=frozenset({0}), env=env)


def parse(output: dg.Output) -> dg.Report:
    import json

    said = json.loads(output.stdout)
    lost = tuple(dg.NotAssessed(subject=name, path=name, reason="lost") for name in said["lost"])
    return dg.Report(
        findings=tuple(
            dg.Finding(kind=dg.Kind.CODE, rule=dg.Rule(id="evil"), message="evil",
                       location=dg.Location(path=path, line=line))
            for path, line in said["found"]
        ),
        looked_at=frozenset(output.job.inputs) - set(said["lost"]),
        not_assessed=lost,
    )  # fmt: skip


@pytest.fixture
def diary(tmp_path: Path) -> Iterator[Path]:
    """Give a file that a tool can write to: beside its own directory that is devices only."""
    place = Path("/dev/shm")  # noqa: S108 - the name below is random
    with NamedTemporaryFile(dir=place if place.is_dir() else tmp_path) as file:
        (tmp_path / "diary").symlink_to(file.name)
        yield tmp_path / "diary"


@pytest.fixture
def bench(tmp_path: Path, diary: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    (tmp_path / "target").mkdir()
    program = tmp_path / "toy"
    program.write_text(f"#!{sys.executable}\n{TOOL}")
    program.chmod(0o755)
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(program))
    adapter = dg.Adapter(
        name="toy", kind=dg.Kind.CODE, grain=dg.Grain.FILE, homepage="",
        tool=dg.Tool(distribution="toy", argv=("toy",), supported=">=1"),
        applies=lambda _: True, inputs=lambda _: (), command=command, parse=parse,
    )  # fmt: skip
    cache = Cache(folder=tmp_path / "kept", secret=b"k" * 32)
    return Bench(root=tmp_path / "target", cache=cache, diary=diary, adapter=adapter)


def report_of(attempt: Attempt) -> dg.Report:
    assert isinstance(attempt, Ran)
    return attempt.report


def test_nothing_has_changed(bench: Bench) -> None:
    """A second scan starts no process, and its report is the same."""
    bench.write(a="evil\nevil # noevil\n", b="good\n")
    first = bench.scan()
    assert ["a.py b.py", "a.py --obey"] == bench.given

    second = bench.scan()

    assert [] == bench.given
    assert report_of(first) == report_of(second)
    assert [False, True] == [finding.suppressed for finding in report_of(second).findings]
    assert isinstance(second, Ran)
    assert (0, 2) == (second.execution.processes, second.execution.recalled)
    assert {} == second.raw


def test_work_follows_the_change(bench: Bench) -> None:
    """Only files with other content are scanned; the rest is remembered."""
    bench.write(a="evil\n", b="good\n", c="evil # noevil\n")
    bench.scan()
    bench.write(b="evil\n", d="evil\n")

    attempt = bench.scan()

    assert ["b.py d.py"] == bench.given
    assert ["a.py", "b.py", "c.py", "d.py"] == [f.path for f in report_of(attempt).findings]
    assert isinstance(attempt, Ran)
    assert 2 == attempt.execution.recalled


def test_moved(bench: Bench) -> None:
    """The path is part of what an answer rests on, so a renamed file is scanned."""
    bench.write(a="evil\n")
    bench.scan()
    (bench.root / "a.py").rename(bench.root / "b.py")

    bench.scan()

    assert ["b.py"] == bench.given


def test_back_again(bench: Bench) -> None:
    """Going back to an earlier state finds the earlier answer."""
    bench.write(a="evil\n")
    bench.scan()
    bench.write(a="good\n")
    bench.scan()
    bench.write(a="evil\n")

    attempt = bench.scan()

    assert [] == bench.given
    assert 1 == len(report_of(attempt).findings)


def other_options(job: dg.Job) -> dg.Command:
    made = command(job)
    return replace(made, args=("--strict", *made.args))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda a: replace(a, command=other_options), id="options"),
        pytest.param(lambda a: replace(a, name="toy2"), id="name"),
        pytest.param(lambda a: replace(a, needs=frozenset({dg.Need.NETWORK})), id="network"),
        pytest.param(lambda a: replace(a, grain=dg.Grain.HISTORY), id="grain"),
    ],
)
def test_another_adapter(
    bench: Bench, change: Callable[[dg.Adapter], dg.Adapter], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another adapter, other options, or an answer that rests on more than files: scan."""
    bench.write(a="evil\n")
    bench.scan()
    monkeypatch.setenv("DRAWGATE_TOOL_TOY2", str(bench.root.parent / "toy"))

    attempt = bench.scan(change(bench.adapter), network=True)

    assert ["a.py"] == bench.given
    assert isinstance(attempt, Ran)
    assert 0 == attempt.execution.recalled


@pytest.mark.parametrize(
    ("before", "after"),
    [("toy 1.4", "toy 1.5"), ("python 3.12", "python 3.13"), ("import json", "import  json")],
)
def test_another_tool(bench: Bench, before: str, after: str) -> None:
    """A tool of another version, interpreter or with another launcher scans anew."""
    bench.write(a="evil\n")
    bench.scan()
    program = bench.root.parent / "toy"
    program.write_text(program.read_text().replace(before, after))

    bench.scan()

    assert ["a.py"] == bench.given


def test_a_plugin_beside_the_tool(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Packages installed beside a tool may be plugins of it, so a new one scans anew."""
    folder = tmp_path / "env/lib/python3.12/site-packages"
    (folder / "toy-1.4.dist-info").mkdir(parents=True)
    (tmp_path / "env/bin").mkdir()
    (tmp_path / "toy").rename(tmp_path / "env/bin/toy")
    monkeypatch.setenv("DRAWGATE_TOOL_TOY", str(tmp_path / "env/bin/toy"))
    bench.write(a="evil\n")
    bench.scan()
    bench.scan()
    assert [] == bench.given

    (folder / "toy_plugin-0.1.dist-info").mkdir()
    bench.scan()

    assert ["a.py"] == bench.given


def test_not_assessed(bench: Bench) -> None:
    """What could not be assessed is tried again every time; no gap is remembered as clean."""
    bench.write(a="lost\n", b="good\n")
    bench.scan()

    attempt = bench.scan()

    assert ["a.py"] == bench.given
    assert ["a.py"] == [item.subject for item in report_of(attempt).not_assessed]
    assert frozenset({"b.py"}) == report_of(attempt).looked_at


def test_failed(bench: Bench) -> None:
    """Nothing of a failed attempt is remembered, and a failure is not hidden by what is."""
    bench.write(a="evil\n")
    bench.scan()
    bench.write(b="evil\n")
    broken = replace(bench.adapter, parse=lambda _: dg.Report())

    attempt = bench.scan(replace(broken, command=command))
    assert isinstance(attempt, Failed)

    bench.scan()
    assert ["b.py"] == bench.given


def test_a_name_that_is_not_utf8(bench: Bench) -> None:
    """What can't be written down is not kept, and does no harm."""
    Path(os.fsdecode(os.fsencode(bench.root) + b"/\xe9.py")).write_text("evil\n")
    bench.write(a="evil\n")
    bench.scan()

    attempt = bench.scan()

    assert ["a.py", "\udce9.py"] == [f.path for f in report_of(attempt).findings]
    assert isinstance(attempt, Ran)
    assert 1 == attempt.execution.recalled


def test_changed_during_the_scan(bench: Bench) -> None:
    """Nobody knows which content an answer is about when the file changed meanwhile."""
    bench.write(a="good\n")
    memory = Memory(cache=bench.cache)
    plan = Plan(planned=(bench.plan(bench.adapter),), skipped=())
    (attempt,) = run(plan, RunOptions(cores=1, memory=memory), Silent())
    bench.write(a="evil\n")
    memory.keep([(attempt, findings_of(attempt))], bench.same)
    bench.write(a="good\n")

    bench.scan()

    assert ["a.py"] == bench.given


def test_not_to_be_written_down(bench: Bench) -> None:
    """A file with a finding that must not be kept is scanned again; the others are not."""
    bench.write(a="evil\nevil\n", b="evil\n")
    memory = Memory(cache=bench.cache)
    plan = Plan(planned=(bench.plan(bench.adapter),), skipped=())
    (attempt,) = run(plan, RunOptions(cores=1, memory=memory), Silent())
    masked = [None if f.path == "a.py" and f.line == 2 else f for f in findings_of(attempt)]
    memory.keep([(attempt, masked)], bench.same)

    bench.scan()

    assert ["a.py"] == bench.given


PINS = tuple(
    dg.Pin(ecosystem="PyPI", name=name, version="1.0", manifest="r.txt", line=line)
    for line, name in enumerate(("flask", "django"), start=1)
)


@pytest.fixture
def packages(bench: Bench) -> Callable[..., Attempt]:
    """Give a function that scans packages, with pins and the digest of the advisory data."""
    adapter = replace(
        bench.adapter,
        kind=dg.Kind.DEPENDENCIES,
        grain=dg.Grain.TREE,
        needs=frozenset({dg.Need.ADVISORIES}),
        parse=lambda output: dg.Report(looked_at=frozenset(output.job.subjects)),
    )
    bench.write(r="good\n")

    def scan(pins: tuple[dg.Pin, ...] = PINS, digest: str = "one", endpoint: str = "h") -> Attempt:
        bench.diary.write_text("")
        memory = Memory(cache=bench.cache)
        inventory = dg.Inventory(manifests=("r.txt",), pins=pins)
        planned = bench.plan(adapter)
        jobs = tuple(replace(job, inventory=inventory) for job in planned.jobs)
        planned = replace(planned, jobs=jobs, digests={})
        held = (Held(ecosystem="PyPI", records=1),)
        data = AdvisoryData(source="", records=1, newest="", digest=digest, ecosystems=held)
        options = RunOptions(cores=1, memory=memory, advisories=data, endpoint=endpoint)
        (attempt,) = run(Plan(planned=(planned,), skipped=()), options, Silent())
        memory.keep([(attempt, findings_of(attempt))], bench.same)
        return attempt

    return scan


def test_packages(bench: Bench, packages: Callable[..., Attempt]) -> None:
    """Packages are asked about again when one of them, or the advisory data, is another."""
    first = packages()
    second = packages(endpoint="another port")
    assert [] == bench.given
    assert report_of(first) == report_of(second)
    assert {pin.subject for pin in PINS} == report_of(second).looked_at

    packages(digest="two")
    assert 1 == len(bench.given)
    packages(pins=PINS[:1])
    assert 1 == len(bench.given)
    packages(pins=(replace(PINS[0], line=7), PINS[1]))
    assert 1 == len(bench.given)


def with_document(output: dg.Output) -> dg.Report:
    names = " ".join(output.job.inputs).encode()
    return replace(parse(output), documents={"list.txt": names})


def test_a_document_about_all_is_kept_with_the_answer_about_all(bench: Bench) -> None:
    bench.write(a="x", b="y")
    whole = replace(bench.adapter, grain=dg.Grain.TREE, parse=with_document)
    first = report_of(bench.scan(whole))
    again = report_of(bench.scan(whole))

    assert [] == bench.given
    assert {"list.txt": b"a.py b.py"} == first.documents == again.documents


def test_a_document_of_each_file_is_made_anew(bench: Bench) -> None:
    """It may be about all files that a process was given, which next time are others."""
    bench.write(a="x", b="y")
    each = replace(bench.adapter, parse=with_document)
    bench.scan(each)
    again = report_of(bench.scan(each))

    assert ["a.py b.py"] == bench.given
    assert {"list.txt": b"a.py b.py"} == again.documents
