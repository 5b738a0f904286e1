"""Ages in words."""

from datetime import timedelta


def words(age: timedelta) -> str:
    """Say an age in its two largest units: "14 days 1 second"."""
    seconds = int(age.total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}{'s' if count != 1 else ''}")
    return " ".join(parts[:2]) or "0 seconds"
