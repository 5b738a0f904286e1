"""Reads every file in which a tool is told to hide something; one that is broken stops no other."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from drawgate.adopting import (
    bandit,
    detect_secrets,
    gitleaks,
    osv_scanner,
    pip_audit,
    ruff,
    safety,
    semgrep,
    trivy,
)
from drawgate.adopting.entry import Entry, Found, LeftOut, Source, open_document
from drawgate.adopting.inline import Marked, count_markers
from drawgate.core.errors import ConfigError
from drawgate.target import read

SOURCES: Final[tuple[Source, ...]] = (
    bandit.SOURCE,
    detect_secrets.SOURCE,
    gitleaks.SOURCE,
    osv_scanner.SOURCE,
    pip_audit.SOURCE,
    ruff.SOURCE,
    safety.SOURCE,
    semgrep.SOURCE,
    trivy.SOURCE,
)
MOST: Final = 5_000
"""Entries of one file. Nobody reads more, and a proposal is there to be read."""

_LARGEST: Final = 16 << 20
"""Bytes of one file; TOML and YAML may be smaller, `strict` says how much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """All that was found, by file and line."""

    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...]
    marked: tuple[Marked, ...]


def adopt(root: Path, names: Collection[str]) -> Adopted:
    """Read what the files of a repository say. `names` are relative to the root."""
    found = [each for name in sorted(names) for each in _of_file(root, name)]
    entries = [each for each in found if isinstance(each, Entry)]
    left_out = [each for each in found if isinstance(each, LeftOut)]
    return Adopted(
        entries=tuple(dict.fromkeys(sorted(entries, key=_place))),
        left_out=tuple(dict.fromkeys(sorted(left_out, key=_place))),
        marked=count_markers(root, names),
    )


def _place(found: Entry | LeftOut) -> tuple[str, int]:
    return found.file, found.line


def _of_file(root: Path, name: str) -> Iterator[Entry | LeftOut]:
    fitting = [source for source in SOURCES if source.fits(name)]
    if not fitting:
        return
    try:
        document = open_document(name, read(root, name, _LARGEST))
    except OSError as error:
        reason = error.strerror or str(error)
        yield LeftOut(file=name, line=0, reason=f"the file can't be read: {reason}")
        return
    except ConfigError as error:
        yield _broken(name, error)
        return
    for source in fitting:
        yield from _bounded(name, source.read(document))


def _bounded(name: str, found: Found) -> Iterator[Entry | LeftOut]:
    try:
        yield from islice(found, MOST)
        if next(found, None):
            yield LeftOut(file=name, line=0, reason=f"holds more than {MOST:,} entries")
    except ConfigError as error:
        yield _broken(name, error)


def _broken(name: str, error: ConfigError) -> LeftOut:
    """Take the line out of the error's place, which is `FILE:LINE:COLUMN`."""
    line = error.where.removeprefix(name).strip(":").partition(":")[0]
    hint = f" ({error.hint})" if error.hint else ""
    return LeftOut(file=name, line=int(line) if line.isdigit() else 0, reason=f"{error.what}{hint}")
