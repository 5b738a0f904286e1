"""pip's requirements format, line by line; no file is opened and nothing is expanded.

Our own reader: the public one (pip-requirements-parser) had its last release in 2022, opens
files itself, and calls `==1.*` a pin.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from packaging.requirements import Requirement

from drawgate.manifests.limits import TooMuchError, affordable
from drawgate.manifests.reading import parse_requirement
from drawgate.manifests.text import physical_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """`-r PATH` or `-c PATH`, the path as it stands there."""

    path: str
    constraint: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A line that names no package by name and version, and why.

    Its text is not kept: a line that is no requirement may be anything, also a secret.
    """

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """It stands for all lines of a file, and says why nobody read them."""

    reason: str


Item = Include | Requirement | Refused | Unread

# One white-space character, not a run of them: a run costs quadratic time (a target may try).
_COMMENT: Final = re.compile(r"(?:^|\s)#.*$")
_OPTIONS: Final = re.compile(r"\s-{1,2}[A-Za-z].*$")
_URL: Final = re.compile(
    r"(?:[a-z][a-z0-9.]*\+)?(?:[a-z][a-z0-9+.-]*://|file:)|(?:git|hg|svn|bzr)\+",
    re.IGNORECASE,
)
_ARCHIVE: Final = re.compile(
    r"\.(?:whl|zip|tar|tgz|tbz|txz|tlz|tar\.(?:gz|bz2|xz|lz|lzma))$", re.IGNORECASE
)

_INCLUDES: Final = {
    "-r": False,
    "--requirement": False,
    "-c": True,
    "--constraint": True,
}
_INDEXES: Final = frozenset(
    {"-i", "--index-url", "--pypi-url", "--extra-index-url", "-f", "--find-links"}
)
_LONGEST: Final = 4000
"""Characters of one line of options."""
_EDITABLE: Final = frozenset({"-e", "--editable"})
# Options of how to install; they change no name and no version.
_IGNORED_WITH_VALUE: Final = frozenset(
    {"--no-binary", "--only-binary", "--trusted-host", "--use-feature"}
)
_IGNORED: Final = frozenset(
    {"--no-index", "--pre", "--prefer-binary", "--require-hashes", "--process-dependency-links"}
)

_EDITABLE_REASON: Final = "it is installed from a path or repository, without a fixed version"
INDEX_REASON: Final = (
    "an index option: packages may come from there; they are looked up by name, as if public"
)
_URL_REASON: Final = "it comes from a URL, which has no version to look up"
_PATH_REASON: Final = "it comes from a path, which has no version to look up"
_BROKEN_REASON: Final = "this is no requirement that pip would understand"


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Join continued lines and drop comments, as pip does; numbers are the first line's."""
    pending: list[str] = []
    first = 0
    for number, line in physical_lines(text):
        comment = line.lstrip().startswith("#")
        first = first if pending else number
        if line.endswith("\\") and not comment:
            pending.append(line.rstrip("\\"))
            continue
        # pip puts a space before a comment line, so that it ends what was continued.
        pending.append(f" {line}" if comment else line)
        yield from _stripped(first, "".join(pending))
        pending = []
    yield from _stripped(first, "".join(pending))


def items(text: str) -> tuple[tuple[int, Item], ...]:
    """Sort all logical lines of a file; an option line may hold several options."""
    bare = ((number, _without_options(line)) for number, line in logical_lines(text))
    lines = affordable(bare, lambda pair: len(pair[1]))
    try:
        return tuple((number, item) for number, line in lines for item in _read_line(line))
    except TooMuchError as error:
        return ((0, Unread(reason=str(error))),)


def _without_options(line: str) -> str:
    """Leave a line of options as it is, and take those of one package off (hashes, say)."""
    return line if line.startswith("-") else _OPTIONS.sub("", line).strip()


def _read_line(text: str) -> Iterator[Item]:
    if text.startswith("-"):
        yield from _options(text)
    else:
        yield _requirement(text)


def _stripped(number: int, line: str) -> Iterator[tuple[int, str]]:
    bare = _COMMENT.sub("", line).strip()
    if bare:
        yield number, bare


def _requirement(text: str) -> Item:
    if _URL.match(text):
        return Refused(reason=_URL_REASON)
    name = text.partition(";")[0].partition("[")[0].strip()
    archive = "@" not in name and _ARCHIVE.search(name)
    if archive or name.startswith((".", "/", "~", "\\")):
        return Refused(reason=_PATH_REASON)
    try:
        return parse_requirement(text)
    except ValueError:
        path = "/" in name and "@" not in name
        return Refused(reason=_PATH_REASON if path else _BROKEN_REASON)


def _options(text: str) -> Iterator[Item]:
    if len(text) > _LONGEST:
        yield Refused(reason=_BROKEN_REASON)
        return
    try:
        words = shlex.split(text)
    except ValueError:
        yield Refused(reason=_BROKEN_REASON)
        return
    while words:
        option, words = _next_option(words)
        if option is not None:
            yield option


def _next_option(words: list[str]) -> tuple[Item | None, list[str]]:
    """Read one option and its value; give what it means and the words behind it.

    optparse also takes abbreviations (`--req`); they are refused, and so not overlooked.
    """
    name, value, rest = _split(words)
    if name in _INCLUDES and value:
        return Include(path=value, constraint=_INCLUDES[name]), rest
    if name in _EDITABLE:
        return Refused(reason=_EDITABLE_REASON), rest
    if name in _INDEXES:
        return Refused(reason=INDEX_REASON), rest
    if name in _IGNORED_WITH_VALUE:
        return None, rest
    if name in _IGNORED:
        return None, words[1:]
    return Refused(reason=_BROKEN_REASON), []


def _split(words: list[str]) -> tuple[str, str, list[str]]:
    """Split `--name=value`, `--name value`, `-nvalue` or `-n value` from what follows."""
    first, *rest = words
    if first.startswith("--"):
        name, equals, value = first.partition("=")
    else:
        name, value = first[:2], first[2:]
        equals = value
    if equals:
        return name, value.removeprefix("="), rest
    return name, rest[0] if rest else "", rest[1:]
