"""The report as one page: no script, nothing loaded, below two megabytes whatever was found.

Finding text is hostile. The templates in `reports/html/` run in a sandbox with autoescaping, and
the page's own policy (CSP) allows one style sheet and nothing else.
"""

import hashlib
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from drawgate import resources
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.policy.verdict import State
from drawgate.reporting import beside
from drawgate.reporting.causes import LONGEST, Key, cause_of, members_of
from drawgate.reporting.charts import Chart, bar_chart
from drawgate.reporting.cut import Cut, cut
from drawgate.reporting.groups import Group
from drawgate.reporting.text import amount, line, path, shorten
from drawgate.reporting.view import Row, View

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

MAX_BYTES: Final = 2_000_000
_FOR_GROUPS: Final = 1_200_000
_FOR_SUPPRESSED: Final = 200_000
"""Bytes that the findings may take; the lists around them need the rest."""
_OPEN: Final = 3
"""Causes that are unfolded, if they block, or stand apart for a reason that is to be read."""
_LISTED: Final = (100, 20, 4)
"""Lines of any one list beside the findings: as many as fit."""
_SHAPES: Final = {
    Severity.CRITICAL: "◆", Severity.HIGH: "▲", Severity.MEDIUM: "■", Severity.LOW: "●",
    Severity.INFO: "○", Severity.UNKNOWN: "?",
}  # fmt: skip
"""A severity is told by word and shape; its colour only helps."""
_QUOTED: Final = re.compile("`([^`]+)`")
_STOPPED: Final = (State.FAILED, State.UNAVAILABLE)
"""They come before what ran, and what was never meant to run comes after it."""
_MARKS: Final = {"PASSED": "✓", "FAILED": "✗", "INCOMPLETE": "!"}


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
    compared = view.verdict.baseline is not None
    members = members_of((row for row in view.rows if not row.apart), compared=compared)
    groups = _written(view.groups, members, _FOR_GROUPS)
    apart = _written(view.suppressed, members_of(view.apart, compared=False), _FOR_SUPPRESSED)
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
        "beside": beside.headline(view.shadow) if view.shadow else "",
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
        "gone": view.gone,
        "unmet": beside.unmet(view.shadow) if view.shadow else (),
        "not_counted": beside.not_counted(view.shadow) if view.shadow else (),
        "only_ours": view.shadow.only_ours if view.shadow else (),
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


def _written(
    groups: Sequence[Group], members: Mapping[Key, Sequence[Row]], budget: int
) -> _Written:
    """Write groups until the budget is used up; the first are the worst."""
    draw = _environment().get_template("parts.html.j2").module
    pieces: list[str] = []
    for number, group in enumerate(groups):
        rows = members.get((group.tool, group.name, group.fresh), ())
        shown = cause_of(group, rows, open_=number < _OPEN)
        head = number == 0 or groups[number - 1].fresh is not group.fresh
        piece = str(draw.cause(shown, _heading(group) if head else ""))  # type: ignore[attr-defined]  # a macro
        budget -= len(piece.encode("utf-8", "replace"))
        if budget < 0:
            rest = groups[number:]
            found = count(sum(item.count for item in rest), "finding")
            left_out = f"{found} of {count(len(rest), 'other cause')}"
            return _Written(html="".join(pieces), left_out=left_out)
        pieces.append(piece)
    return _Written(html="".join(pieces), left_out="")


def _heading(first: Group) -> str:
    """Give the heading of the groups that begin with this one; without a baseline there is none."""
    if first.fresh is None:
        return ""
    return "New since the baseline" if first.fresh else "As before"


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
    texts = {"line": _line, "path": _path, "words": _words, "named": beside.named}
    environment.filters |= {**texts, "count": count, "amount": amount}
    environment.globals |= {"shapes": _SHAPES, "marks": _MARKS, "stopped": _STOPPED}
    return environment


def _line(text: str) -> str:
    return line(shorten(text, LONGEST))


def _words(text: str) -> Any:  # noqa: ANN401 - markupsafe's type
    """Show what stands in backticks as code; all of it is escaped before."""
    from markupsafe import escape  # noqa: PLC0415 - comes with jinja2

    return _safe(_QUOTED.sub(r"<code>\1</code>", str(escape(_line(text)))))


def _path(text: str) -> str:
    return shorten(path(text), LONGEST)
