"""A summary in Markdown, small enough for a job page or a comment whatever was found.

Finding text is hostile. All of it stands in code spans: nothing in one is a link, a mention,
a tag or markup, on any of the platforms that render this (CommonMark 0.31 §6.1).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeVar

from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.policy.verdict import AttemptFacts, Coverage, State
from drawgate.reporting.advice import Fix
from drawgate.reporting.groups import Group, Spot
from drawgate.reporting.text import amount, disarm, line, path, shorten
from drawgate.reporting.view import Missed, NotRun, Reason, View

T = TypeVar("T")

MAX_BYTES: Final = 60_000
"""Below the 65,536 characters of a comment on GitHub; a step summary may hold 1 MiB."""

_MARKS: Final = {"PASSED": "✅", "FAILED": "❌", "INCOMPLETE": "⚠️"}
_FIXES: Final = 10
_GROUPS: Final = 30
_SPOTS: Final = 3
_LINES: Final = 20
_WHY: Final = 4
_LONGEST: Final = 200


def render(view: View) -> bytes:
    """Write the summary, cut at `MAX_BYTES` if the parts together are still too long."""
    kept: list[str] = []
    left = MAX_BYTES - len(_CUT.encode())
    for text in _lines(view):
        left -= len(text.encode()) + 1
        if left < 0:
            kept.append(_CUT)
            break
        kept.append(text)
    return disarm("\n".join(kept) + "\n").encode()


_CUT: Final = "\n*This summary was cut here. Everything is in `results.sarif`.*"


def _lines(view: View) -> Iterator[str]:
    yield f"## {_MARKS[view.status]} Drawgate: {view.status}"
    yield f"\n{view.headline}."
    yield from _section("Why", _capped(view.reasons, _reason, _LINES, "reason"))
    yield from _section(
        "Fix first" if view.reasons else "Fix next", _capped(view.fix_first, _fix, _FIXES, "change")
    )
    yield from _section("Scanners", _scanners(view))
    yield from _section("Findings", _findings(view))
    yield from _section("Not assessed", _capped(view.not_assessed, _missed, _LINES, "reason"))
    yield from _section("Warnings", _capped(view.warnings, _reason, _LINES, "warning"))
    yield from _section("Not counted", _apart(view))
    yield from _section("What was judged", _footer(view))


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"\n### {title}\n"
        yield from listed


def _reason(reason: Reason) -> str:
    hint = f" {_code(reason.hint)}" if reason.hint else ""
    spots = "".join(f"\n  - {_spot(spot, rule=True)}" for spot in reason.spots[:_WHY])
    return f"- **{reason.effect}**: {_code(reason.text)}{hint}{spots}"


def _fix(fix: Fix) -> str:
    where = f" in {_code(fix.places[0], path)}" if fix.places else ""
    rest = f" and {len(fix.places) - 1} more" if len(fix.places) > 1 else ""
    closes = count(fix.closes, "finding")
    return f"1. {_severity(fix.severity)} {_code(fix.text)}{where}{rest} (closes {closes})"


def _scanners(view: View) -> Iterator[str]:
    for item in view.not_run:
        if item.state in (State.FAILED, State.UNAVAILABLE):
            yield _not_run(item)
    yield from map(_ran, view.ran)
    others = [i for i in view.not_run if i.state in (State.NOT_SELECTED, State.NOT_APPLICABLE)]
    for item in others:
        yield f"- {_code(item.name)}: {item.state}: {_code(item.reason)}"


def _not_run(item: NotRun) -> str:
    step = f" Next: {_code(item.next_step)}" if item.next_step else ""
    return (
        f"- **{item.state.upper()}** {_code(item.name)} ({item.kind}): {_code(item.reason)}{step}"
    )


def _ran(facts: AttemptFacts) -> str:
    parts = [count(facts.findings, "finding"), f"{facts.looked_at:,} looked at"]
    if facts.not_assessed:
        parts.append(f"**{facts.not_assessed:,} not assessed**")
    named = f"{facts.name} {facts.version}".strip()
    return f"- {_code(named)} ({facts.kind}): {', '.join(parts)}"


def _findings(view: View) -> Iterator[str]:
    counts = view.verdict.totals.by_severity.items()
    listed = [f"{number:,} {severity}" for severity, number in counts if number]
    if listed:
        yield ", ".join(listed) + "\n"
    for item in view.groups[:_GROUPS]:
        yield from _group(item)
    if rest := view.groups[_GROUPS:]:
        hidden = sum(item.count for item in rest)
        yield f"- … and {count(hidden, 'finding')} of {count(len(rest), 'other cause')}"


def _group(item: Group) -> Iterator[str]:
    part = f"{item.blocking:,} of " if item.blocking < item.count else ""
    mark = f"**blocks {part}{item.count:,}** " if item.blocking else ""
    title = "" if item.title == item.name else f": {_code(item.title)}"
    named = f"{_code(item.name)} ({_code(item.tool)}), {count(item.count, 'finding')}{title}"
    yield f"- {mark}{_severity(item.severity)} {named}"
    for spot in item.spots[:_SPOTS]:
        yield f"  - {_spot(spot)}"
    if item.count > _SPOTS:
        yield f"  - … and {item.count - _SPOTS:,} more in `results.sarif`"


def _spot(spot: Spot, *, rule: bool = False) -> str:
    place = f"{spot.path}:{spot.line}" if spot.line else spot.path
    where = _code(place, path) if place else "the target"
    named = f"{_code(spot.rule)} " if rule and spot.rule else ""
    return f"{where} {named}{_code(spot.message)}"


def _missed(item: Missed) -> str:
    examples = ", ".join(_code(example, path) for example in item.examples)
    return f"- {item.count:,}: {_code(item.reason)}, such as {examples}"


def _apart(view: View) -> Iterator[str]:
    suppressed = sum(item.count for item in view.suppressed)
    if suppressed:
        yield f"- {count(suppressed, 'finding')} suppressed, listed in `results.sarif`"
    for item in view.exclusions[:_LINES]:
        pattern = f"{_code(item.pattern, path)} ({_code(item.origin)})"
        yield f"- {amount(item.files, item.folders)} left out: {pattern}"
    if (rest := len(view.exclusions) - _LINES) > 0:
        yield f"- … and {count(rest, 'more pattern')}"


def _footer(view: View) -> Iterator[str]:
    verdict = view.verdict
    target = verdict.target
    policy = verdict.policy
    commit = f" at {_code(target.commit[:12])}" if target.commit else ""
    yield f"- {_code(target.name)}{commit}, {count(target.files, 'file')}"
    pack = f"{_code(f'{policy.id} {policy.version}')} ({_code(policy.source)})"
    yield f"- policy {pack}, SHA-256 `{policy.digest[:12]}`"
    yield from map(_coverage, verdict.coverage)
    for data in verdict.advisories:
        records = count(data.records, "record")
        yield f"- advisories: {_code(data.source)}, {records}, newest {_code(data.newest)}"
    yield f"- offline: {verdict.offline}; ages count to {_code(verdict.as_of)}"


def _coverage(item: Coverage) -> str:
    total = item.looked_at + item.not_assessed
    return f"- {item.kind}: {item.looked_at:,} of {total:,} looked at"


def _capped(items: Sequence[T], show: Callable[[T], str], limit: int, noun: str) -> Iterator[str]:
    yield from map(show, items[:limit])
    if (rest := len(items) - limit) > 0:
        yield f"- … and {count(rest, f'more {noun}')}"


def _severity(severity: Severity) -> str:
    return f"**{severity.upper()}**"


def _code(text: str, clean: Callable[[str], str] = line) -> str:
    """Put text into a code span, in more backticks than it holds in a row."""
    shown = shorten(clean(text), _LONGEST) or " "
    fence = "`" * (max(map(len, _BACKTICKS.findall(shown)), default=0) + 1)
    # A blank on both sides is taken off again; without it, text could begin or end the fence.
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}"


_BACKTICKS: Final = re.compile("`+")
