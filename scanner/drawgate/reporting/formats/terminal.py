"""The summary a person sees: why the build is red, then what to do, then the rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, TypeVar

from rich.text import Text

from drawgate.core.excuse import excuse
from drawgate.core.words import count
from drawgate.policy.verdict import AttemptFacts, State
from drawgate.reporting.advice import Fix
from drawgate.reporting.groups import Group, Spot, alike, titled
from drawgate.reporting.layout import LONGEST, Layout, drawn, layout_for
from drawgate.reporting.shadow_lines import shadow_lines
from drawgate.reporting.text import amount, at, columns, line, path, shorten, shorten_place
from drawgate.reporting.view import Missed, NotRun, Reason, Row, View, idle
from drawgate.reporting.waived import in_force

T = TypeVar("T")

_FIXES: Final = 5
_GROUPS: Final = 8
_KNOWN: Final = 4
"""Groups that are shown of what is no news."""
_WHY: Final = 4
"""Places that a broken rule shows at once."""
_MISSED: Final = 5
_SCREEN: Final = 24
_EXAMPLE: Final = 60
_NAME: Final = 16
"""Columns that the name of a finding needs at least."""
_STYLES: Final = {
    "PASSED": "bold green",
    "FAILED": "bold red",
    "INCOMPLETE": "bold yellow",
}


def render(view: View) -> bytes:
    """Write the summary as plain text, 80 columns wide."""
    return draw(view).encode()


def draw(view: View, *, width: int = 80, color: bool = False, ascii_only: bool = False) -> str:
    """Write the summary for a terminal; `width` in columns, 40 to 120.

    Nothing is told by colour alone: every severity has its word and a bar.
    """
    layout = layout_for(width, ascii_only=ascii_only)
    return drawn(layout, _Sheet(layout=layout).lines(view), color=color)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """All sections, each line made by the layout."""

    layout: Layout

    def lines(self, view: View) -> Iterator[Text]:
        """Give all lines; the verdict stands at the end again where the first has scrolled away."""
        listed = [*self._verdict(view), *self._body(view)]
        yield from listed
        if len(listed) > _SCREEN:
            yield Text("")
            yield from self._outcome(view)

    def _body(self, view: View) -> Iterator[Text]:
        section = self.layout.section
        yield from section("Why", self._reasons(view.reasons))
        yield from section("Fix first" if view.reasons else "Fix next", self._fixes(view))
        yield from section("Scanners", self._scanners(view))
        yield from section("Findings", self._findings(view))
        yield from section("Gone since the baseline", self._rows(view.gone))
        yield from section("Suppressed", self._rows(view.apart))
        if view.shadow:
            yield from section("Beside other logs", shadow_lines(self.layout, view.shadow))
        yield from section("Not assessed", self._missed(view))
        yield from section("Warnings", self._reasons(view.further_warnings))
        yield from section("Not counted", self._apart(view))

    def _verdict(self, view: View) -> Iterator[Text]:
        yield from self._outcome(view)
        verdict = view.verdict
        target = verdict.target
        commit = f" at {line(target.commit[:12])}" if target.commit else ""
        part = "".join(f", only {path(folder)}" for folder in target.folders)
        policy = f"policy {verdict.policy.id} {verdict.policy.version} ({verdict.policy.source})"
        # Nobody knows how many files another tool's log stands for.
        files = f", {count(target.files, 'file')}" if target.form or target.files else ""
        about = f"{line(target.name)}{commit}{part}{files}, {line(policy)}"
        yield from self.layout.wrapped(Text(f"  {about}", style="dim"), hang=2)
        if view.since:
            yield from self.layout.wrapped(Text(f"  {line(view.since)}"), hang=2)

    def _outcome(self, view: View) -> Iterator[Text]:
        signs = {"PASSED": self.layout.signs.good, "FAILED": self.layout.signs.bad}
        sign = signs.get(view.status, self.layout.signs.warn)
        head = (f"{sign} {view.status}", _STYLES[view.status])
        yield from self.layout.wrapped(Text.assemble(head, f"  {view.headline}."), hang=2)

    def _reasons(self, reasons: tuple[Reason, ...]) -> Iterator[Text]:
        for reason in reasons:
            sign, style = self.layout.effect(reason.effect)
            text = shorten(line(reason.text), LONGEST)
            yield from self.layout.wrapped(Text.assemble("  ", (sign, style), f" {text}"), hang=4)
            for spot in reason.spots[:_WHY]:
                yield from self._spot(spot)
            if reason.hint:
                hint = shorten(line(reason.hint), LONGEST)
                yield from self.layout.wrapped(Text(f"    {hint}", style="dim"), hang=4)

    def _spot(self, spot: Spot) -> Iterator[Text]:
        place = at(spot.path, spot.line)
        yield from self.layout.spot(place, titled(spot.rule, spot.message), indent=6)

    def _fixes(self, view: View) -> Iterator[Text]:
        for number, fix in enumerate(view.fix_first[:_FIXES], start=1):
            yield from self._fix(number, fix)
        if rest := view.fix_first[_FIXES:]:
            closes = count(sum(fix.closes for fix in rest), "finding")
            text = f"  … and {count(len(rest), 'more change')}, for {closes}"
            yield Text(f"{text}; summary.md has more", style="dim")

    def _fix(self, number: int, fix: Fix) -> Iterator[Text]:
        head = Text.assemble(f"  {number}. ", self.layout.severity(fix.severity), " ")
        text = shorten(line(fix.text), LONGEST)
        yield from self.layout.wrapped(head + Text(text), hang=5)
        if fix.urgency:
            yield from self.layout.wrapped(Text(f"     {fix.urgency}", style="bold"), hang=5)
        room = self.layout.width - 5
        others = len(fix.places) - 1 + fix.more
        rest = f" and {count(others, 'more place')}" if others > 0 else ""
        closes = f"closes {count(fix.closes, 'finding')}"
        place = shorten_place(path(fix.places[0]), room) if fix.places else ""
        first = f"{place}{rest}"
        if columns(first) + 2 + columns(closes) <= room:
            yield Text(f"     {first}; {closes}" if first else f"     {closes}", style="dim")
        else:
            yield Text(f"     {place}", style="dim")
            yield Text(f"     {f'{rest.strip()}; ' if rest else ''}{closes}", style="dim")
        if fix.help_uri and columns(shown := line(fix.help_uri)) + 4 <= room:
            yield Text(f"     see {shown}", style="dim")

    def _scanners(self, view: View) -> Iterator[Text]:
        for item in view.not_run:
            if item.state in (State.FAILED, State.UNAVAILABLE):
                yield from self._stopped(item)
        for facts in view.ran:
            yield from self._ran(facts)
        for first, *others in idle(view.not_run):
            names = ", ".join(line(item.name) for item in (first, *others))
            text = f"{names}: {first.state}: {shorten(line(first.reason), LONGEST)}"
            left_out = Text(f"  {self.layout.signs.none} {text}", style="dim")
            yield from self.layout.wrapped(left_out, hang=4)

    def _stopped(self, item: NotRun) -> Iterator[Text]:
        signs = self.layout.signs
        head = f"{signs.bad if item.state is State.FAILED else signs.warn} {item.state.upper()}"
        reason = "see above" if item.told else shorten(line(item.reason), LONGEST)
        named = f" {line(item.name)} ({item.kind}): {reason}"
        yield from self.layout.wrapped(Text.assemble("  ", (head, "bold red"), named), hang=4)
        if item.next_step and not item.told:
            yield from self.layout.wrapped(Text(f"    next: {line(item.next_step)}"), hang=4)

    def _ran(self, facts: AttemptFacts) -> Iterator[Text]:
        named = line(f"{facts.name} {facts.version}".strip())
        seen = f"{facts.looked_at:,} looked at" if facts.looked else "0 LOOKED AT"
        parts = [count(facts.findings, "finding"), seen]
        if facts.not_assessed:
            parts.append(f"{facts.not_assessed:,} NOT ASSESSED")
        signs = self.layout.signs
        sign = (signs.good, "green") if facts.looked else (signs.warn, "bold yellow")
        text = f" {named} ({facts.kind}): {', '.join(parts)}"
        yield from self.layout.wrapped(Text.assemble("  ", sign, text), hang=4)

    def _findings(self, view: View) -> Iterator[Text]:
        counts = view.verdict.totals.by_severity.items()
        if listed := [f"{number:,} {severity}" for severity, number in counts if number]:
            yield from self.layout.wrapped(Text(f"  {', '.join(listed)}"), hang=2)
        for fresh, groups in groupby(view.groups, key=lambda item: item.fresh):
            if fresh is not None:
                yield Text(f"  {'New' if fresh else 'As before'}:", style="bold")
            yield from self._groups(tuple(groups), _KNOWN if fresh is False else _GROUPS)

    def _groups(self, groups: Sequence[Group], most: int) -> Iterator[Text]:
        shown = groups[:most]
        numbers = [_number(item) for item in shown]
        for item, number in zip(shown, numbers, strict=True):
            yield self._group(item, f"{number:>{max(map(len, numbers))}}")
        if rest := groups[most:]:
            hidden = count(sum(item.count for item in rest), "finding")
            causes = count(len(rest), "other cause")
            yield Text(f"  … and {hidden} of {causes}, in results.sarif", style="dim")

    def _rows(self, rows: Sequence[Row]) -> Iterator[Text]:
        """List findings that count nowhere, each with its excuse if it has one."""
        shown, rest = _cut(rows, _MISSED)
        for row in shown:
            finding = row.finding
            head = Text.assemble("  ", self.layout.severity(finding.severity), " ")
            room = self.layout.width - len(head)
            place = shorten_place(path(at(finding.path, finding.line)), room // 2) or "the target"
            words = f"{place}  {line(finding.rule.id)} ({line(finding.tool)})"
            yield head + Text(shorten(words, room))
            if said := excuse(finding):
                told = Text(f"    {shorten(line(said), LONGEST)}", style="dim")
                yield from self.layout.wrapped(told, hang=4)
        if rest:
            text = f"  … and {count(len(rest), 'more finding')}, in results.sarif"
            yield Text(text, style="dim")

    def _group(self, item: Group, number: str) -> Text:
        mark = (f" {self.layout.signs.bad if item.blocking else ' '}", "red")
        same = alike(item.title, item.name)
        name = item.title if same else titled(item.name, item.title)
        since = f" [{item.since}]" if item.since else ""
        words = f" {number}{since}  {line(name)}"
        tool = f" ({line(item.tool)})"
        head = Text.assemble("  ", self.layout.severity(item.severity), mark)
        room = self.layout.width - len(head)
        if room - columns(tool) < _NAME + len(number):
            tool = ""  # what was found says more than who found it
        return head + Text(f"{shorten(words, room - columns(tool))}{tool}")

    def _missed(self, view: View) -> Iterator[Text]:
        shown, rest = _cut(view.not_assessed, _MISSED)
        for item in shown:
            yield from self.layout.wrapped(self._missing(item), hang=4)
        if rest:
            hidden, reasons = sum(item.count for item in rest), count(len(rest), "other reason")
            yield Text(f"  … and {hidden:,} for {reasons} in results.sarif", style="dim")

    def _missing(self, item: Missed) -> Text:
        examples = ", ".join(shorten_place(path(each), _EXAMPLE) for each in item.examples)
        reason = shorten(line(item.reason), LONGEST)
        such = "such as " if item.count > len(item.examples) else ""
        text = f" {item.count:,}: {reason} ({such}{examples})"
        return Text.assemble("  ", (self.layout.signs.warn, "bold yellow"), text)

    def _apart(self, view: View) -> Iterator[Text]:
        for passed in view.passed_over:
            verb = "does" if passed.count == 1 else "do"
            found = f"{count(passed.count, 'finding')} in {line(passed.roles)} files"
            text = Text(f'  {found} {verb} not count for "{line(passed.rule)}"')
            yield from self.layout.wrapped(text, hang=4)
        if view.counts:
            yield from self.layout.wrapped(
                Text(f"  {view.counts}, listed in results.sarif"), hang=4
            )
        for sentence in view.set_apart:
            text = Text(f"  {line(sentence)}, listed in results.sarif")
            yield from self.layout.wrapped(text, hang=4)
        for sentence in view.excused:
            yield from self.layout.wrapped(Text(f"  {line(sentence)}"), hang=4)
        for sentence in in_force(view.verdict.waivers):
            yield from self.layout.wrapped(Text(f"    {line(sentence)}", style="dim"), hang=6)
        shown, rest = _cut(view.exclusions, _MISSED)
        for item in shown:
            pattern = f"{path(item.pattern)} ({line(item.origin)})"
            yield Text(f"  {amount(item.files, item.folders)} left out: {pattern}")
        if rest:
            yield Text(f"  … and {count(len(rest), 'more pattern')} in verdict.json", style="dim")


def _number(item: Group) -> str:
    """Say how many there are, and how many of them block if it is not all."""
    part = f"{item.blocking:,} of " if 0 < item.blocking < item.count else ""
    return f"{part}{item.count:,}"


def _cut(items: Sequence[T], limit: int) -> tuple[Sequence[T], Sequence[T]]:
    """Split a list where it gets long; a single item is shown rather than counted."""
    limit += len(items) == limit + 1
    return items[:limit], items[limit:]
