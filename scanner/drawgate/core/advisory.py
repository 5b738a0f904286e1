"""A published vulnerability of a package, joined from OSV data."""

from dataclasses import dataclass

from drawgate.core.severity import Severity


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
class AdvisoryData:
    """Which advisory data a scan used: where from, how much, how old, which bytes."""

    source: str
    records: int
    newest: str
    """Date-time of the newest record's `modified` (RFC 3339, UTC)."""
    digest: str
    """SHA-256 over the records, as hexadecimal."""
