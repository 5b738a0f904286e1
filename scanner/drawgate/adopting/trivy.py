"""Trivy: `.trivyignore`, line by line, and `.trivyignore.yaml` with paths, packages and dates."""

from collections.abc import Iterator
from typing import Final

from drawgate import strict
from drawgate.adopting.entry import (
    Document,
    Entry,
    Found,
    Match,
    Source,
    is_vulnerability,
    named,
)
from drawgate.adopting.nodes import day, day_of, items, table, text, words
from drawgate.core.errors import ConfigError
from drawgate.strict import Node

_PLAIN: Final = ".trivyignore"
_YAML: Final = (".trivyignore.yaml", ".trivyignore.yml")
_SECTIONS: Final = ("vulnerabilities", "misconfigurations", "secrets", "licenses")
_EXPIRES: Final = "exp:"


def _read(document: Document) -> Found:
    if document.path.rpartition("/")[2] == _PLAIN:
        yield from _of_lines(document)
        return
    node = strict.parse_yaml(document.data, document.path, ConfigError)
    for section in _SECTIONS:
        for item in items(node.at(section)):
            yield from _of_item(document, item, vulnerable=section == _SECTIONS[0])


def _of_lines(document: Document) -> Found:
    for number, line in document.numbered():
        said = line.partition("#")[0].split()
        if not said:
            continue
        dates = [word.removeprefix(_EXPIRES) for word in said[1:] if word.startswith(_EXPIRES)]
        if dates and not day_of(dates[0]):
            yield document.left_out(number, "what stands behind exp: is no date")
            continue
        yield Entry(
            tool="trivy",
            file=document.path,
            line=number,
            match=_named(said[0]),
            reason=document.comment(number),
            expires=day_of(dates[0]) if dates else "",
        )


def _of_item(document: Document, item: Node, *, vulnerable: bool) -> Found:
    name, line = text(item.at("id")), item.place.line
    if not name:
        yield document.left_out(line, "an entry without an id")
        return
    reason = text(item.at("statement")) or document.comment(line)
    if "expired_at" in table(item) and not day(item.at("expired_at")):
        yield document.left_out(line, "`expired_at` is no date")
        return
    for match in _matches(item, Match(vuln=name) if vulnerable else _named(name)):
        yield Entry(
            tool="trivy",
            file=document.path,
            line=line,
            match=match,
            reason=reason,
            expires=day(item.at("expired_at")),
        )


def _matches(item: Node, named: Match) -> Iterator[Match]:
    """Give one match for each package in each path; either may be left open."""
    for path, _ in list(words(item.at("paths"))) or [("", 0)]:
        for purl, _ in list(words(item.at("purls"))) or [("", 0)]:
            yield Match(rules=named.rules, vuln=named.vuln, path=path, purl=purl)


def _named(name: str) -> Match:
    return Match(vuln=name) if is_vulnerability(name) else Match(rules=(name,))


SOURCE: Final = Source(tool="trivy", fits=named(_PLAIN, *_YAML), read=_read)
