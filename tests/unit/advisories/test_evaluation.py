"""What the mirror says about a version is what OSV's published rules say, checked one by one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from drawgate.advisories.matching import in_ranges
from drawgate.advisories.mirror import open_any

ADVISORIES = Path(__file__).parents[3] / "fixtures/advisories"
VERSIONS = ("0", "0.1", "1.0a1", "1.0", "1.0.post1", "1.1", "2.0.dev1", "2.0", "1!0.1")


class Bound(NamedTuple):
    """One event, in the order in which the rules look at them."""

    version: Version | None
    rank: int
    kind: str


def in_range(version: Version, events: list[dict[str, str]]) -> bool:
    """Evaluate as https://ossf.github.io/osv-schema/#evaluation writes it down."""
    limits = [text for event in events for kind, text in event.items() if kind == "limit"]
    if limits and not any(text == "*" or version < Version(text) for text in limits):
        return False
    vulnerable = False
    for bound in sorted(bounds(events), key=lambda b: (b.version or Version("0.dev0"), b.rank)):
        match bound:
            case Bound(version=None, kind="introduced"):
                vulnerable = True
            case Bound(version=at, kind="introduced") if at is not None and version >= at:
                vulnerable = True
            case Bound(version=at, kind="fixed") if at is not None and version >= at:
                vulnerable = False
            case Bound(version=at, kind="last_affected") if at is not None and version > at:
                vulnerable = False
    return vulnerable


def bounds(events: list[dict[str, str]]) -> Iterator[Bound]:
    """Read the events; one that no rule can compare counts on the side that reports."""
    for event in events:
        for kind, text in event.items():
            if kind == "limit":
                continue
            version = None if text == "0" else read(text)
            if version is not None or kind == "introduced":
                yield Bound(version, ("fixed", "introduced", "last_affected").index(kind), kind)


def read(text: str) -> Version | None:
    try:
        return Version(text)
    except InvalidVersion:
        return None


_EVENT = st.builds(
    lambda kind, version: {kind: version},
    st.sampled_from(["introduced", "introduced", "fixed", "last_affected", "limit"]),
    st.sampled_from(VERSIONS[1:]),
)


@given(
    st.lists(_EVENT, max_size=6),
    st.sampled_from([[{"introduced": "0"}], []]),
    st.sampled_from(VERSIONS),
)
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_any_events_are_evaluated_by_the_rules(
    events: list[dict[str, str]], start: list[dict[str, str]], version: str
) -> None:
    """Introduced, fixed, last affected and limits, in any order and number."""
    events = [*start, *events]

    assert in_ranges("PyPI", version, [("ECOSYSTEM", events)]) == in_range(Version(version), events)


def expected(record: dict[str, Any], name: str, version: Version) -> bool:
    """Evaluate a whole record."""
    return any(
        version in [read(text) for text in one.get("versions") or ()]
        or any(
            in_range(version, each["events"])
            for each in one.get("ranges") or ()
            if each["type"] == "ECOSYSTEM"
        )
        for one in record.get("affected") or ()
        if one["package"]["ecosystem"] == "PyPI"
        and canonicalize_name(one["package"]["name"]) == name
    )


def test_every_record_of_the_fixtures_is_evaluated_by_the_rules() -> None:
    """All packages at all versions that any record names, and at their neighbours."""
    records = [json.loads(path.read_text("utf-8")) for path in ADVISORIES.glob("*.json")]
    asked = set(_asked(records))
    with open_any(ADVISORIES) as mirror:
        found = {
            (name, version): {r["id"] for r in mirror.affecting("PyPI", name, version)}
            for name, version in asked
        }

    assert len(asked) > 400
    assert found == {
        (name, version): {
            r["id"]
            for r in records
            if not r.get("withdrawn") and expected(r, name, Version(version))
        }
        for name, version in asked
    }


def _asked(records: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for one in (one for record in records for one in record["affected"]):
        if one["package"]["ecosystem"] == "PyPI":
            events = [e for each in one.get("ranges") or () for e in each["events"]]
            texts = {*(one.get("versions") or ()), *(t for e in events for t in e.values())}
            for text in {"0", "1!1", *texts}:
                if read(text):
                    for neighbour in (text, f"{text}.1", f"{text}.0", f"{text}.post1"):
                        if read(neighbour):
                            yield canonicalize_name(one["package"]["name"]), neighbour
