"""Words that several parts of a pack are written in: names, ages, days, weaknesses."""

from datetime import date, timedelta
from typing import Final

from drawgate.strict import pattern

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def age(written: str) -> timedelta:
    """Read an age such as `14d`."""
    return timedelta(**{_UNITS[written[-1]]: int(written[:-1])})


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise ValueError("the calendar has no such day") from error


def _cwe(written: str) -> int:
    return int(written.removeprefix("CWE-"))


NAME: Final = pattern(r"[a-z0-9]+(?:-[a-z0-9]+)*", "a name such as 'new-secrets'")
AGE: Final = pattern(r"[1-9][0-9]{0,4}[mhdw]", "an age such as 14d, 36h or 2w").then(age)
DAY: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2027-01-31").then(_day)
CWE: Final = pattern("CWE-[1-9][0-9]{0,5}", "a weakness such as CWE-89").then(_cwe)
