"""A target, a tool that writes down what it was given, and a cache."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest

from drawgate import plugin as dg
from drawgate.core.attempt import Attempt, Subject, findings_of
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
if any("crash" in open(name).read() for name in names) or os.path.exists("../broken"):
    os.abort()
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
    slow = frozenset(name for name in said["lost"] if name.startswith("slow"))
    return dg.Report(
        findings=tuple(
            dg.Finding(kind=dg.Kind.CODE, rule=dg.Rule(id="evil"), message="evil",
                       location=dg.Location(path=path, line=line))
            for path, line in said["found"]
        ),
        looked_at=frozenset(output.job.inputs) - set(said["lost"]),
        not_assessed=lost,
        slow=slow,
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
