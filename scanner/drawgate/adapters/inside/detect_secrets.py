"""Runs inside detect-secrets, which loads it as a filter: each file is looked at in every way.

The tool reads the values of a YAML or INI file, and its plain lines only if these hold nothing
(`scan_file` in its core/scan.py): one decoy would hide each key in a comment. And one file that
it can't cope with would end it. Here each file gets all its views within bounds of its own, and
an entry in the results that says what came of it. Nobody believes that a file without one was
looked at, so a version of the tool that no longer asks us fails, and is not silently narrower.
"""

from __future__ import annotations

import re
import resource
import signal
from bisect import bisect_right
from contextlib import suppress
from io import StringIO
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

from detect_secrets.core import scan
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.filters import heuristic
from detect_secrets.transformers import get_transformers
from detect_secrets.transformers.exceptions import ParsingError
from detect_secrets.transformers.yaml import YAMLTransformer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SECONDS = 10
_SECONDS_FOR_A_MEGABYTE = 60
"""CPU time for a file. Text takes the tool 7 seconds for a megabyte, and a view as much again."""
_AGAIN = 5
"""Seconds. An exception that a signal raises is lost where Python ignores exceptions."""

_LOCK = re.compile(r"([.-]lock(\.json|\.yaml)?|-shrinkwrap\.json|\.resolved|\.sum)$")
_DIGEST = re.compile(
    r"([0-9a-f]{32}){1,4}|[0-9a-f]{40}"
    r"|(sha\d+-)?([\w+/]{27}=|[\w+/]{43}=|[\w+/]{64}|[\w+/]{86}==)"
)
_KEY = re.compile(r'(.*?)(?:: | = )"', re.DOTALL)
"""How a view begins each of its lines."""


def is_digest(filename: str, secret: str, plugin: Any) -> bool:  # noqa: ANN401 - its class
    """Drop digests where they belong, the one thing that a file's name hides.

    In a lock file that is what has their length and only entropy speaks against, in the tool's
    own baseline whatever has their length.
    """
    listed = _LOCK.search(filename) and "High Entropy" in plugin.secret_type
    return bool((listed or filename.endswith(".secrets.baseline")) and _DIGEST.fullmatch(secret))


class _TooLong(BaseException):
    """Raised by the clock; no `except Exception` of the tool shall take it for its own."""


def look(lines: list[tuple[int, str]], filename: str) -> Iterator[PotentialSecret]:
    """Stand in for the tool's walk along the lines of one view: take all lines of all views."""
    found: list[PotentialSecret] = []
    trouble = _trouble(filename, found)
    yield from found
    yield PotentialSecret(f"drawgate: {trouble or 'looked at'}", filename, "", line_number=1)


def _one_view(filename: str) -> list[list[str]]:
    """Stand in for the tool's reading of a file: `look` does that, within bounds."""
    return [[]]


def _trouble(filename: str, found: list[PotentialSecret]) -> str:
    """Collect what is in a file; give the reason why that may not be all, without its text."""
    try:
        try:
            with open(filename, encoding="utf-8") as file:  # noqa: PTH123 - views ask for its name
                text = file.read()
                seconds = _SECONDS + len(text) * _SECONDS_FOR_A_MEGABYTE // (1 << 20)
                signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN)
                _collect(file, text, found)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _TooLong:
        return f"it needs more than {seconds} s of CPU time for this file"
    except MemoryError:
        return "it needs more memory for this file than it may use"
    except Exception as error:  # noqa: BLE001 - whatever one file does to it, the others count
        return f"it can't cope with this file ({type(error).__name__})"
    return ""


def _collect(file: TextIO, text: str, found: list[PotentialSecret]) -> None:
    """Add what the plain lines show, and what else the views do: one finding for one flaw."""
    plain = text.split("\n")  # text mode has made every line's end a newline
    found.extend(_its_own(list(enumerate(plain, 1)), file.name))
    ends = list(accumulate(len(line) + 1 for line in plain))
    known = {(secret.type, secret.line_number) for secret in found}
    for view in _views(file, plain):
        for secret in _its_own(list(enumerate(view, 1)), file.name):
            secret.line_number = _place(secret, view, plain, text, ends)
            if (secret.type, secret.line_number) not in known:
                found.append(secret)


def _views(file: TextIO, plain: list[str]) -> Iterator[list[str]]:
    """Give the file as each transformer shows it that can read it."""
    seen: list[list[str]] = []
    transformers: Iterable[Any] = get_transformers()
    for transformer in transformers:
        view = _view(transformer, file, plain) if transformer.should_parse_file(file.name) else []
        if view and view not in seen:
            seen.append(view)
            yield list(map(_with_comment, view, [*plain, *[""] * len(view)]))


def _view(transformer: Any, file: TextIO, plain: list[str]) -> list[str]:  # noqa: ANN401 - its class
    """Give one view. The tool reads no YAML of several documents, which here follow each other."""
    file.seek(0)
    with suppress(ParsingError):
        return list(transformer.parse_file(file))
    starts = [number for number, line in enumerate(plain) if line.startswith("---")]
    if not starts or not isinstance(transformer, YAMLTransformer):
        return []  # it is text of another sort, and its plain lines are all there is
    parse: Any = transformer.parse_file
    view: list[str] = []
    for start, end in pairwise([0, *starts, len(plain)]):
        view += [""] * (start - len(view))
        with suppress(ParsingError):
            view += parse(StringIO("\n".join(plain[start:end])))
    return view


def _with_comment(shown: str, plain: str) -> str:
    """Put a comment back that may suppress the next line: most views have none."""
    return shown or (plain if "pragma" in plain and plain.lstrip()[:1] in {"#", ";"} else "")


def _place(
    secret: PotentialSecret, view: list[str], plain: list[str], text: str, ends: list[int]
) -> int:
    """Give the true line: a view gives each of the values on one line a line of its own."""
    number = int(min(secret.line_number, len(plain)))
    key = _KEY.match(view[secret.line_number - 1])
    if secret.line_number == number and key and key[1] in plain[number - 1]:
        return number
    value = str(secret.secret_value)
    at = text.rfind(value, 0, ends[number - 1])
    if at < 0:
        at = text.find(value)
    return number if at < 0 else bisect_right(ends, at) + 1


def _stop(number: int, frame: object) -> NoReturn:
    raise _TooLong


_names = vars(scan)
# Loaded more than once, it must not take itself for the tool's. A missing name ends the tool.
_its_own = _names.setdefault("drawgate_its_own", _names["_process_line_based_plugins"])
_names["_process_line_based_plugins"] = look
_names["_get_lines_from_file"] = _one_view

# --disable-filter has no effect on it with several files: each process sets it up again.
heuristic.IGNORED_FILE_EXTENSIONS.clear()

signal.signal(signal.SIGPROF, _stop)
_may_use = resource.getrlimit(resource.RLIMIT_AS)[1]
if _may_use != resource.RLIM_INFINITY:  # one file shall not take what all processes share
    resource.setrlimit(resource.RLIMIT_AS, (_may_use // 4, _may_use))
