"""Raises the lower bound of a constraint, as PEP 440 or Poetry writes it, and nothing else."""

import re
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

_LONGEST: Final = 1_000
"""Characters of a constraint."""
_CLAUSE: Final = re.compile(r"(\s*)(===|==|~=|!=|<=|>=|<|>)(\s*)([^\s,]+)(\s*)")
_POETRY: Final = re.compile(r"(\^|~(?!=)|={0,2})\s*(\d+(?:\.\d+)*)")
_STARS: Final = re.compile(r"={0,2}\s*(\d+(?:\.\d+)*)\.\*")


class NotRaisedError(ValueError):
    """A constraint can't be raised; the text says why."""


def raised(specifier: str, version: str) -> str:
    """Raise a PEP 440 specifier to allow `version` and nothing below; NotRaisedError with why.

    What people wrote stays, but for the version behind `==`, `>=` and `>`.
    """
    _refuse_long(specifier)
    if not specifier.strip():
        return f">={version}"
    parts, bound = [], False
    for clause in specifier.split(","):
        read = _CLAUSE.fullmatch(clause)
        if read is None:
            raise NotRaisedError(f"{specifier.strip()!r} is no specifier of PEP 440")
        before, operator, blank, text, after = read.groups()
        moved = operator in {">=", ">"} or (operator in {"==", "==="} and not text.endswith(".*"))
        bound = bound or moved
        if moved:
            operator, text = operator if "=" in operator else ">=", version
        parts.append(f"{before}{operator}{blank}{text}{after}")
    written = ",".join(parts) if bound else f"{_lead(parts)}>={version},{','.join(parts).lstrip()}"
    _check(specifier, written, version)
    return written


def raised_poetry(constraint: str, version: str) -> str:
    """Raise a constraint of Poetry, or of a Pipfile; NotRaisedError with why."""
    _refuse_long(constraint)
    said = constraint.strip()
    if said in {"", "*"}:
        return f">={version}"
    if stars := _STARS.fullmatch(said):
        return _between(said, version, _next(stars[1], len(stars[1].split("."))))
    read = _POETRY.fullmatch(said)
    if read is None:
        return raised(constraint, version)
    operator, text = read.groups()
    match operator:
        case "^":
            upper, own = _caret(text), _caret(version)
        case "~":
            upper, own = _tilde(text), _tilde(version)
        case _:
            return constraint.replace(text, version)
    if Version(version) >= Version(upper):
        raise NotRaisedError(f"{said} does not allow {version}")
    same = Version(own) == Version(upper)
    return f"{operator}{version}" if same else _between(said, version, upper)


def _refuse_long(text: str) -> None:
    """Refuse what no person wrote: Python reads no number of over 4300 digits."""
    if len(text) > _LONGEST:
        raise NotRaisedError("its constraint is longer than any real one")


def _between(said: str, version: str, upper: str) -> str:
    if Version(version) >= Version(upper):
        raise NotRaisedError(f"{said} does not allow {version}")
    return f">={version},<{upper}"


def _caret(text: str) -> str:
    """Give the first version that `^` excludes: up to the first number that is not 0."""
    numbers = Version(text).release
    place = next((n for n, number in enumerate(numbers) if number), len(numbers) - 1)
    return _next(text, place + 1)


def _tilde(text: str) -> str:
    return _next(text, 1 if len(Version(text).release) == 1 else 2)


def _next(text: str, places: int) -> str:
    numbers = list(Version(text).release[:places])
    numbers[-1] += 1
    return ".".join(map(str, numbers))


def _lead(parts: list[str]) -> str:
    return parts[0][: len(parts[0]) - len(parts[0].lstrip())]


def _check(old: str, written: str, version: str) -> None:
    try:
        allowed = SpecifierSet(written).contains(version, prereleases=True)
    except (InvalidSpecifier, InvalidVersion) as error:
        raise NotRaisedError(f"{old.strip()!r} is no specifier of PEP 440") from error
    if not allowed:
        raise NotRaisedError(f"{old.strip()} does not allow {version}")
