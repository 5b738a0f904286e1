"""pip chooses versions for open requirements: the real pip, with a folder as its only index."""

import sys
import tempfile
from pathlib import Path

import pytest

from drawgate.run.resolve import resolve
from samples.packages import wheel


@pytest.fixture
def pip(tmp_path: Path, index: Path) -> tuple[str, ...]:
    """Give the argv of a pip that can't reach anything but that folder."""
    script = tmp_path / "pip.py"
    script.write_text(
        "import runpy, sys\n"
        f"sys.argv += ['--no-index', '--find-links', {str(index)!r}]\n"
        "runpy.run_module('pip', run_name='__main__', alter_sys=True)\n"
    )
    return (sys.executable, "-I", str(script))


@pytest.mark.scanners
def test_open_requirements_become_pins(tmp_path: Path, pip: tuple[str, ...]) -> None:
    """What a requirement brings along points at its line; a refused line is never asked about."""
    target = tmp_path / "target"
    target.mkdir()
    (target / "setup.py").write_text(f"open({str(tmp_path / 'it_ran')!r}, 'w')")
    files = {"requirements.txt": b"six==1.0\n-e .\nflask>=0.12\n"}

    found = resolve(files, target, pip=pip)

    assert [f"{pin.subject} @{pin.line}" for pin in found.pins] == [
        "requirements.txt: flask==1.0 @3",
        "requirements.txt: six==1.0 @1",
        "requirements.txt: werkzeug==0.14.1 @3",
    ]
    assert ["requirements.txt: line 2"] == [each.subject for each in found.not_pinned]
    assert not (tmp_path / "it_ran").exists()
    assert ["setup.py"] == [path.name for path in target.iterdir()]


@pytest.mark.scanners
def test_a_package_that_must_be_built_stays_open(tmp_path: Path, pip: tuple[str, ...]) -> None:
    """A source distribution is never built, because building runs its code."""
    found = resolve({"requirements.txt": b"evil\n"}, tmp_path / "target", pip=pip)

    (told,) = found.not_pinned
    assert told.subject == "requirements.txt: evil"
    assert told.reason.startswith("pip could not resolve it: Could not find a version that")
    assert not (tmp_path / "it_ran").exists()


def test_without_pip_everything_stays_open(tmp_path: Path) -> None:
    """Some environments have no pip; then nothing is resolved, and it says so."""
    files = {"requirements.txt": b"flask\n", "pyproject.toml": b"[project]\ndependencies = ['x']"}

    found = resolve(files, tmp_path, pip=("/nowhere/pip",))

    assert [each.subject for each in found.not_pinned] == [
        "pyproject.toml: x",
        "requirements.txt: flask",
    ]
    for each in found.not_pinned:
        assert each.reason.startswith("pip could not resolve it: ")
        assert each.reason.endswith("pip could not be started: No such file or directory")


@pytest.mark.scanners
def test_one_bad_line_leaves_the_others_resolved(
    tmp_path: Path, index: Path, pip: tuple[str, ...]
) -> None:
    """What can be resolved is, and each of the rest has pip's own reason."""
    wheel(index, "torn", "1.0", "Requires-Dist: nowhere>=1\n")
    lines = b"flask\nmissing\nevil\nwerkzeug<0.1\ntorn\nwerkzeug>=0.14\n"

    found = resolve({"requirements.txt": lines}, tmp_path / "target", pip=pip)

    assert [f"{pin.subject} @{pin.line}" for pin in found.pins] == [
        "requirements.txt: flask==1.0 @1",
        "requirements.txt: werkzeug==0.14.1 @1",
    ]
    none = "pip could not resolve it: Could not find a version that satisfies the requirement"
    assert [(told.line, told.reason) for told in found.not_pinned] == [
        (2, f"{none} missing (from versions: none)"),
        (3, f"{none} evil (from versions: none)"),
        (4, f"{none} werkzeug<0.1 (from versions: 0.14.1)"),
        (5, f"{none} nowhere>=1 (from torn) (from versions: none)"),
    ]


@pytest.mark.scanners
def test_requirements_that_exclude_each_other_are_told(
    tmp_path: Path, index: Path, pip: tuple[str, ...]
) -> None:
    """Nobody can install both, so nobody knows which runs; the rest is not concerned."""
    wheel(index, "old", "1.0", "Requires-Dist: werkzeug<0.14\n")
    wheel(index, "werkzeug", "0.13", "")
    wheel(index, "six", "1.0", "")
    lines = b"flask\nsix\nold\n"

    found = resolve({"requirements.txt": lines}, tmp_path / "target", pip=pip)

    assert ["requirements.txt: six==1.0"] == [pin.subject for pin in found.pins]
    assert [
        (told.line, "conflicting dependencies" in told.reason) for told in found.not_pinned
    ] == [
        (1, True),
        (3, True),
    ]


def test_without_a_name_in_the_complaint_halves_are_asked(tmp_path: Path) -> None:
    """An error that blames nobody is the fault of some line, and is found by asking less."""
    program = (
        "import json, sys\n"
        "asked = open('requirements.txt').read().split()\n"
        "if 'bad' in asked: sys.exit('ERROR: something odd')\n"
        "packages = [{'metadata': {'name': n, 'version': '1'}} for n in asked]\n"
        "json.dump({'version': '1', 'install': packages}, open('report.json', 'w'))\n"
    )
    lines = b"".join(b"p%d\n" % number for number in range(9)) + b"bad\nlast\n"

    found = resolve(
        {"requirements.txt": lines}, tmp_path, pip=(sys.executable, "-I", "-c", program)
    )

    assert (10, ["requirements.txt: bad"]) == (
        len(found.pins),
        [told.subject for told in found.not_pinned],
    )


