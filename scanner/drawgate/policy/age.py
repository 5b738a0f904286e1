"""Ages in words."""

from datetime import timedelta
from typing import Final

from drawgate.core.words import count

_LONG: Final = timedelta(days=100)
"""From here on hours say nothing; no pack allows so much."""


def words(age: timedelta) -> str:
    """Say an age in its two largest units, a long one in days: "14 days 1 second"."""
    seconds = int(age.total_seconds())
    parts = []
    for name, size in (("day", 86400), ("hour", 3600), ("minute", 60), ("second", 1)):
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(count(number, name))
    return " ".join(parts[: 1 if age >= _LONG else 2]) or "0 seconds"
