"""The name of what encloses a line: functions, classes, keys; a name, and no distance from it.

One pass over a file's lines for every language, by how far they are indented: code that people
keep is indented as its braces say. It need not be right; it must say the same of the same code
wherever that stands. How many lines lie between a scope's start and a flaw plays no part on
purpose (US 11,868,482 claims that).
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import Final

LONGEST: Final = 200
"""Characters of a name; a longer one is cut at its front."""
_READ: Final = 200
"""Characters of a line that are looked at for a name."""
_CLOSING: Final = frozenset(")]}")
_COMMENT: Final = ("//", "/*", "*", "#", "--", "<!--")
_PYTHON: Final = re.compile(r"(?:async +)?(?:def|class) +(\w+)")
_KEY: Final = re.compile(r"(?:- +)?[\"']?([\w./-]+)[\"']? *:(?: |$)")
_NAMED: Final = re.compile(
    r"\b(?:function\*?|class|interface|struct|enum|trait|impl|module|namespace|func|fn|def|object)"
    r"[ \t]+(?:\([^()]*\)[ \t]*)?([A-Za-z_$][\w$]*)"
)
_ASSIGNED: Final = re.compile(r"\b(?:const|let|var|val)[ \t]+([A-Za-z_$][\w$]*)\b.*=>")
_CALLED: Final = re.compile(r"([A-Za-z_$][\w$]*)[ \t]*\(")
_NO_NAMES: Final = frozenset((
    "if", "for", "foreach", "while", "switch", "match", "catch", "return", "else", "do", "try",
    "with", "using", "lock", "synchronized", "elif", "elsif", "until", "unless", "when",
))  # fmt: skip

_Named = Callable[[str], str]


def scopes(path: str, lines: Sequence[str], wanted: Collection[int]) -> dict[int, str]:
    """Give for each wanted line (from 1) the qualified name of what encloses it, if anything."""
    named = _language(path)
    found: dict[int, str] = {}
    open_: list[tuple[int, str]] = []
    for number, line in enumerate(lines[: max(wanted, default=0)], 1):
        text = line.lstrip()
        if text and text[0] not in _CLOSING:
            indent = len(line) - len(text)
            while open_ and open_[-1][0] >= indent:
                open_.pop()
            open_.append((indent, named(text)))
        if number in wanted and (name := ".".join([name for _, name in open_ if name])):
            found[number] = name[-LONGEST:]
    return found


def _language(path: str) -> _Named:
    suffix = path.rpartition(".")[2].lower()
    if suffix in {"py", "pyi", "pyx"}:
        return _in_python
    return _in_yaml if suffix in {"yml", "yaml"} else _in_braces


def _in_python(text: str) -> str:
    if not text.startswith(("def ", "class ", "async ")):
        return ""
    match = _PYTHON.match(text)
    return match[1] if match else ""


def _in_yaml(text: str) -> str:
    match = _KEY.match(text[:_READ])
    return match[1] if match else ""


def _in_braces(text: str) -> str:
    """Name a declaration; what has neither a keyword nor a brace at its end is none."""
    if text.startswith(_COMMENT):
        return ""
    text = text[:_READ]
    match = _NAMED.search(text) or _ASSIGNED.search(text)
    if match is None and "(" in text and text.rstrip().endswith("{"):
        match = _CALLED.search(text)
    return match[1] if match and match[1] not in _NO_NAMES else ""
