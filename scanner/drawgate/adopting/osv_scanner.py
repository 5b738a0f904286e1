"""OSV-Scanner: `osv-scanner.toml`, ignored vulnerabilities and packages."""

from typing import Final

from drawgate import strict
from drawgate.adopting.entry import Document, Entry, Found, Match, Source, named
from drawgate.adopting.nodes import day, items, text
from drawgate.advisories.versions import KNOWN, family
from drawgate.core.errors import ConfigError
from drawgate.core.finding import Dependency
from drawgate.sarif.purl import package_url
from drawgate.strict import Node


def _read(document: Document) -> Found:
    node = strict.parse_toml(document.data, document.path, ConfigError)
    for item in items(node.at("IgnoredVulns")):
        name = text(item.at("id"))
        if name:
            yield _entry(document, item, "ignoreUntil", Match(vuln=name))
    for item in items(node.at("PackageOverrides")):
        yield from _package(document, item)


def _package(document: Document, item: Node) -> Found:
    ignore, inner = item.at("ignore"), item.at("vulnerability", "ignore")
    if True not in (ignore and ignore.value, inner and inner.value):
        return
    ecosystem, name = text(item.at("ecosystem")), text(item.at("name"))
    if family(ecosystem) not in KNOWN or not name:
        yield document.left_out(item.place.line, "names no package of an ecosystem that is known")
        return
    version = text(item.at("version"))
    package = Dependency(ecosystem=ecosystem, name=name, version=version, advisory="")
    yield _entry(document, item, "effectiveUntil", Match(purl=package_url(package)))


def _entry(document: Document, item: Node, until: str, match: Match) -> Entry:
    line = item.place.line
    return Entry(
        tool="osv-scanner",
        file=document.path,
        line=line,
        match=match,
        reason=text(item.at("reason")) or document.comment(line),
        expires=day(item.at(until)),
    )


SOURCE: Final = Source(
    tool="osv-scanner", fits=named("osv-scanner.toml", ".osv-scanner.toml"), read=_read
)
