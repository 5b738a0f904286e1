"""The report as one page: no script, nothing loaded, below two megabytes whatever was found.

Finding text is hostile. The templates in `reports/html/` run in a sandbox with autoescaping, and
the page's own policy (CSP) allows one style sheet and nothing else.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from drawgate import resources
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.policy.verdict import State
from drawgate.reporting import origin
from drawgate.reporting.charts import Chart, bar_chart
from drawgate.reporting.cut import Cut, cut
from drawgate.reporting.frame import FrameLine, frame_of
from drawgate.reporting.groups import Group, cause
from drawgate.reporting.text import amount, line, path, shorten
from drawgate.reporting.view import Row, View
from drawgate.reporting.waived import in_words

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

MAX_BYTES: Final = 2_000_000
_FOR_GROUPS: Final = 1_200_000
_FOR_SUPPRESSED: Final = 200_000
"""Bytes that the findings may take; the lists around them need the rest."""
_PLACES: Final = 20
"""Findings of one cause that are shown."""
_OPEN: Final = 3
"""Causes that are unfolded, if they block."""
_LISTED: Final = (100, 20, 4)
"""Lines of any one list beside the findings: as many as fit."""
_LONGEST: Final = 600
"""Characters of any one text."""
_SHAPES: Final = {
    Severity.CRITICAL: "◆", Severity.HIGH: "▲", Severity.MEDIUM: "■", Severity.LOW: "●",
    Severity.INFO: "○", Severity.UNKNOWN: "?",
}  # fmt: skip
"""A severity is told by word and shape; its colour only helps."""
_WEB: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:[/?#][\w.~!$&'()*+,;=:@%/?#-]*)?", re.ASCII
)
_QUOTED: Final = re.compile("`([^`]+)`")
_STOPPED: Final = (State.FAILED, State.UNAVAILABLE)
"""They come before what ran, and what was never meant to run comes after it."""
_MARKS: Final = {"PASSED": "✓", "FAILED": "✗", "INCOMPLETE": "!"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """One finding of a group."""

    path: str
    line: int | None
    message: str
    severity: Severity
    role: str
    suppressed: str
    also: str
    frame: tuple[FrameLine, ...]
    counts: bool
    """Whether it counts all the same: what was said of it does not hold."""
    facts: str
    """What is published about a vulnerability (attacks, the CVSS vector, fixed versions), how the
    package came in, and when it was first seen."""
    identity: str
    """The beginning of its ID, which `explain` and `waive` take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cause:
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
    places: tuple[_Place, ...]
    rest: int
    exploit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """As many groups as fit, and how many findings of the others are left out."""

    html: str
    left_out: str


def load() -> None:
    """Compile the templates."""
    for name in ("report.html.j2", "parts.html.j2"):
        _environment().get_template(name)


def render(view: View) -> bytes:
    """Write the page; where its lists alone would be too long, they are cut shorter."""
    members = _members(view.rows)
    groups = _written(view.groups, members.get(False, {}), _FOR_GROUPS)
    apart = _written(view.suppressed, members.get(True, {}), _FOR_SUPPRESSED)
    facts = _facts(view) | {
        "groups": _safe(groups.html),
        "more_findings": groups.left_out,
        "suppressed": _safe(apart.html),
        "more_suppressed": apart.left_out,
    }
    draw = _environment().get_template("report.html.j2").render
    page = b""
    for most in _LISTED:
        page = draw(facts | _lists(view, most)).encode("utf-8", "replace")
        if len(page) <= MAX_BYTES:
            break
    return page


def _facts(view: View) -> dict[str, Any]:
    style = (resources.data("reports") / "html" / "report.css").read_text("utf-8")
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return {
        "view": view,
        "verdict": view.verdict,
        "style": _safe(style),
        "style_hash": f"sha256-{digest}",
        "charts": _charts(view),
        "severities": [str(s) for s in Severity if any(g.severity is s for g in view.groups)],
        "kinds": [str(k) for k in Kind if any(g.kind is k for g in view.groups)],
    }


def _lists(view: View, most: int) -> dict[str, Cut[Any]]:
    """Give every list of the page with at most so many lines, and how many more there are."""
    lists: dict[str, Sequence[Any]] = {
        "reasons": view.reasons,
        "fixes": view.fix_first,
        "not_run": view.not_run,
        "ran": view.ran,
        "missed": view.not_assessed,
        "warnings": view.further_warnings,
        "passed_over": view.passed_over,
        "coverage": view.verdict.coverage,
        "advisories": view.verdict.advisories,
        "exclusions": view.exclusions,
        "waivers": view.verdict.waivers.waivers if view.verdict.waivers else (),
    }
    return {name: cut(items, most) for name, items in lists.items()}


