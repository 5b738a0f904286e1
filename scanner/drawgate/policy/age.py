"""Ages: from RFC 3339 date-times to words."""

from datetime import UTC, datetime, timedelta


def moment(text: str) -> datetime | None:
    """Read a date or date-time; without an offset it is UTC. None when it is neither."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def words(age: timedelta) -> str:
    """Say an age in its two largest units: "14 days 1 second"."""
    seconds = int(age.total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " ".join(parts[:2]) or "0 seconds"