def test_one_line_that_takes_forever_leaves_the_others_resolved(tmp_path: Path) -> None:
    """The time of a manifest is shared out, so that half of it is left for asking less."""
    program = (
        "import json, time\n"
        "asked = open('requirements.txt').read().split()\n"
        "if 'slow' in asked: time.sleep(60)\n"
        "packages = [{'metadata': {'name': n, 'version': '1'}} for n in asked]\n"
        "json.dump({'version': '1', 'install': packages}, open('report.json', 'w'))\n"
    )

    found = resolve(
        {"requirements.txt": b"a\nslow\nb\n"},
        tmp_path,
        timeout=6,
        pip=(sys.executable, "-I", "-c", program),
    )

    assert ["a", "b"] == [pin.name for pin in found.pins]
    assert ["pip could not resolve it: it did not finish within 6 s"] == [
        told.reason for told in found.not_pinned
    ]


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("pass", "No such file or directory"),
        ("open('report.json', 'w').write('{')", "Expecting property name"),
        ("import time; time.sleep(60)", "it did not finish within 0.5 s"),
        ("raise SystemExit(3)", "it gave no reason"),
    ],
)
def test_an_answer_that_is_none_leaves_everything_open(
    tmp_path: Path, program: str, reason: str
) -> None:
    """No report, half a report, a hanging pip and a silent one are failures, not "nothing open"."""
    pip = (sys.executable, "-I", "-c", program)

    found = resolve({"requirements.txt": b"flask\n"}, tmp_path, timeout=0.5, pip=pip)

    assert ((), 1) == (found.pins, len(found.not_pinned))
    assert found.not_pinned[0].reason.startswith(f"pip could not resolve it: {reason}")


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.mkdir('report.json')",
        "import os, sys; sys.stderr.write(f'ERROR: no {os.getcwd()}/x'); sys.exit(1)",
    ],
)
def test_a_reason_names_no_private_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Where pip worked is gone when somebody reads the report, and is nobody's business."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pip = (sys.executable, "-I", "-c", program)

    found = resolve({"requirements.txt": b"flask\n"}, tmp_path / "target", pip=pip)

    assert [str(tmp_path) in each.reason for each in found.not_pinned] == [False]


def test_what_needs_no_answer_starts_nothing(tmp_path: Path) -> None:
    """With pins only, pip is not started at all."""
    found = resolve({"requirements.txt": b"flask==1.0\n"}, tmp_path, pip=("/nowhere/pip",))

    assert (1, ()) == (len(found.pins), found.not_pinned)


FAILING = (sys.executable, "-I", "-c", "raise SystemExit('ERROR: it was asked')")
UV = b'[project]\nname = "x"\ndependencies = ["ours"]\n[[tool.uv.index]]\nurl = "https://x.example"\n'
POETRY = b'[tool.poetry.dependencies]\nours = "*"\n[[tool.poetry.source]]\nname = "x"\n'
PIPFILE = b'[[source]]\nname = "%s"\nurl = "https://x.example"\n[packages]\nours = "*"\n'


@pytest.mark.parametrize(
    ("files", "paths", "place"),
    [
        ({"requirements.txt": b"-i https://x.example\nours\n"}, [], "requirements.txt"),
        ({"pyproject.toml": UV}, [], "pyproject.toml"),
        ({"pyproject.toml": POETRY}, [], "pyproject.toml"),
        ({"Pipfile": PIPFILE % b"company"}, [], "Pipfile"),
        ({"requirements.txt": b"ours\n"}, ["a/pip.conf", "pip.ini"], "a/pip.conf and 1 more"),
    ],
)  # fmt: skip
def test_the_public_index_is_not_asked_for_what_another_one_knows(
    tmp_path: Path, own_settings: Path, files: dict[str, bytes | None], paths: list[str], place: str
) -> None:
    """A private name can be anybody's in public, so the target's word is passed over and said."""
    found = resolve(files, tmp_path / "target", paths=paths, pip=FAILING)

    reasons = [told.reason for told in found.not_pinned if "not asked" in told.reason]
    (reason,) = reasons
    assert reason == (
        f"pip was not asked: {place} of the target names an index, which is passed over, and the "
        "public one may know other packages by these names; choose one with PIP_INDEX_URL"
    )


def test_settings_of_the_user_in_the_target_ask_nobody(
    tmp_path: Path, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without them pip would ask another index than the user means."""
    conf = tmp_path / "target/pip.conf"
    conf.parent.mkdir()
    conf.write_text("[global]\nindex-url = https://evil.example/\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(conf))
    found = resolve({"requirements.txt": b"ours\n"}, tmp_path / "target", pip=FAILING)

    assert [told.reason for told in found.not_pinned] == [
        "pip was not asked: pip.conf of the user lies in the target, which has no say in it"
    ]


def test_a_plain_pipfile_names_no_index(tmp_path: Path, own_settings: Path) -> None:
    """The source that pipenv writes into each new Pipfile is the public one."""
    found = resolve({"Pipfile": PIPFILE % b"pypi"}, tmp_path / "target", pip=FAILING)

    assert ["pip could not resolve it: it was asked"] == [n.reason for n in found.not_pinned]
