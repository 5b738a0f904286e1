"""Which packages a part of a repository changes: real git, real manifests, nothing started."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from drawgate.core.selection import Selection
from drawgate.core.target import Wanted
from drawgate.pipeline import Prepared, Request, changing, prepare
from drawgate.target import Narrowing
from samples.repository import git

STAGED = Wanted(origin="--staged")
DIFF = Wanted(origin="--diff", ref="HEAD~1")
BEFORE = {
    "requirements.txt": "-r deps/more.txt\n-c deps/held.txt\nflask\n",
    "deps/more.txt": "-r deep.list\nrequests==2.32.0\n",
    "deps/deep.list": "jinja2==3.1.6\n",
    "deps/held.txt": "flask==3.0.0\n",
    "deps/notes.txt": "six==1.16.0\n",
    "app/pyproject.toml": (
        "[project]\nname = 'app'\ndynamic = ['dependencies', 'optional-dependencies']\n"
        "[tool.setuptools.dynamic]\ndependencies = {file = ['run.list']}\n"
        "optional-dependencies.tests = {file = 'tests.list'}\n"
    ),
    "app/run.list": "click==8.1.0\n",
    "app/tests.list": "pytest==8.0.0\n",
    "lib/setup.cfg": "[options]\ninstall_requires = file: run.list, more.list\n",
    "lib/run.list": "attrs==23.0.0\n",
    "lib/more.list": "idna==3.6\n",
    "lock/pyproject.toml": "[project]\nname = 'lock'\ndependencies = ['certifi']\n",
    "lock/uv.lock": 'version = 1\n[[package]]\nname = "certifi"\nversion = "2024.7.4"\n'
    'source = {registry = "https://example.org/simple"}\n',
    "app.py": "x = 1\n",
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give a repository with one commit, whose manifests include files of any name."""
    place = tmp_path / "repository"
    place.mkdir()
    git(place, "init", "-q", "-b", "main")
    write(place, BEFORE)
    git(place, "add", ".")
    git(place, "commit", "-q", "-m", "first")
    return place


@contextmanager
def prepared(
    path: Path, wanted: Wanted | None = None, files: tuple[str, ...] | None = None
) -> Iterator[Prepared]:
    selection = Selection(only=frozenset({"pip-audit"}))
    narrowing = Narrowing(files=None if wanted else files)
    request = Request(
        path=path, as_of="2026-01-01", selection=selection, narrowing=narrowing, wanted=wanted
    )
    with changing(request) as change:
        yield prepare(request, change=change)


