"""Groups with their places, cut to what one page can show."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drawgate.core.excuse import excuse
from drawgate.core.finding import Finding, Kind, State
from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.reporting import origin
from drawgate.reporting.frame import FrameLine, frame_of
from drawgate.reporting.groups import Group, cause, is_fresh
from drawgate.reporting.rows import Row
from drawgate.reporting.text import shorten

LONGEST: Final = 600
"""Characters of any one text."""
_PLACES: Final = 20
"""Findings of one cause that are shown."""
_WEB: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][\w.~!$&'()*+,;=:@%/?#-]*)?", re.ASCII
)

Key = tuple[str, str, bool | None]
"""What a group is: its tool, its cause, and whether it is new since the baseline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One finding of a group."""

    path: str
    line: int | None
    message: str
    severity: Severity
    role: str
    suppressed: str
    """Whose word it is that it does not count, or that it counts all the same."""
    state: str
    """What became of it since the baseline, where a reader can't see it from its group."""
    also: str
    frame: tuple[FrameLine, ...]
    facts: str
    """What is published about a vulnerability (attacks, the CVSS vector, fixed versions), how the
    package came in, and when it was first seen."""
    counts: bool
    """Whether it counts all the same: what was said of it does not hold."""
    identity: str
    """The beginning of its ID, which `explain` and `waive` take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """A group with its places."""

    name: str
    title: str
    kind: Kind
    tool: str
    severity: Severity
    blocking: int
    counted: str
    help: str
    help_host: str
    open: bool
    places: tuple[Place, ...]
    rest: int
    exploit: str
    since: str


def members_of(rows: Iterable[Row], *, compared: bool) -> Mapping[Key, Sequence[Row]]:
    """Sort rows by cause, as the view's groups do."""
    found: dict[Key, list[Row]] = {}
    for row in rows:
        fresh = is_fresh(row.finding) if compared else None
        found.setdefault((row.finding.tool, cause(row.finding), fresh), []).append(row)
    return found


def cause_of(group: Group, rows: Sequence[Row], *, open_: bool) -> Cause:
    """Give a group as the page shows it, its worst places first."""
    worst = sorted(rows, key=lambda row: (not row.breaks, row.finding.severity.order))
    blocking = f"{group.blocking:,} of " if 0 < group.blocking < group.count else ""
    return Cause(
        name=shorten(group.name, LONGEST),
        title=shorten(group.title, LONGEST),
        kind=group.kind,
        tool=group.tool,
        severity=group.severity,
        blocking=group.blocking,
        counted=f"{blocking}{count(group.count, 'finding')}",
        help=_link(group.help_uri),
        help_host=_link(group.help_uri).partition("://")[2].partition("/")[0],
        open=open_ and (bool(group.blocking) or all(row.apart for row in rows)),
        places=tuple(_places(worst[:_PLACES])),
        rest=max(0, group.count - _PLACES),
        exploit=group.exploit,
        since=group.since,
    )


def _places(rows: Iterable[Row]) -> Iterator[Place]:
    """Show the same line once: a package has many flaws, and stands in one place."""
    last: tuple[str, int | None] | None = None
    for row in rows:
        place = _place(row)
        here = (place.path, place.line)
        yield replace(place, frame=()) if here == last else place
        last = here


def _place(row: Row) -> Place:
    finding = row.finding
    return Place(
        path=finding.path,
        line=finding.line,
        message=shorten(finding.message, LONGEST),
        severity=finding.severity,
        role=finding.role,
        suppressed=_begun(shorten(excuse(finding), LONGEST)),
        state=_begun(_state(finding)),
        also=shorten(", ".join(row.also), LONGEST),
        frame=frame_of(finding),
        facts=origin.published(finding),
        counts=not finding.suppressed,
        identity=finding.identity[:8],
    )


def _begun(text: str) -> str:
    """Begin a line with a capital; all else stays, as a waiver's name may hold some."""
    return text[:1].upper() + text[1:]


def _state(finding: Finding) -> str:
    if finding.newly_disclosed:
        return "newly disclosed: the package was there, only the advisory is new"
    if finding.state is State.UPDATED:
        return shorten(f"changed since the baseline; known by {finding.matched_by}", LONGEST)
    return ""


def _link(uri: str) -> str:
    """Let through what leads to a web page: a log may hold `javascript:`, or a user before `@`."""
    return uri if len(uri) <= LONGEST and _WEB.fullmatch(uri) else ""
