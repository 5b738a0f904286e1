"""The summary a person sees: why the build is red, then what to do, then the rest."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Final

from rich.console import Console
from rich.text import Text

from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.policy.verdict import AttemptFacts, Effect, State
from drawgate.reporting.advice import Fix
from drawgate.reporting.groups import Group, Spot
from drawgate.reporting.text import amount, disarm, line, path, shorten, shorten_start
from drawgate.reporting.view import Missed, NotRun, Reason, View

_FIXES: Final = 5
_GROUPS: Final = 6
_SPOTS: Final = 2
_WHY: Final = 4
"""Places that a broken rule shows at once."""
_MISSED: Final = 5
_SCREEN: Final = 24
_NARROWEST: Final = 40
_WIDEST: Final = 120
_LONGEST: Final = 400
_HANG: Final = 19
"""Columns of a number, a bar and a severity before the text of a change."""


def render(view: View) -> bytes:
    """Write the summary as plain text, 80 columns wide."""
    return draw(view).encode()


def draw(view: View, *, width: int = 80, color: bool = False, ascii_only: bool = False) -> str:
    """Write the summary for a terminal; `width` in columns, 40 to 120.

    Nothing is told by colour alone: every severity has its word and a bar.
    """
    sheet = _Sheet(
        # In ASCII an ellipsis takes three columns instead of one.
        width=max(_NARROWEST, min(width, _WIDEST)) - (2 if ascii_only else 0),
        signs=_ASCII if ascii_only else _UNICODE,
    )
    console = Console(
        file=StringIO(),
        width=sheet.width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},  # rich would let COLUMNS, TERM and others change the output
    )
    with console.capture() as capture:
        for text in sheet.lines(view):
            console.print(text, soft_wrap=True)
    drawn = disarm(capture.get())
    return _to_ascii(drawn) if ascii_only else drawn


def _says(message: str, rule: str) -> bool:
    """Tell whether a message begins with the rule's name, however it is written."""
    bare = [re.sub(r"[^a-z0-9]", "", text.lower()) for text in (message, rule)]
    return bare[0].startswith(bare[1])


def _to_ascii(drawn: str) -> str:
    return drawn.replace("…", "...").encode("ascii", "backslashreplace").decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signs:
    """The characters that are not letters."""

    good: str
    bad: str
    warn: str
    none: str
    full: str
    empty: str
    rule: str


_UNICODE: Final = _Signs(good="✓", bad="✗", warn="!", none="·", full="■", empty="□", rule="─")
_ASCII: Final = _Signs(good="+", bad="x", warn="!", none="-", full="#", empty=".", rule="-")

