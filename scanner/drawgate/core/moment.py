"""Moments as data writes them: RFC 3339 dates and date-times."""

from datetime import UTC, datetime


def moment(text: str) -> datetime | None:
    """Read a date or date-time, in UTC; without an offset it counts as UTC. Else None.

    Real data has Go's zero time in several spellings (PYSEC-2024-55: "1-01-01T00:00:00Z").
    """
    try:
        read = datetime.fromisoformat(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, OverflowError):  # an offset can lead out of all years
        return None


def written(moment: datetime) -> str:
    """Write a moment in UTC and to the second, as in 2026-11-21T06:00:00Z."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
