"""Safety: vulnerabilities that `.safety-policy.yml` tells it to ignore, in each of its forms."""

from typing import Final

from drawgate import strict
from drawgate.adopting.entry import Document, Entry, Found, Match, Source, named
from drawgate.adopting.nodes import day, items, table, text, words
from drawgate.core.errors import ConfigError
from drawgate.strict import Node

_IGNORED: Final = (
    ("security", "ignore-vulnerabilities"),
    ("ignore-vulnerabilities",),
    ("report", "dependency-vulnerabilities", "auto-ignore-in-report", "vulnerabilities"),
)
_WIDE: Final = (
    ("security", "ignore-cvss-severity-below"),
    ("security", "ignore-cvss-unknown-severity"),
    ("security", "ignore-unpinned-requirements"),
)


def _read(document: Document) -> Found:
    node = strict.parse_yaml(document.data, document.path, ConfigError)
    for keys in _IGNORED:
        ignored = node.at(*keys)
        for name, entry in table(ignored).items():
            yield _entry(document, name, entry.node, entry.place.line)
        for item in items(ignored):
            for name, line in words(item.at("id")):
                yield _entry(document, name, item, line)
    for keys in _WIDE:
        wide = node.at(*keys)
        if wide and wide.value not in (None, False, 0):
            reason = f"`{keys[-1]}` hides findings by kind; a policy pack is the place for that"
            yield document.left_out(wide.place.line, reason)


def _entry(document: Document, name: str, said: Node, line: int) -> Entry:
    return Entry(
        tool="safety",
        file=document.path,
        line=line,
        match=Match(vuln=name),
        reason=text(said) or text(said.at("reason")) or document.comment(line),
        expires=day(said.at("expires")),
    )


SOURCE: Final = Source(
    tool="safety", fits=named(".safety-policy.yml", ".safety-policy.yaml"), read=_read
)
