"""Makes one advisory of the records that speak of one vulnerability."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Final, TypeVar

from drawgate.advisories.matching import ranges_of
from drawgate.advisories.record import Record
from drawgate.advisories.severity import Rating, rate
from drawgate.advisories.versions import Order, name_key, order_of
from drawgate.core.advisory import Advisory
from drawgate.core.exploit import MALWARE, Exploit
from drawgate.core.finding import Dependency
from drawgate.core.moment import moment

_T = TypeVar("_T")

_SUMMARY: Final = 200
"""Characters of a summary cut from `details`; PYSEC records have no summary of their own."""


def advisory_key(dependency: Dependency) -> str:
    """Name an advisory as one package knows it: fixed versions differ between packages."""
    return f"{dependency.ecosystem}/{dependency.name}/{dependency.advisory}"


def describe(
    identity: str, records: Sequence[Record], ecosystem: str, name: str, exploit: Exploit
) -> Advisory:
    """Join `records`, the one asked for first; each fact comes from the first that has it.

    Only the rating is the worst of the others when the first has none: databases differ, and
    a guess must not make a vulnerability smaller.
    """
    rating, rated_by = _rating(records, lambda one: _about(one, ecosystem, name))
    return Advisory(
        id=identity,
        aliases=tuple(sorted(names_of(records) - {identity})),
        summary=_first(records, _summary, ""),
        details=_first(records, lambda record: record.get("details") or "", ""),
        severity=rating.severity,
        score=rating.score,
        vector=rating.vector,
        cwe=_first(records, _cwe, ()),
        fixed=_first(records, lambda record: _fixed(record, ecosystem, name), ()),
        url=_first(records, _url, ""),
        modified=records[0]["modified"] if moment(records[0]["modified"]) else "",
        malicious=any(each.startswith(MALWARE) for each in names_of(records)),
        rated_by=rated_by,
        exploit=exploit,
    )


def _first(records: Sequence[Record], read: Callable[[Record], _T], default: _T) -> _T:
    return next((value for value in map(read, records) if value), default)


def _rating(
    records: Sequence[Record], about: Callable[[dict[str, Any]], bool]
) -> tuple[Rating, str]:
    """Rate, and say which record decided, and by what: "GHSA-… CVSS_V3"."""
    rated = [(rate(record, about), str(record["id"])) for record in records]
    (own, name), *others = rated
    if not own.known:
        own, name = min(others, key=lambda pair: _badness(pair[0]), default=(own, name))
    return own, f"{name} {own.by}" if own.known else ""


def _badness(rating: Rating) -> tuple[int, float]:
    return rating.severity.order, -(rating.score or 0)


def names_of(records: Iterable[Record]) -> set[str]:
    """Give the ids and aliases of records."""
    return {name for record in records for name in (record["id"], *(record.get("aliases") or ()))}


def _summary(record: Record) -> str:
    text = record.get("summary") or record.get("details") or ""
    line = " ".join(text.split())
    return line if len(line) <= _SUMMARY else f"{line[: _SUMMARY - 1].rstrip()}…"


def _cwe(record: Record) -> tuple[int, ...]:
    """Read `CWE-79`; GHSA keeps the list in `database_specific.cwe_ids`."""
    names = (record.get("database_specific") or {}).get("cwe_ids") or ()
    numbers = (str(name).upper().removeprefix("CWE-") for name in names)
    return tuple(sorted({int(number) for number in numbers if number.isdecimal()}))


def _fixed(record: Record, ecosystem: str, name: str) -> tuple[str, ...]:
    found = {
        event["fixed"]
        for affected in record.get("affected") or ()
        if _about(affected, ecosystem, name)
        for _, events in ranges_of(affected)
        for event in events
        if "fixed" in event
    }
    order = order_of(ecosystem)
    if order is None:
        return tuple(sorted(found))  # nobody can say which one is lower
    return tuple(version for _, version in sorted(_ordered(found, order), key=itemgetter(0)))


def _about(affected: dict[str, Any], ecosystem: str, name: str) -> bool:
    package = affected.get("package") or {"ecosystem": "", "name": ""}
    return package["ecosystem"] == ecosystem and name_key(ecosystem, package["name"]) == name


def _ordered(versions: set[str], order: Order) -> Iterator[tuple[Any, str]]:
    """Leave out what can't be read: nobody could install it by that name."""
    for version in sorted(versions):
        try:
            yield order(version), version
        except ValueError:
            continue


def _url(record: Record) -> str:
    links = (r["url"] for r in record.get("references") or () if r["type"] == "ADVISORY")
    shown = next((link for link in links if link.startswith("https://")), "")
    return shown or f"https://osv.dev/vulnerability/{record['id']}"
