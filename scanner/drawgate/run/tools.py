"""An adapter's tool becomes an executable of known version, or the reason why not."""

import os
import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from drawgate.core.adapter import Adapter, Tool
from drawgate.core.errors import ScannerError
from drawgate.run.environment import inside, search_path
from drawgate.run.process import Call, Fence, run

PATIENCE: Final = 20.0
"""Seconds that a tool may take to say its version; the slowest take three on a busy machine."""
_WORDS: Final = 64 << 10
"""Bytes of an answer in which a version is looked for."""
_VERSION: Final = re.compile(r"(?<![\w.])v?(\d+(?:\.\d+)+(?:[-_.]?(?:a|b|rc|post|dev)\d+)*)")
_PYTHON: Final = re.compile(r"\bpython\s*(?:version)?\s*[=:]?\s*(\d+\.\d+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A tool that can be started."""

    argv: tuple[str, ...]
    """`argv[0]` is an absolute path."""
    version: str
    python: str
    """`major.minor` of the interpreter it runs on; empty when it doesn't say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unavailable:
    """Why a tool can't be started, and what to do about it."""

    reason: str
    hint: str


def resolve(
    adapter: Adapter,
    root: Path,
    private: Path,
    *,
    timeout: float = PATIENCE,
    fence: Fence | None = None,
) -> Resolved | Unavailable:
    """Find the tool of an adapter and ask it for its version.

    `root` is the target: nothing in it is ever run. `private` is an empty directory. Raises
    ScannerError when the tool is there, and broken.
    """
    tool = adapter.tool
    program = _program(adapter, root)
    if isinstance(program, Unavailable):
        return program
    argv = (str(program), *tool.argv[1:])
    found = _installed(tool, program)
    if found is None:
        question = (*argv, *tool.version)
        call = Call(
            argv=question, private=private, cwd=private, avoid=root, timeout=timeout, fence=fence
        )
        found = _asked(tool, call)
    version, python = found
    if objection := _objection(tool, version):
        return Unavailable(reason=objection, hint=_how_to_install(tool))
    return Resolved(argv=argv, version=version, python=python)


def _program(adapter: Adapter, root: Path) -> Path | Unavailable:
    variable = f"DRAWGATE_TOOL_{adapter.name.upper().replace('-', '_')}"
    if named := os.environ.get(variable):
        program = Path(named).absolute()
        if _executable(program):
            return program
        reason = f"{variable} names nothing that can be run"
        return Unavailable(reason=reason, hint=f"correct {variable}, or unset it")
    tool = adapter.tool
    found = list(_candidates(tool.argv[0], root))
    if allowed := [path for path, allowed in found if allowed]:
        return allowed[0]
    if found:
        reason = f"{found[0][0].name} lies in the target, and nothing of the target is ever run"
        return Unavailable(reason=reason, hint=f"install it elsewhere, or name it by {variable}")
    reason = f"{tool.argv[0]} is not installed"
    return Unavailable(reason=reason, hint=_how_to_install(tool))


def _candidates(name: str, root: Path) -> Iterator[tuple[Path, bool]]:
    """Give the programs of that name, and whether each may be run."""
    own = _own_scripts()
    for folder in (*own, *search_path(os.environ, avoid=None)):
        if _executable(folder / name):
            yield folder / name, folder in own or not inside(folder / name, root)


def _own_scripts() -> tuple[Path, ...]:
    """Give the directories of console scripts of the interpreter that runs us."""
    places = (Path(sysconfig.get_path("scripts")), Path(sys.executable).parent)
    return tuple(dict.fromkeys(places))


def _executable(path: Path) -> bool:
    return path.is_file() and os.access(path, os.X_OK)


def _installed(tool: Tool, program: Path) -> tuple[str, str] | None:
    """Look up the version where the tool shares our environment: that starts no process."""
    if program.parent not in _own_scripts():
        return None
    from importlib import metadata  # noqa: PLC0415 - slow to import, and often not needed

    try:
        found = metadata.distribution(tool.distribution)
    except metadata.PackageNotFoundError:
        return None
    if not found.entry_points.select(group="console_scripts", name=program.name):
        return None
    return found.version, f"{sys.version_info.major}.{sys.version_info.minor}"


def _asked(tool: Tool, call: Call) -> tuple[str, str]:
    done = run(call)
    if done.code != 0 or done.trouble:
        reason = done.trouble or f"it exited with code {done.code}"
        said = f"{tool.argv[0]} does not say its version: {reason}"
        raise ScannerError(said, hint=f"repair it: {_how_to_install(tool)}")
    words = (done.stdout[:_WORDS] + b"\n" + done.stderr[:_WORDS]).decode("utf-8", "replace")
    version, python = _VERSION.search(words), _PYTHON.search(words)
    return (version[1] if version else ""), (python[1] if python else "")


def _objection(tool: Tool, version: str) -> str:
    """Compare by PEP 440; a version that nobody knows is not a supported one."""
    from packaging.specifiers import SpecifierSet  # noqa: PLC0415 - not needed by `--help`

    if not version and tool.supported:
        return f"{tool.argv[0]} does not say its version, and {tool.supported} is needed"
    if not version or SpecifierSet(tool.supported).contains(version, prereleases=True):
        return ""
    return f"{tool.distribution} {version} is installed, {tool.supported} is needed"


def _how_to_install(tool: Tool) -> str:
    return tool.install or f"pip install '{tool.distribution}{tool.supported}'"
