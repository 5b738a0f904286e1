"""Ruff: S rules that `pyproject.toml` or `ruff.toml` switches off, for all files or for some."""

import re
from collections.abc import Iterator
from typing import Final

from drawgate import strict
from drawgate.adopting.entry import Document, Entry, Found, Match, Source, named
from drawgate.adopting.nodes import table, words
from drawgate.core.errors import ConfigError
from drawgate.strict import Node

_RULE: Final = re.compile(r"S(?:[1-7][0-9]{0,2})?")
"""A rule of the group S, or a beginning that stands for several; `SIM` and `SLF` are others."""
_WHOLE: Final = re.compile(r"S[1-7][0-9]{2}")
_LISTS: Final = ("ignore", "extend-ignore")
_TABLES: Final = ("per-file-ignores", "extend-per-file-ignores")


def _read(document: Document) -> Found:
    node = strict.parse_toml(document.data, document.path, ConfigError)
    shared = document.path.rpartition("/")[2] == "pyproject.toml"
    ruff = node.at("tool", "ruff") if shared else node
    for settings in (ruff, ruff.at("lint") if ruff else None):
        if settings:
            yield from _of_settings(document, settings)


def _of_settings(document: Document, settings: Node) -> Found:
    for key in _LISTS:
        yield from _rules(document, settings.at(key), "")
    for key in _TABLES:
        for pattern, entry in table(settings.at(key)).items():
            if pattern.startswith("!"):
                reason = "a pattern that begins with ! means all other files"
                yield document.left_out(entry.place.line, reason)
            else:
                yield from _rules(document, entry.node, pattern)


def _rules(document: Document, node: Node | None, path: str) -> Iterator[Entry]:
    for word, line in words(node):
        if _RULE.fullmatch(word):
            yield Entry(
                tool="ruff",
                file=document.path,
                line=line,
                match=Match(rules=_both(word), path=path),
                reason=document.comment(line),
            )


def _both(word: str) -> tuple[str, ...]:
    """Name bandit's rule, too: the S rules carry its numbers, and it is what scans by default."""
    end = "" if _WHOLE.fullmatch(word) else "*"
    return (f"B{word[1:]}{end}", f"{word}{end}")


SOURCE: Final = Source(
    tool="ruff", fits=named("pyproject.toml", "ruff.toml", ".ruff.toml"), read=_read
)
