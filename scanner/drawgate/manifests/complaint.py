"""What pip says when it can't resolve requirements: the line that tells, and whom it names."""

import re
from collections.abc import Iterator
from typing import Final

from packaging.utils import canonicalize_name

from drawgate.manifests.reading import Declared
from drawgate.manifests.resolution import Question

UNREACHABLE: Final = "the package index can't be reached"
REFUSED: Final = "the package index refused the credentials"

_TELLING: Final = re.compile(
    r"satisfies the requirement (?P<wanted>\S+)(?: \(from (?P<parent>[^ :)]+)\))?"
    r"|Cannot install (?P<several>.+) because"
    r"|Package '(?P<newer>[^']+)' requires a different Python"
)
_ERROR: Final = re.compile(r"(?:ERROR: |\N{MULTIPLICATION SIGN} )(.*)")
"""How pip begins the lines of its errors; newer ones have a header above them."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LINE: Final = re.compile(r"-r requirements\.txt \(line (\d+)\)")
_REFUSED: Final = re.compile(r"^WARNING: 40[13] Error", re.MULTILINE)


def complaint(stderr: str) -> str:
    """Give the one line of pip's errors that says most; the others repeat it at length."""
    if "WARNING: Retrying" in stderr and "Download failed" not in stderr:
        return UNREACHABLE
    if _REFUSED.search(stderr):
        return REFUSED
    errors = _errors(stderr)
    telling = [line for line in errors if _TELLING.search(line)]
    return (telling or errors or stderr.splitlines() or ["it gave no reason"])[0]


def is_about_requirements(stderr: str) -> bool:
    """Tell whether asking about fewer could help: pip ran, and it reached its index."""
    return bool(_errors(stderr)) and complaint(stderr) not in {UNREACHABLE, REFUSED}


def _errors(stderr: str) -> list[str]:
    return [match[1] for line in stderr.splitlines() if (match := _ERROR.match(line))]


def blamed(question: Question, said: str) -> tuple[Declared, ...]:
    """Give those of the requirements, one a line in pip's file, that a complaint is about."""
    match = _TELLING.search(said)
    if not match:
        return ()
    numbers = {int(number) for number in _LINE.findall(said)}
    if not match["parent"] and match["wanted"] in question.lines:
        # Two lines may be about one package, and only one of them wrong.
        numbers = {question.lines.index(match["wanted"]) + 1}
    names = (
        set()
        if match["wanted"] and numbers
        else {canonicalize_name(name) for name in _names(match)}
    )
    return tuple(
        declared
        for number, declared in enumerate(question.open, start=1)
        if number in numbers or declared.name in names
    )


def _names(match: re.Match[str]) -> Iterator[str]:
    """Of a requirement that another one brought along, that other one is to blame."""
    words = re.split(r", | and ", match["several"]) if match["several"] else []
    for word in (match["parent"] or match["wanted"], match["newer"], *words):
        name = _NAME.match(word or "")
        if name:
            yield name[0]
