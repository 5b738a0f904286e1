"""A summary in Markdown, small enough for a job page or a comment whatever was found.

Finding text is hostile; `prose` and `code` let none of it become markup.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import groupby
from typing import Final, TypeVar

from drawgate.core.advisory import EXPLOITS
from drawgate.core.excuse import excuse
from drawgate.core.severity import Severity
from drawgate.core.shadow import Flaw, Shadow
from drawgate.core.words import count
from drawgate.policy.since import BaselineFacts
from drawgate.policy.verdict import AttemptFacts, Coverage, Effect, State
from drawgate.reporting import beside
from drawgate.reporting.advice import Fix
from drawgate.reporting.groups import Group, Spot, alike, titled
from drawgate.reporting.prose import code, link, place, prose
from drawgate.reporting.text import amount, at, disarm, path, shorten
from drawgate.reporting.view import Missed, NotRun, PassedOver, Reason, Row, View, idle
from drawgate.reporting.waived import terms

T = TypeVar("T")

MAX_BYTES: Final = 60_000
"""Below the 65,536 characters of a comment on GitHub; a step summary may hold 1 MiB."""

_MARKS: Final = {"PASSED": "✅", "FAILED": "❌", "INCOMPLETE": "⚠️"}
_EFFECTS: Final = {Effect.FAIL: "❌"}
_FIXES: Final = 10
_GROUPS: Final = 30
_SPOTS: Final = 3
_LINES: Final = 20
_WHY: Final = 4
_FACTS: Final = 200
_NAME: Final = 80
_CUT: Final = "\n*This summary was cut here. Everything is in `results.sarif`.*"
_OPEN: Final = "<details>"
_CLOSE: Final = "</details>"


def render(view: View) -> bytes:
    """Write the summary, cut at `MAX_BYTES` if the parts together are still too long."""
    kept: list[str] = []
    left = MAX_BYTES - len(_CUT.encode()) - len(_CLOSE) - 2
    for text in _lines(view):
        left -= len(text.encode()) + 1
        if left < 0:
            if kept.count(_OPEN) > kept.count(_CLOSE):
                kept.append(f"\n{_CLOSE}")
            kept.append(_CUT)
            break
        kept.append(text)
    return disarm("\n".join(kept) + "\n").encode()


def _lines(view: View) -> Iterator[str]:
    yield f"## {_MARKS[view.status]} Drawgate: {view.status}"
    yield f"\n**{view.headline}.**"
    if view.since:
        yield f"\n{prose(view.since)}"
    yield f"\n{_about(view)}"
    yield from _section("Why", _capped(view.reasons, _reason, _LINES, "reason"))
    yield from _section(
        "Fix first" if view.reasons else "Fix next", _capped(view.fix_first, _fix, _FIXES, "change")
    )
    yield from _section("Scanners", _scanners(view))
    yield from _section("Not assessed", _capped(view.not_assessed, _missed, _LINES, "reason"))
    yield from _section("Warnings", _capped(view.further_warnings, _reason, _LINES, "warning"))
    yield from _section("Findings", _findings(view))
    yield from _section("Gone since the baseline", _rows(view.gone))
    yield from _section("Suppressed", _rows(view.apart))
    if view.shadow:
        yield from _section("Beside other logs", _shadow(view.shadow))
    yield from _section("Not counted", _apart(view))
    yield from _section("Waivers", _waivers(view))
    yield from _section("What was judged", _footer(view))


def _about(view: View) -> str:
    target, policy = view.verdict.target, view.verdict.policy
    commit = f" at {code(target.commit[:12])}" if target.commit else ""
    part = "".join(f", only {code(folder, path)}" for folder in target.folders)
    files = f"{count(target.files, 'file')}, " if target.form or target.files else ""
    pack = prose(f"{policy.id} {policy.version} ({policy.source})")
    return f"{code(target.name)}{commit}{part}: {files}policy {pack}"


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    listed = list(lines)
    if listed:
        yield f"\n### {title}\n"
        yield from listed


def _reason(reason: Reason) -> str:
    spots = "".join(f"\n  - {_spot(spot)}" for spot in reason.spots[:_WHY])
    hint = f"\n  - Next: {prose(reason.hint)}" if reason.hint else ""
    return f"- {_EFFECTS.get(reason.effect, '⚠️')} {prose(reason.text)}{spots}{hint}"


def _fix(fix: Fix) -> str:
    places = ", ".join(place(each) for each in fix.places)
    more = f" and {count(fix.more, 'more place')}" if fix.more else ""
    where = f"\n   - {places}{more}" if places else ""
    page = f"\n   - {shown}" if (shown := link(fix.help_uri)) else ""
    closes = count(fix.closes, "finding")
    urgent = f"\n   - **{prose(fix.urgency)}**" if fix.urgency else ""
    head = f"1. {_severity(fix.severity)} {prose(fix.text)} (closes {closes})"
    return f"{head}{urgent}{where}{page}"


def _scanners(view: View) -> Iterator[str]:
    for item in view.not_run:
        if item.state in (State.FAILED, State.UNAVAILABLE):
            yield _not_run(item)
    yield from map(_ran, view.ran)
    for first, *others in idle(view.not_run):
        names = ", ".join(code(item.name) for item in (first, *others))
        yield f"- {names}: {first.state}: {prose(first.reason)}"


def _not_run(item: NotRun) -> str:
    mark = "❌" if item.state is State.FAILED else "⚠️"
    reason = "see above" if item.told else prose(item.reason)
    step = f"\n  - Next: {prose(item.next_step)}" if item.next_step and not item.told else ""
    return f"- {mark} **{item.state.upper()}** {code(item.name)} ({item.kind}): {reason}{step}"


def _ran(facts: AttemptFacts) -> str:
    seen = f"{facts.looked_at:,} looked at" if facts.looked else "**0 looked at**"
    parts = [count(facts.findings, "finding"), seen]
    if facts.not_assessed:
        parts.append(f"**{facts.not_assessed:,} not assessed**")
    named = f"{facts.name} {facts.version}".strip()
    mark = "✅" if facts.looked else "⚠️"
    return f"- {mark} {code(named)} ({facts.kind}): {', '.join(parts)}"


def _findings(view: View) -> Iterator[str]:
    counts = view.verdict.totals.by_severity.items()
    listed = [f"{number:,} {severity}" for severity, number in counts if number]
    if not view.groups:
        yield from ([", ".join(listed)] if listed else [])
        return
    yield _OPEN
    yield f"<summary>{', '.join(listed) or 'all suppressed'}</summary>\n"
    for fresh, groups in groupby(view.groups, key=lambda item: item.fresh):
        if fresh is not None:
            yield f"{'' if fresh else chr(10)}**{'New' if fresh else 'As before'}:**\n"
        yield from _groups(tuple(groups))
    yield ""
    yield _CLOSE


def _groups(groups: Sequence[Group]) -> Iterator[str]:
    for item in groups[:_GROUPS]:
        yield from _group(item)
    if rest := groups[_GROUPS:]:
        hidden = sum(item.count for item in rest)
        yield f"- … and {count(hidden, 'finding')} of {count(len(rest), 'other cause')}"


def _rows(rows: Sequence[Row]) -> Iterator[str]:
    """List findings that count nowhere, folded up, each with its excuse if it has one."""
    if not rows:
        return
    yield _OPEN
    yield f"<summary>{count(len(rows), 'finding')}</summary>\n"
    yield from _capped(rows, _row, _LINES, "finding")
    yield ""
    yield _CLOSE


def _row(row: Row) -> str:
    finding = row.finding
    said = excuse(finding)
    told = f"\n  - {prose(said)}" if said else ""
    where = place(at(finding.path, finding.line))
    named = f"{code(finding.rule.id)} ({code(finding.tool)})"
    return f"- {_severity(finding.severity)} {where} {named}{told}"


def _group(item: Group) -> Iterator[str]:
    part = f"{item.blocking:,} of " if item.blocking < item.count else ""
    mark = f"❌ **blocks {part}{item.count:,}** " if item.blocking else ""
    name = item.title if alike(item.title, item.name) else titled(item.name, item.title)
    found = f"{count(item.count, 'finding')} by {code(item.tool)}"
    found += f"; {item.since}" if item.since else ""
    found += f"; {prose(item.exploit)}" if item.exploit else ""
    yield f"- {mark}{_severity(item.severity)} {prose(name)} ({found})"
    shown = list(dict.fromkeys(at(spot.path, spot.line) for spot in item.spots))[:_SPOTS]
    more = f" and {item.count - len(shown):,} more" if item.count > len(shown) else ""
    yield f"  - {', '.join(map(place, shown))}{more}"


def _shadow(shadow: Shadow) -> Iterator[str]:
    names = ", ".join(code(each.name) for each in shadow.logs)
    yield f"- {names}: {beside.headline(shadow)}"
    yield from _capped(shadow.notes, lambda note: f"- ⚠️ {prose(note)}", _LINES, "note")
    for what, items in (
        ("only theirs", beside.unmet(shadow)),
        ("in both, and not counted here", beside.not_counted(shadow)),
    ):
        yield from _capped(items, partial(_unmet, what), _LINES, "reason")
    if shadow.only_ours:
        yield f"- only ours: {prose(beside.by_tool(shadow.only_ours))}"


def _unmet(what: str, item: beside.Unmet) -> str:
    examples = "".join(f"\n  - {_flaw(flaw)}" for flaw in item.examples)
    return f"- {what}, {item.count:,}: {prose(item.reason)}{examples}"


def _flaw(flaw: Flaw) -> str:
    where = place(at(flaw.path, flaw.line))
    return f"{_severity(flaw.severity)} {where} {prose(beside.named(flaw))}"


def _spot(spot: Spot) -> str:
    return f"{place(at(spot.path, spot.line))} {prose(titled(spot.rule, spot.message))}"


def _missed(item: Missed) -> str:
    examples = ", ".join(code(example, path) for example in item.examples)
    such = "such as " if item.count > len(item.examples) else ""
    return f"- {item.count:,}: {prose(item.reason)} ({such}{examples})"


def _apart(view: View) -> Iterator[str]:
    yield from map(_passed_over, view.passed_over[:_LINES])
    if view.counts:
        yield f"- {view.counts}, listed in `results.sarif`"
    for sentence in view.set_apart:
        yield f"- {prose(sentence)}, listed in `results.sarif`"
    yield from (f"- {prose(sentence)}" for sentence in view.excused)
    for item in view.exclusions[:_LINES]:
        pattern = f"{code(item.pattern, path)} ({code(item.origin)})"
        yield f"- {amount(item.files, item.folders)} left out: {pattern}"
    if (rest := len(view.exclusions) - _LINES) > 0:
        yield f"- … and {count(rest, 'more pattern')}"


def _waivers(view: View) -> Iterator[str]:
    waived = view.verdict.waivers
    for told in waived.waivers[:_LINES] if waived else ():
        facts = prose(terms(told), _FACTS)
        against = prose(f": {'; '.join(told.why)}" if told.why else "", _FACTS)
        mark = "" if told.counts and not told.lapsed else "⚠️ "
        found = count(told.findings, "finding")
        shown = prose(told.reason, _FACTS)
        reason = f"\n  - {shown}" if shown else ""  # an empty item would make a heading of the line
        name = code(shorten(told.id, _NAME))
        yield f"- {mark}{name} ({facts}): {found}, {told.standing}{against}{reason}"
    if waived and (rest := len(waived.waivers) - _LINES) > 0:
        yield f"- … and {count(rest, 'more waiver')} in `verdict.json`"


def _passed_over(item: PassedOver) -> str:
    verb = "does" if item.count == 1 else "do"
    found = f"{count(item.count, 'finding')} in {prose(item.roles)} files"
    return f"- {found} {verb} not count for: {prose(item.rule)}"


def _footer(view: View) -> Iterator[str]:
    verdict = view.verdict
    yield from map(_coverage, verdict.coverage)
    if facts := verdict.baseline:
        yield f"- baseline: {_baseline(facts)}"
    for data in verdict.advisories:
        records = count(data.records, "record")
        yield f"- advisories: {code(data.source)}, {records}, newest {code(data.newest)}"
        for source in data.sources:
            if source.kind in EXPLOITS:
                yield f"- {source.kind.upper()}: of {code(source.newest)}"
    yield f"- pack: SHA-256 `{verdict.policy.digest[:12]}`"
    yield f"- offline: {verdict.offline}; ages count to {code(verdict.as_of)}"


def _baseline(facts: BaselineFacts) -> str:
    """Name it by what can't change: a commit, or a file's digest."""
    fixed = f"commit {code(facts.commit[:12])}" if facts.ref and facts.commit else ""
    fixed = fixed or (f"SHA-256 {code(facts.digest[:12])}" if facts.digest else "")
    named = code(facts.source) if facts.source else "the log does not name it"
    return f"{named}, {fixed}" if fixed else named


def _coverage(item: Coverage) -> str:
    total = item.looked_at + item.not_assessed
    return f"- {item.kind}: {item.looked_at:,} of {total:,} looked at"


def _capped(items: Sequence[T], show: Callable[[T], str], limit: int, noun: str) -> Iterator[str]:
    yield from map(show, items[:limit])
    if (rest := len(items) - limit) > 0:
        yield f"- … and {count(rest, f'more {noun}')}"


def _severity(severity: Severity) -> str:
    return f"**{severity.upper()}**"
