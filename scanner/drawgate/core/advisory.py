"""A published vulnerability of a package, joined from OSV data."""

from dataclasses import dataclass
from typing import Final

from drawgate.core.severity import Severity

AUDITED: Final = "PyPI"
"""The ecosystem whose packages an adapter of ours asks about."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """How many records advisory data holds for one ecosystem, withdrawn ones left out."""

    ecosystem: str
    """As OSV spells it: "PyPI", "npm", "Debian:12"."""
    records: int


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

    def holds(self, ecosystem: str) -> int:
        """Give the number of records for one ecosystem."""
        return next((each.records for each in self.ecosystems if each.ecosystem == ecosystem), 0)
