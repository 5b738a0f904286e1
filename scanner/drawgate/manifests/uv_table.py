"""The table `tool.uv`: requirements that take the place of others, or narrow them."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from drawgate.manifests.reading import exact_version, parse_requirement

_SAID: Final = 500
"""Overrides and constraints that are read; no project has a tenth of that."""


class Uv(msgspec.Struct, rename="kebab"):
    """What of the table is about requirements."""

    dev_dependencies: list[str] = msgspec.field(default_factory=list)
    override_dependencies: list[str] = msgspec.field(default_factory=list)
    constraint_dependencies: list[str] = msgspec.field(default_factory=list)


def narrowed(entries: Iterable[str], uv: Uv) -> Iterator[tuple[str, str]]:
    """Give each requirement as uv reads it, and the text that stands in the file for that.

    An override takes the place of whatever is asked for under its name, but of no pin, which a
    mere table must not hide from other installers; a constraint is asked for as well. What is no
    requirement stays, for others to say so.
    """
    overrides, constraints = _named(uv.override_dependencies), _named(uv.constraint_dependencies)
    for entry in entries:
        asked = _parsed(entry) if overrides or constraints else None
        if asked is None or asked.url:
            yield entry, entry
            continue
        name = canonicalize_name(asked.name)
        if name in overrides:
            if exact_version(asked.specifier):
                yield entry, entry  # another installer than uv takes it at its word
            yield from ((said, said) for said in overrides[name])
            continue
        for said in constraints.get(name, ()):
            _narrow(asked, said)
        yield (str(asked) if name in constraints else entry), entry


def _named(texts: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for text in texts[:_SAID]:
        if requirement := _parsed(text):
            found.setdefault(canonicalize_name(requirement.name), []).append(text)
    return found


def _narrow(asked: Requirement, said: str) -> None:
    """Add a constraint; one that names a version decides, where the requirement allows it."""
    constraint = _parsed(said)
    if constraint is None or constraint.url:
        return
    version = exact_version(constraint.specifier)
    if version is None:
        asked.specifier &= constraint.specifier
    elif asked.specifier.contains(version, prereleases=True):
        asked.specifier = SpecifierSet(f"=={version}")
    # Else uv installs nothing at all, so no version can be told.


def _parsed(text: str) -> Requirement | None:
    try:
        return parse_requirement(text)
    except ValueError:
        return None
