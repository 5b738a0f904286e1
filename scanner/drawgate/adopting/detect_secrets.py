"""detect-secrets: `.secrets.baseline`. Its hashes are those of secrets, and none is ever read."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from drawgate.adopting.entry import Document, Entry, Found, Match, Source
from drawgate.core.errors import ConfigError

_SLUG: Final = re.compile(r"[^a-z0-9]+")
_FILE: Final = re.compile(r'^\s*("(?:[^"\\]|\\.)*")\s*:\s*\[')


def _fits(path: str) -> bool:
    return path.rpartition("/")[2].endswith("secrets.baseline")


def _read(document: Document) -> Found:
    try:
        said = json.loads(document.text)
    except (ValueError, RecursionError) as error:
        raise ConfigError("is no JSON that can be read", where=document.path) from error
    results = _table(_table(said).get("results"))
    places = _places(document)
    for path, told in results.items():
        line = places.get(path, 1)
        yield from _of_file(document, path, line, told if isinstance(told, list) else [])
    for pattern in _patterns(_table(said)):
        reason = f"leaves out files by the expression {pattern}; write it as --exclude by hand"
        yield document.left_out(1, reason)


def _of_file(document: Document, path: str, line: int, told: list[Any]) -> Found:
    """Give one entry for each kind of secret in a file, not for each line: lines move."""
    kinds: dict[str, list[bool]] = {}
    for each in map(_table, told):
        name = each.get("type")
        if not isinstance(name, str) or not name:
            yield document.left_out(line, f"an entry of {path} without a type")
        elif each.get("is_secret") is True or each.get("is_verified") is True:
            # Somebody has confirmed it. To hide it would be the wrong end of the story.
            yield document.left_out(line, f"a {name} in {path} was confirmed: revoke it")
        else:
            kinds.setdefault(name, []).append(each.get("is_secret") is False)
    for name, false in kinds.items():
        rule = _SLUG.sub("-", name.lower()).strip("-")
        yield Entry(
            tool="detect-secrets",
            file=document.path,
            line=line,
            match=Match(rules=(rule,), path=path),
            reason="called a false alarm in the audit of the baseline" if all(false) else "",
            false=all(false),
        )


def _patterns(said: Mapping[str, Any]) -> Iterator[str]:
    filters = said.get("filters_used")
    for each in map(_table, filters if isinstance(filters, list) else []):
        if str(each.get("path", "")).endswith("should_exclude_file"):
            given = each.get("pattern", [])
            yield from map(str, given if isinstance(given, list) else [given])
    old = _table(said.get("exclude")).get("files")
    if isinstance(old, str):
        yield old


def _places(document: Document) -> Mapping[str, int]:
    """Tell the line that each file's list begins on; JSON itself keeps none."""
    found: dict[str, int] = {}
    for number, line in document.numbered():
        match = _FILE.match(line)
        with suppress(ValueError):
            if match:
                found.setdefault(json.loads(match[1]), number)
    return found


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


SOURCE: Final = Source(tool="detect-secrets", fits=_fits, read=_read)
