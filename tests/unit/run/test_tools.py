"""Finding a tool and its version: real programs, never one of the target's."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from drawgate import plugin as dg
from drawgate.core.errors import ScannerError
from drawgate.run import tools
from drawgate.run.tools import Resolved, Unavailable, resolve

ADAPTER = dg.Adapter(
    name="my-toy",
    kind=dg.Kind.CODE,
    grain=dg.Grain.TREE,
    homepage="",
    tool=dg.Tool(distribution="toy-scanner", argv=("toy", "scan"), supported=">=1.8,<2"),
    applies=lambda _: True,
    inputs=lambda _: (),
    command=lambda _: dg.Command(args=(), ok=frozenset()),
    parse=lambda _: dg.Report(),
)

Install = Callable[..., Path]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "target").mkdir()
    return tmp_path / "target"


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Give a function that writes a `toy` into a directory, which becomes all of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def write(script: str = "echo toy 1.9.4", folder: Path = tmp_path / "bin") -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        program = folder / "toy"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        return program

    return write


def find(target: Path, adapter: dg.Adapter = ADAPTER) -> Resolved | Unavailable:
    return resolve(adapter, target, target.parent / "private")


def test_on_path(install: Install, target: Path) -> None:
    """A tool is asked for its version; the words after its program stay."""
    program = install('[ "$*" = "scan --version" ] && echo toy 1.9.4')

    assert Resolved(argv=(str(program), "scan"), version="1.9.4", python="") == find(target)


@pytest.mark.parametrize(
    ("words", "version", "python"),
    [
        (r"bandit 1.9.4\n  python version = 3.11.7 (main, Nov 1) [GCC 12.2.0]", "1.9.4", "3.11"),
        (r"1.9.0", "1.9.0", ""),
        (r"v1.8.1-rc1", "1.8.1-rc1", ""),
        (r"toy, version 1.9.0.post1 (core 7.2)", "1.9.0.post1", ""),
        (r"toy 1.9 from /usr/lib/python3.12/toy (python 3.12)", "1.9", "3.12"),
    ],
)
def test_versions(install: Install, target: Path, words: str, version: str, python: str) -> None:
    """The first thing that looks like a version is one, wherever it stands."""
    install(f"printf '{words}'")

    found = find(target)

    assert isinstance(found, Resolved), found
    assert (version, python) == (found.version, found.python)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo toy 1.6.0", "toy-scanner 1.6.0 is installed, >=1.8,<2 is needed"),
        ("echo toy 2.0", "toy-scanner 2.0 is installed, >=1.8,<2 is needed"),
        ("echo hello", "toy does not say its version, and >=1.8,<2 is needed"),
        ("echo 12345", "toy does not say its version, and >=1.8,<2 is needed"),
    ],
)  # fmt: skip
def test_wrong_versions(install: Install, target: Path, script: str, reason: str) -> None:
    """A version that is not supported, or not known, means that the tool is not there."""
    install(script)

    hint = "pip install 'toy-scanner>=1.8,<2'"
    assert Unavailable(reason=reason, hint=hint) == find(target)


def test_any_version_will_do(install: Install, target: Path) -> None:
    """An adapter that supports every version does not need to know which it is."""
    install("echo hello")

    found = find(target, replace(ADAPTER, tool=replace(ADAPTER.tool, supported="")))

    assert isinstance(found, Resolved)
    assert "" == found.version


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("exec /bin/sleep 60", "it did not finish within 3 s"),
        ("echo 1.9; exit 2", "it exited with code 2"),
        ("echo 1.9; kill -11 $$", "it crashed (SIGSEGV)"),
    ],
)
def test_broken(install: Install, target: Path, script: str, reason: str) -> None:
    """A tool that is there and can't even say its version has failed; it is not just missing."""
    install(script)

    with pytest.raises(ScannerError) as caught:
        resolve(ADAPTER, target, target.parent / "private", timeout=3.0)

    assert f"toy does not say its version: {reason}" == caught.value.what
    assert "repair it: pip install 'toy-scanner>=1.8,<2'" == caught.value.hint


def test_missing(install: Install, target: Path) -> None:
    """A tool that is not there comes with the words that install it."""
    hint = "brew install toy"

    found = find(target, replace(ADAPTER, tool=replace(ADAPTER.tool, install=hint)))

    assert Unavailable(reason="toy is not installed", hint=hint) == found


def test_named_by_variable(install: Install, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who names a program means it, even one that lies in the target."""
    install("echo 1.8")
    program = install("echo 1.9", target / "bin")
    monkeypatch.setenv("DRAWGATE_TOOL_MY_TOY", str(program))

    assert Resolved(argv=(str(program), "scan"), version="1.9", python="") == find(target)


def test_named_wrongly(install: Install, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong name is an error, and no reason to take another program."""
    install()
    monkeypatch.setenv("DRAWGATE_TOOL_MY_TOY", "/no/such\x1b[2J")

    assert find(target) == Unavailable(
        reason="DRAWGATE_TOOL_MY_TOY names nothing that can be run",
        hint="correct DRAWGATE_TOOL_MY_TOY, or unset it",
    )


@pytest.mark.parametrize("link", [False, True])
def test_in_the_target(
    install: Install, target: Path, monkeypatch: pytest.MonkeyPatch, *, link: bool
) -> None:
    """A tool of the target is never run, also when PATH leads there by a link."""
    program = install(f"touch {target}/ran; echo 1.9", target / "bin")
    folder = target / "bin"
    if link:
        folder = target.parent / "link"
        folder.symlink_to(target / "bin")
    monkeypatch.setenv("PATH", str(folder))

    assert find(target) == Unavailable(
        reason=f"{program.name} lies in the target, and nothing of the target is ever run",
        hint="install it elsewhere, or name it by DRAWGATE_TOOL_MY_TOY",
    )
    assert not (target / "ran").exists()


def test_behind_the_target(install: Install, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tool of the target does not hide one that is installed, nor do odd entries of PATH."""
    install("echo 1.9", target / "bin")
    elsewhere = install("echo 1.8", target.parent / "bin")
    monkeypatch.setenv("PATH", f":.:bin:{target}/bin:{elsewhere.parent}")
    monkeypatch.chdir(target)

    assert Resolved(argv=(str(elsewhere), "scan"), version="1.8", python="") == find(target)


def test_in_our_own_environment(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What shares our interpreter is looked up without starting it, also within the target."""
    monkeypatch.setattr(tools, "run", None)
    pytest_tool = dg.Tool(distribution="pytest", argv=("pytest",), supported=">=1")

    found = resolve(
        replace(ADAPTER, tool=pytest_tool), Path(sys.executable).parents[1], target / "private"
    )

    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    program = str(Path(sys.executable).with_name("pytest"))
    assert Resolved(argv=(program,), version=pytest.__version__, python=here) == found


@pytest.mark.parametrize("distribution", ["no-such-distribution", "ruff"])
def test_not_a_script_of_its_distribution(target: Path, distribution: str) -> None:
    """A program beside ours that no installed package claims is asked like any other."""
    tool = dg.Tool(distribution=distribution, argv=("pytest",), supported=">=1")

    found = resolve(replace(ADAPTER, tool=tool), target, target.parent / "private")

    assert isinstance(found, Resolved)
    assert (pytest.__version__, "") == (found.version, found.python)
