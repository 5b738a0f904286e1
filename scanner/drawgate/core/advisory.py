"""A published vulnerability of a package, joined from OSV data."""

from dataclasses import dataclass
from typing import Final

from drawgate.core.exploit import NOTHING, Exploit
from drawgate.core.severity import Severity

AUDITED: Final = "PyPI"
"""The ecosystem whose packages an adapter of ours asks about."""
EXPLOITS: Final = frozenset({"epss", "kev"})
"""Kinds of sources that tell of attacks, not of packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advisory:
    """One OSV record, reduced to what findings need (OSV schema 1.6)."""

    id: str
    aliases: tuple[str, ...] = ()
    summary: str = ""
    details: str = ""
    severity: Severity = Severity.UNKNOWN
    score: float | None = None
    vector: str = ""
    cwe: tuple[int, ...] = ()
    fixed: tuple[str, ...] = ()
    """Fixed versions for the package asked about, lowest first."""
    url: str = ""
    modified: str = ""
    malicious: bool = False
    rated_by: str = ""
    """Which record the severity comes from: "GHSA-…", and "CVSS_V3" or "word"."""
    exploit: Exploit = NOTHING
    """What is known about attacks that use it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many records advisory data holds for one ecosystem, withdrawn ones left out."""

    ecosystem: str
    """As OSV spells it: "PyPI", "npm", "Debian:12"."""
    records: int
    newest: str = ""
    """Date-time of the newest record of the sources that are about it; empty when nobody says."""
    own: bool = False
    """Whether all of it is the user's own (`--as`): nothing that is published is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publication in the data: replaced as a whole, and as old as it says itself."""

    name: str
    """"osv:PyPI", "kev", "epss", or what `--as` said."""
    kind: str
    """"osv", "kev" or "epss"."""
    file: str
    """The file or folder it was read from, without its folders."""
    records: int
    newest: str
    """Date-time of its newest record, or of its publication (RFC 3339, UTC)."""
    digest: str
    """SHA-256 over its records, as hexadecimal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryData:
    """Which advisory data a scan used: where from, how much, how old, which bytes."""

    source: str
    records: int
    newest: str
    """Date-time of the newest record's `modified` (RFC 3339, UTC)."""
    digest: str
    """SHA-256 over the records, as hexadecimal."""
    ecosystems: tuple[Held, ...] = ()
    """By name; empty when nobody counted, as in the log of another tool."""
    sources: tuple[Source, ...] = ()
    """By name; empty when nobody told, as in the log of another tool."""

    def holds(self, ecosystem: str) -> int:
        """Give the number of records for one ecosystem."""
        return next((each.records for each in self.ecosystems if each.ecosystem == ecosystem), 0)

    def newest_of(self, ecosystem: str) -> str:
        """Give the date that one ecosystem's data is as old as.

        Fresh records about npm don't make those about PyPI any younger.
        """
        dates = (each.newest for each in self.ecosystems if each.ecosystem == ecosystem)
        return next(filter(None, dates), self.newest)

    def dated(self, kind: str) -> str:
        """Give the date of the source of this kind; empty when there is none."""
        return next((each.newest for each in self.sources if each.kind == kind), "")