_STATUS_STYLES: Final = {
    "PASSED": "bold green",
    "FAILED": "bold red",
    "INCOMPLETE": "bold yellow",
}
_SEVERITY_STYLES: Final = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "blue",
    Severity.UNKNOWN: "magenta",
}
_BARS: Final = {
    Severity.CRITICAL: 4,
    Severity.HIGH: 3,
    Severity.MEDIUM: 2,
    Severity.LOW: 1,
    Severity.INFO: 0,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """Lays out lines for one width and one set of signs."""

    width: int
    signs: _Signs

    def lines(self, view: View) -> Iterator[Text]:
        """Give all lines; the verdict stands at the end again where the first has scrolled away."""
        listed = [*self._verdict(view), *self._body(view)]
        yield from listed
        if len(listed) > _SCREEN:
            yield Text("")
            yield from list(self._verdict(view))[:-1]

    def _body(self, view: View) -> Iterator[Text]:
        yield from self._section("Why", self._reasons(view.reasons))
        yield from self._section("Fix first" if view.reasons else "Fix next", self._fixes(view))
        yield from self._section("Scanners", self._scanners(view))
        yield from self._section("Findings", self._findings(view))
        yield from self._section("Not assessed", self._missed(view))
        yield from self._section("Warnings", self._reasons(view.warnings))
        yield from self._section("Not counted", self._apart(view))

    def _verdict(self, view: View) -> Iterator[Text]:
        signs = {"PASSED": self.signs.good, "FAILED": self.signs.bad}
        style = _STATUS_STYLES[view.status]
        sign = signs.get(view.status, self.signs.warn)
        yield from self._wrapped(
            Text.assemble((f"{sign} {view.status}", style), f"  {view.headline}."), hang=2
        )
        verdict = view.verdict
        commit = f" at {line(verdict.target.commit[:12])}" if verdict.target.commit else ""
        policy = f"policy {verdict.policy.id} {verdict.policy.version} ({verdict.policy.source})"
        files = count(verdict.target.files, "file")
        about = f"{line(verdict.target.name)}{commit}, {files}, {line(policy)}"
        yield from self._wrapped(Text(f"  {about}", style="dim"), hang=2)

    def _section(self, title: str, lines: Iterator[Text]) -> Iterator[Text]:
        listed = list(lines)
        if listed:
            yield Text()
            yield Text(title, style="bold")
            for text in listed:
                text.truncate(self.width, overflow="ellipsis")
                yield text

    def _reasons(self, reasons: tuple[Reason, ...]) -> Iterator[Text]:
        for reason in reasons:
            sign, style = self._effect(reason.effect)
            text = shorten(line(reason.text), _LONGEST)
            yield from self._wrapped(Text.assemble("  ", (sign, style), f" {text}"), hang=4)
            for spot in reason.spots[:_WHY]:
                yield Text(f"      {self._spot(spot, rule=True)}")
            if reason.hint:
                hint = shorten(line(reason.hint), _LONGEST)
                yield from self._wrapped(Text(f"    {hint}", style="dim"), hang=4)

    def _effect(self, effect: Effect) -> tuple[str, str]:
        if effect is Effect.FAIL:
            return self.signs.bad, "bold red"
        return self.signs.warn, "bold yellow"

    def _fixes(self, view: View) -> Iterator[Text]:
        for number, fix in enumerate(view.fix_first[:_FIXES], start=1):
            yield from self._fix(number, fix)
        if rest := view.fix_first[_FIXES:]:
            closes = count(sum(fix.closes for fix in rest), "finding")
            yield Text(f"  … and {count(len(rest), 'more change')}, for {closes}", style="dim")

    def _fix(self, number: int, fix: Fix) -> Iterator[Text]:
        head = Text.assemble(f"  {number}. ", self._severity(fix.severity), " ")
        text = shorten(line(fix.text), _LONGEST)
        yield from self._wrapped(head + Text(text), hang=_HANG)
        more = f" and {len(fix.places) - 1} more" if len(fix.places) > 1 else ""
        where = f"{path(fix.places[0])}{more}; " if fix.places else ""
        closes = f"closes {count(fix.closes, 'finding')}"
        yield Text(f"{'':{_HANG}}{where}{closes}", style="dim")

    def _scanners(self, view: View) -> Iterator[Text]:
        for item in view.not_run:
            if item.state in (State.FAILED, State.UNAVAILABLE):
                yield from self._stopped(item)
        for facts in view.ran:
            yield self._ran(facts)
        for item in view.not_run:
            if item.state in (State.NOT_SELECTED, State.NOT_APPLICABLE):
                text = f"  {self.signs.none} {line(item.name)}: {item.state}: {line(item.reason)}"
                yield Text(text, style="dim")

    def _stopped(self, item: NotRun) -> Iterator[Text]:
        sign = self.signs.bad if item.state is State.FAILED else self.signs.warn
        head = f"{sign} {item.state.upper()}"
        reason = shorten(line(item.reason), _LONGEST)
        named = f" {line(item.name)} ({item.kind}): {reason}"
        yield from self._wrapped(Text.assemble("  ", (head, "bold red"), named), hang=4)
        if item.next_step:
            yield from self._wrapped(Text(f"    next: {line(item.next_step)}"), hang=4)

    def _ran(self, facts: AttemptFacts) -> Text:
        named = line(f"{facts.name} {facts.version}".strip())
        looked = f"{facts.looked_at:,} looked at"
        parts = [count(facts.findings, "finding"), looked]
        if facts.not_assessed:
            parts.append(f"{facts.not_assessed:,} NOT ASSESSED")
        sign = (self.signs.good, "green")
        return Text.assemble("  ", sign, f" {named} ({facts.kind}): {', '.join(parts)}")

    def _findings(self, view: View) -> Iterator[Text]:
        counts = view.verdict.totals.by_severity.items()
        if listed := [f"{number:,} {severity}" for severity, number in counts if number]:
            yield from self._wrapped(Text(f"  {', '.join(listed)}"), hang=2)
        for item in view.groups[:_GROUPS]:
            yield from self._group(item)
        if rest := view.groups[_GROUPS:]:
            hidden = sum(item.count for item in rest)
            yield Text(f"  … and {hidden:,} more in results.sarif", style="dim")

    def _group(self, item: Group) -> Iterator[Text]:
        blocks = (f" {self.signs.bad} blocks", "red") if item.blocking else ("", "")
        part = f"{item.blocking:,} of " if 0 < item.blocking < item.count else ""
        title = "" if item.title == item.name else f" {line(item.title)}"
        named = f" {part}{item.count:,} by {line(item.tool)}: {line(item.name)}{title}"
        yield Text.assemble("  ", self._severity(item.severity), blocks, named)
        for spot in item.spots[:_SPOTS]:
            yield Text(f"      {self._spot(spot)}")
        if (rest := item.count - _SPOTS) > 0:
            yield Text(f"      … and {rest:,} more in results.sarif", style="dim")

    def _spot(self, spot: Spot, *, rule: bool = False) -> str:
        place = f"{path(spot.path)}:{spot.line}" if spot.line else path(spot.path)
        named = f"{line(spot.rule)}: " if rule and not _says(spot.message, spot.rule) else ""
        return f"{place or 'the target'}  {named}{line(spot.message)}"

    def _missed(self, view: View) -> Iterator[Text]:
        for item in view.not_assessed[:_MISSED]:
            yield from self._wrapped(self._missing(item), hang=4)
        if rest := view.not_assessed[_MISSED:]:
            hidden = sum(item.count for item in rest)
            yield Text(f"  … and {hidden:,} more in results.sarif", style="dim")

    def _missing(self, item: Missed) -> Text:
        examples = ", ".join(shorten_start(path(example), 60) for example in item.examples)
        reason = shorten(line(item.reason), _LONGEST)
        text = f" {item.count:,}: {reason} ({examples})"
        return Text.assemble("  ", (self.signs.warn, "bold yellow"), text)

    def _apart(self, view: View) -> Iterator[Text]:
        if suppressed := sum(item.count for item in view.suppressed):
            text = f"  {count(suppressed, 'finding')} suppressed, listed in results.sarif"
            yield Text(text)
        for item in view.exclusions[:_MISSED]:
            pattern = f"{path(item.pattern)} ({line(item.origin)})"
            yield Text(f"  {amount(item.files, item.folders)} left out: {pattern}")
        if (rest := len(view.exclusions) - _MISSED) > 0:
            yield Text(f"  … and {count(rest, 'more pattern')} in verdict.json", style="dim")

    def _severity(self, severity: Severity) -> Text:
        filled = _BARS.get(severity)
        most = max(_BARS.values())
        bar = "?" * most
        if filled is not None:
            bar = self.signs.full * filled + self.signs.empty * (most - filled)
        return Text(f"{bar} {severity.upper():8}", style=_SEVERITY_STYLES[severity])

    def _wrapped(self, text: Text, *, hang: int) -> Iterator[Text]:
        """Break a text into lines; all but the first are indented by `hang`."""
        console = Console(file=StringIO(), width=self.width, _environ={})
        first = text.wrap(console, self.width)[0]
        start = len(first)
        start += len(text.plain[start:]) - len(text.plain[start:].lstrip())
        first.rstrip()
        yield first
        if rest := text[start:]:
            for piece in rest.wrap(console, self.width - hang):
                piece.rstrip()
                yield Text(" " * hang) + piece