def pins(path: Path, wanted: Wanted | None = None, *files: str) -> list[str]:
    with prepared(path, wanted, files or None) as made:
        jobs = [job for planned in made.plan.planned for job in planned.jobs]
    found = [pin for job in jobs if job.inventory for pin in job.inventory.pins]
    return [f"{pin.subject} @{pin.line}" for pin in found]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"deps/more.txt": "# old\nrequests==2.19.0\n"}, ["deps/more.txt: requests==2.19.0 @2"]),
        ({"deps/deep.list": "\njinja2==2.10\n"}, ["deps/deep.list: jinja2==2.10 @2"]),
        ({"deps/held.txt": "flask==0.12\n"}, ["deps/held.txt: flask==0.12 @1"]),
        ({"app/run.list": "click==7.0\n"}, ["app/run.list: click==7.0 @1"]),
        ({"app/tests.list": "pytest==7.0\n"}, ["app/tests.list: pytest==7.0 @1"]),
        ({"lib/run.list": "attrs==22.1\n"}, ["lib/run.list: attrs==22.1 @1"]),
        ({"lib/more.list": "idna==2.0\n"}, ["lib/more.list: idna==2.0 @1"]),
        (
            {"lock/uv.lock": BEFORE["lock/uv.lock"].replace("2024.7.4", "2020.1.1")},
            ["lock/uv.lock: certifi==2020.1.1 @3"],
        ),
        (
            {"requirements.txt": "-r deps/notes.txt\n"},
            ["deps/notes.txt: six==1.16.0 @1"],
        ),
        (
            {
                "new.txt": "urllib3==1.24\n",
                "deps/deep.list": "-r ../new.txt\n",
            },
            ["new.txt: urllib3==1.24 @1"],
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_what_an_unchanged_manifest_includes_is_part_of_the_change(
    root: Path, changed: dict[str, str], told: list[str]
) -> None:
    """Its pins count at their lines, as git holds them, and nothing else of the repository does."""
    write(root, changed)
    git(root, "add", ".")
    write(root, dict.fromkeys(changed, "broken in the tree ==\n"))
    assert told == pins(root, STAGED)

    git(root, "commit", "-q", "-m", "second")
    assert told == pins(root, DIFF)
    assert told == pins(root, Wanted(origin="--staged", files=tuple(changed)))

    write(root, changed)
    assert told == pins(root, None, *changed)


def test_a_scanner_that_was_left_out_would_have_had_work(root: Path) -> None:
    """A strict pack asks who left it out; a list under any name must not look like no work."""
    write(root, {"deps/more.txt": "requests==2.19.0\n"})
    git(root, "add", ".")
    chosen = Selection(only=frozenset({"bandit"}))
    request = Request(path=root, as_of="2026-01-01", selection=chosen, wanted=STAGED)

    with changing(request) as change:
        made = prepare(request, change=change)
    assert {"pip-audit": True, "bandit": False} == {
        skipped.subject.name: skipped.subject.applicable
        for skipped in made.plan.skipped
        if skipped.subject.name in {"pip-audit", "bandit"}
    }


def test_a_list_that_nothing_includes_is_none(root: Path) -> None:
    """What a file means, its name and the manifests say; a change of source asks about nothing."""
    write(root, {"deps/notes.txt": "six==1.15.0\n", "app.py": "x = 2\n"})
    git(root, "add", ".")

    assert [] == pins(root, STAGED)


def test_a_folder_or_file_is_read_with_what_includes_it(root: Path) -> None:
    """Also where the manifest lies outside of what was named."""
    inner = [
        "deps/deep.list: jinja2==3.1.6 @1",
        "deps/held.txt: flask==3.0.0 @1",
        "deps/more.txt: requests==2.32.0 @2",
    ]
    assert sorted(inner) == sorted(pins(root / "deps"))
    assert ["deps/held.txt: flask==3.0.0 @1"] == pins(root / "deps/held.txt")


def test_a_constraint_of_an_unchanged_manifest_holds(root: Path) -> None:
    """A changed name without a version is no open one where the manifest above it pins it."""
    write(root, {"deps/more.txt": "-r deep.list\nrequests==2.32.0\nflask\nopen-one\n"})
    git(root, "add", ".")

    with prepared(root, STAGED) as made:
        (job,) = made.plan.planned[0].jobs
    assert job.inventory
    assert ["deps/more.txt: open-one"] == [each.subject for each in job.inventory.not_pinned]


def test_a_changed_list_that_nobody_can_read_is_told(root: Path) -> None:
    """Bytes that are no text, under a name that only an include explains, are never clean."""
    (root / "deps/more.txt").write_bytes(b"\xff\xfe\x00")
    git(root, "add", ".")

    with prepared(root, STAGED) as made:
        (skipped,) = [s for s in made.plan.skipped if s.subject.name == "pip-audit"]
    assert skipped.subject.applicable
    assert ["deps/more.txt"] == [each.path for each in skipped.not_assessed]


def test_a_link_to_a_list_leads_nowhere(root: Path, tmp_path: Path) -> None:
    """A manifest that is a symbolic link is read neither from the tree nor from git."""
    (tmp_path / "outside.txt").write_text("-r deps/notes.txt\n")
    (root / "reqs.txt").symlink_to(tmp_path / "outside.txt")
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "link")
    write(root, {"deps/notes.txt": "six==1.15.0\n"})
    git(root, "add", ".")

    assert [] == pins(root, STAGED)
    assert [] == pins(root, None, "deps/notes.txt")
