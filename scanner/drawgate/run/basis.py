"""What an answer rests on beside the files: adapter, tool, options, advisory data."""

import hashlib
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from drawgate import __version__
from drawgate.core.adapter import Adapter, Command, Grain, Job, Need
from drawgate.core.advisory import AdvisoryData
from drawgate.core.errors import ScannerError
from drawgate.plan import Planned
from drawgate.run.contents import Contents, stats
from drawgate.run.installed import installed
from drawgate.run.tools import Resolved
from drawgate.run.work import plan_command

_LAYOUT: Final = "2"
"""Changes whenever what is kept, or how it came about, means something else."""
_PLACE: Final = Path("/drawgate")
_FILES: Final = 200
"""Modules beside an adapter's own that are read; more are no adapter but a program."""


def basis_of(
    planned: Planned, tool: Resolved, advisories: AdvisoryData | None, contents: Contents
) -> bytes | None:
    """Digest all that may change an answer though the files are the same; None: nobody knows.

    That is our version and the adapter's own code, the tool's version and all it consists of
    (bandit takes plugins from packages beside it), its options, and for a dependency scanner
    the packages and the advisory data.
    """
    adapter = planned.adapter
    try:
        jobs = [_options(adapter, tool, job) for job in _jobs(planned)]
        code = _code(adapter)
        consists = _installed(Path(tool.argv[0]), adapter.tool.distribution, contents)
    except (ScannerError, OSError, RecursionError):
        return None
    if code is None or consists is None:
        return None
    data = advisories.digest if advisories and Need.ADVISORIES in adapter.needs else ""
    named = (_LAYOUT, __version__, adapter.name, data, tool.version, tool.python, *tool.argv)
    parts = [*map(_bytes, named), code, *jobs, consists]
    return hashlib.sha256(b"".join(map(_counted, parts))).digest()


def _jobs(planned: Planned) -> Iterator[Job]:
    """Give the jobs whose commands count; where the grain is FILE, one for any file will do."""
    if planned.adapter.grain is Grain.FILE:
        for second in (False, True):
            yield Job(root=_PLACE, inputs=("x",), suppressions=second)
    else:
        yield from planned.jobs
        if planned.second:
            yield planned.second


def _code(adapter: Adapter) -> bytes | None:
    """Digest the folder of modules that the adapter's functions come from."""
    found = hashlib.sha256()
    modules = {function.__module__ for function in (adapter.command, adapter.parse)}
    for name in sorted(modules):
        origin = getattr(sys.modules.get(name), "__file__", None)
        if not origin or not (sources := _sources(Path(origin))):
            return None
        for path in sources:
            found.update(_counted(_bytes(path.name)) + _counted(path.read_bytes()))
    return found.digest()


def _sources(origin: Path) -> list[Path]:
    """Give the modules beside one; none when it stands among other people's or is compiled."""
    if not (origin.parent / "__init__.py").is_file():
        return [origin] if origin.suffix == ".py" and origin.is_file() else []
    found = sorted(origin.parent.glob("*.py"))
    return found if origin in found and len(found) <= _FILES else []


def _options(adapter: Adapter, tool: Resolved, job: Job) -> bytes:
    """Digest a job and its command, as they would be in a place that all machines share."""
    moved = replace(
        job, root=_PLACE, scratch=_PLACE / "scratch", endpoint="http://endpoint",
        python=tool.python,
    )  # fmt: skip
    spelled = (_bytes(repr(job.inventory)), *_spelled(plan_command(adapter, moved)))
    return hashlib.sha256(b"".join(map(_counted, spelled))).digest()


def _spelled(command: Command) -> Iterator[bytes]:
    yield from map(_bytes, command.args)
    yield _bytes(repr(sorted(command.ok)))
    for name, content in sorted(command.files.items()):
        yield from (_bytes(name), content)
    for name, value in sorted(command.env.items()):
        yield from (_bytes(name), _bytes(value))
    yield _bytes(f"{command.cwd} {command.memory}")


def _installed(program: Path, distribution: str, contents: Contents) -> bytes | None:
    """Digest what a tool consists of; by times and sizes where it can't be told from the rest."""
    found = installed(program, distribution)
    if found is None:
        return None
    held = contents.digest(found.files) if found.narrowed else stats(found.files)
    return hashlib.sha256(held + b"".join(map(_counted, map(_bytes, found.names)))).digest()


def _counted(part: bytes) -> bytes:
    """Mark where a part ends, so that no two lists of parts are the same bytes."""
    return len(part).to_bytes(8, "big") + part


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
