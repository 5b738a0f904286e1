"""A part of a repository as git keeps it, copied: what a commit holds, whatever the tree does."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from drawgate.core.target import NotAssessed


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a change touches; the files lie in a private copy."""

    origin: str
    """Who asked for it: "--staged" or "--diff"."""
    root: Path
    """The copy, absolute."""
    names: frozenset[str]
    """All of it, files that nobody can look at included; paths from the repository's root."""
    around: frozenset[str]
    """What stands beside it in the same state."""
    read: Callable[[str], bytes]
    """Reads a file of the change, or one around it, in that state; raises OSError."""
    load: Callable[[Iterable[str]], Mapping[str, bytes]]
    """Reads many of them at once; those that can't be had are left out."""
    links: tuple[str, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
