"""Raises a requirement in TOML: in the lists of pyproject.toml, in Poetry's tables, in a Pipfile.

The text is changed where it stands, and the file read again: a change that touches anything but
the lists of packages is taken back.
"""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from packaging.utils import canonicalize_name

from drawgate.manifests.reading import exact_version, name_of, parse_requirement, spelled
from drawgate.manifests.text import strict, toml
from drawgate.upgrades.specifiers import NotRaisedError, raised, raised_poetry

Tables = dict[str, Any]
Place = tuple[str, ...]
"""The keys that lead to a value."""

_LISTS: Final = (
    ("project", "dependencies"),
    ("project", "optional-dependencies"),
    ("dependency-groups",),
    ("tool", "pdm", "dev-dependencies"),
    ("tool", "uv", "dev-dependencies"),
    ("tool", "hatch", "envs"),
    ("tool", "flit", "metadata"),
)
_TABLES: Final = (
    ("tool", "poetry", "dependencies"),
    ("tool", "poetry", "dev-dependencies"),
    ("tool", "poetry", "group"),
)
_PIPFILE: Final = frozenset({"source", "requires", "scripts", "pipenv"})
_QUOTED: Final = re.compile(r""""(?P<double>[^"\\\n]*)"|'(?P<single>[^'\n]*)'""")
# Possessive (`*+`): a run of blanks that is tried in several ways costs cubic time.
_SPECIFIER: Final = re.compile(
    r"(?P<head>\s*+[A-Za-z0-9][A-Za-z0-9._-]*+\s*+(?:\[[^\]]*+\]\s*+)?+(?:\(\s*+)?+)"
    r"(?P<specifier>[^;)]*+)(?P<rest>.*+)",
    re.DOTALL,
)
_MOST: Final = 200
"""Places that are tried in one file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A package, the version it has, and the one it shall have."""

    name: str
    present: str
    version: str


Raise = Callable[[str, Wish], str]
"""Raises what stands in quotes."""


def raise_toml(content: bytes, wish: Wish, *, pipfile: bool) -> bytes:
    """Raise each place that names a package; NotRaisedError with why where that can't be done."""
    try:
        text, document = strict(content), toml(strict(content))
    except (ValueError, RecursionError) as error:
        raise NotRaisedError("it can't be read as TOML") from error
    refused: list[str] = []
    done = 0
    while done < _MOST and (change := _once(text, document, wish, refused, pipfile=pipfile)):
        text, document, done = *change, done + 1
    if not done:
        why = refused[0] if refused else "no place in it that can be changed names it"
        raise NotRaisedError(why)
    bom = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return bom + text.encode()


def _once(
    text: str, document: Tables, wish: Wish, refused: list[str], *, pipfile: bool
) -> tuple[str, Tables] | None:
    """Make the first change that is right; None where there is none left."""
    for start, end, raise_ in _places(text, wish.name):
        try:
            new = raise_(text[start:end], wish)
        except NotRaisedError as error:
            refused.append(str(error))
            continue
        written = f"{text[:start]}{new}{text[end:]}"
        if new != text[start:end] and (read := _read(document, written, wish, pipfile=pipfile)):
            return written, read
    return None


def _read(document: Tables, written: str, wish: Wish, *, pipfile: bool) -> Tables | None:
    """Read a changed file; None where more has changed than lists of packages."""
    try:
        read = toml(written)
    except (ValueError, RecursionError):
        return None
    touched = list(_differences(document, read, ()))
    right = touched and all(_allowed(place, wish.name, pipfile=pipfile) for place in touched)
    return read if right else None


def _places(text: str, name: str) -> Iterator[tuple[int, int, Raise]]:
    """Give where a text in quotes may be a requirement of the package, or its constraint."""
    offset, header = 0, ""
    for line in text.split("\n"):
        bare = line.strip()
        header = bare if bare.startswith("[") and bare.endswith("]") else header
        key = bare.partition("=")[0].strip().strip("\"'")
        table = header.strip("[] ").rpartition(".")[2].strip("\"'")
        named = _same(key, name) or (key == "version" and _same(table, name))
        for match in _QUOTED.finditer(line):
            start, end = offset + match.start() + 1, offset + match.end() - 1
            if "=" in bare and named:
                yield start, end, _constraint
            elif _same(name_of(text[start:end].strip()), name):
                yield start, end, _requirement
        offset += len(line) + 1


def _same(written: str, name: str) -> bool:
    return bool(written) and canonicalize_name(written) == name


def _constraint(written: str, wish: Wish) -> str:
    exact = written.strip().lstrip("=").strip()
    fixed = exact[:1].isdigit() and not set("*,|") & set(exact)
    if fixed and spelled(exact) != wish.present:
        return written
    return raised_poetry(written, wish.version)


def _requirement(written: str, wish: Wish) -> str:
    try:
        requirement = parse_requirement(written)
    except ValueError:
        return written
    exact = exact_version(requirement.specifier)
    read = _SPECIFIER.fullmatch(written)
    if requirement.url or read is None or (exact is not None and spelled(exact) != wish.present):
        return written
    new = raised(read["specifier"], wish.version)
    head, rest = read["head"], read["rest"]
    if not read["specifier"]:  # the blanks behind a bare name belong to what follows
        head, rest = head.rstrip(), f"{head[len(head.rstrip()) :]}{rest}"
    return f"{head}{new}{rest}"


def _allowed(place: Place, name: str, *, pipfile: bool) -> bool:
    if pipfile:
        return len(place) > 1 and place[0] not in _PIPFILE and _same(place[1], name)
    listed = any(place[: len(each)] == each for each in _LISTS)
    tabled = any(place[: len(each)] == each for each in _TABLES)
    return listed or (tabled and any(_same(key, name) for key in place[3:]))


def _differences(one: Any, other: Any, place: Place) -> Iterator[Place]:  # noqa: ANN401 - decoded documents
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        for key in {**one, **other}:
            yield from _differences(one.get(key), other.get(key), (*place, key))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for number, (left, right) in enumerate(zip(one, other, strict=True)):
            yield from _differences(left, right, (*place, str(number)))
    elif one != other:
        yield place