def _charts(view: View) -> list[Chart]:
    totals = view.verdict.totals
    if not totals.findings:
        return []
    severities = [(str(s), totals.by_severity.get(s, 0)) for s in Severity]
    kinds = [(str(k), totals.by_kind.get(k, 0)) for k in Kind]
    return [
        bar_chart("Findings by severity", "Severity", severities),
        bar_chart("Findings by kind", "Kind", kinds, "kind"),
    ]


def _members(rows: Iterable[Row]) -> dict[bool, dict[tuple[str, str], list[Row]]]:
    """Sort the rows by whether they stand apart, and by cause, as the view's groups do."""
    found: dict[bool, dict[tuple[str, str], list[Row]]] = {}
    for row in rows:
        apart = row.finding.suppressed and not row.breaks
        key = (row.finding.tool, cause(row.finding))
        found.setdefault(apart, {}).setdefault(key, []).append(row)
    return found


def _written(
    groups: Sequence[Group], members: Mapping[tuple[str, str], Sequence[Row]], budget: int
) -> _Written:
    """Write groups until the budget is used up; the first are the worst."""
    draw = _environment().get_template("parts.html.j2").module
    pieces: list[str] = []
    for number, group in enumerate(groups):
        rows = members.get((group.tool, group.name), ())
        piece = str(draw.cause(_cause(group, rows, open_=number < _OPEN)))  # type: ignore[attr-defined]  # a macro
        budget -= len(piece.encode("utf-8", "replace"))
        if budget < 0:
            rest = groups[number:]
            found = count(sum(item.count for item in rest), "finding")
            left_out = f"{found} of {count(len(rest), 'other cause')}"
            return _Written(html="".join(pieces), left_out=left_out)
        pieces.append(piece)
    return _Written(html="".join(pieces), left_out="")


def _cause(group: Group, rows: Sequence[Row], *, open_: bool) -> _Cause:
    worst = sorted(rows, key=lambda row: (not row.breaks, row.finding.severity.order))
    blocking = f"{group.blocking:,} of " if 0 < group.blocking < group.count else ""
    return _Cause(
        name=shorten(group.name, _LONGEST),
        title=shorten(group.title, _LONGEST),
        kind=group.kind,
        tool=group.tool,
        severity=group.severity,
        blocking=group.blocking,
        counted=f"{blocking}{count(group.count, 'finding')}",
        help=_link(group.help_uri),
        help_host=_link(group.help_uri).partition("://")[2].partition("/")[0],
        open=open_ and bool(group.blocking),
        places=tuple(_places(worst[:_PLACES])),
        rest=max(0, group.count - _PLACES),
        exploit=group.exploit,
    )


def _places(rows: Iterable[Row]) -> Iterator[_Place]:
    """Show the same line once: a package has many flaws, and stands in one place."""
    last: tuple[str, int | None] | None = None
    for row in rows:
        place = _place(row)
        here = (place.path, place.line)
        yield replace(place, frame=()) if here == last else place
        last = here


def _place(row: Row) -> _Place:
    finding = row.finding
    said = map(in_words, finding.suppressions)
    return _Place(
        path=finding.path,
        line=finding.line,
        message=shorten(finding.message, _LONGEST),
        severity=finding.severity,
        role=finding.role,
        suppressed=shorten("; ".join(said), _LONGEST),
        counts=not finding.suppressed,
        also=shorten(", ".join(row.also), _LONGEST),
        frame=frame_of(finding),
        facts=origin.published(finding),
        identity=finding.identity[:8],
    )


def _link(uri: str) -> str:
    """Let through what leads to a web page: a log may hold `javascript:`, or a user before `@`."""
    return uri if len(uri) <= _LONGEST and _WEB.fullmatch(uri) else ""


def _safe(html: str) -> Any:  # noqa: ANN401 - markupsafe's type
    """Mark as HTML what our own templates made, or the style sheet beside them."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(html)  # noqa: S704 - see above


@cache
def _environment() -> "SandboxedEnvironment":
    from jinja2 import FileSystemLoader, StrictUndefined  # noqa: PLC0415 - only for this format
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415 - as above

    environment = SandboxedEnvironment(
        loader=FileSystemLoader(resources.data("reports") / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    texts = {"line": _line, "path": _path, "words": _words}
    environment.filters |= {**texts, "count": count, "amount": amount}
    environment.globals |= {"shapes": _SHAPES, "marks": _MARKS, "stopped": _STOPPED}
    return environment


def _line(text: str) -> str:
    return line(shorten(text, _LONGEST))


def _words(text: str) -> Any:  # noqa: ANN401 - markupsafe's type
    """Show what stands in backticks as code; all of it is escaped before."""
    from markupsafe import escape  # noqa: PLC0415 - comes with jinja2

    return _safe(_QUOTED.sub(r"<code>\1</code>", str(escape(_line(text)))))


def _path(text: str) -> str:
    return shorten(path(text), _LONGEST)
