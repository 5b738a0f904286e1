"""Workflow commands, which GitHub shows as annotations; they need no token.

GitHub shows at most ten errors, ten warnings and ten notices of one step, so the worst come
first and the rest is counted in plain lines.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from drawgate.core.excuse import excuse
from drawgate.core.finding import Finding, State
from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.reporting.groups import cause, each_kind_first, is_fresh
from drawgate.reporting.text import at, disarm, line, path, shorten
from drawgate.reporting.view import Reason, Row, View

SHOWN: Final = 10
"""Annotations of one level that GitHub shows per step."""

_GENERAL: Final = 5
"""Reasons without a place that come before the findings, to leave room for those."""

_LEVELS: Final = ("error", "warning", "notice")
_LONGEST: Final = 1000
_QUIET: Final = (Severity.LOW, Severity.INFO)


def render(view: View) -> bytes:
    """Write one command a line, then what did not fit."""
    by_level: dict[str, list[str]] = {level: [] for level in _LEVELS}
    for level, command in _commands(view):
        by_level[level].append(command)
    lines = [command for level in _LEVELS for command in by_level[level][:SHOWN]]
    hidden = {level: len(commands) - SHOWN for level, commands in by_level.items()}
    lines += [_rest("more", number, level) for level, number in hidden.items() if number > 0]
    lines += [disarm(each) for each in _apart(view)]
    told = "".join(f" {line(said)}." for said in (view.counts, view.since, *view.set_apart) if said)
    lines.append(disarm(f"Drawgate: {view.status}. {line(view.headline)}.{told}"))
    return ("\n".join(lines) + "\n").encode()


def _commands(view: View) -> Iterator[tuple[str, str]]:
    """Give level and command of everything worth an annotation, the worst first."""
    general = [*_general("error", view.reasons), *_general("warning", view.warnings)]
    yield from general[:_GENERAL]
    active = [row for row in view.rows if not row.apart]
    ranked = sorted(
        active,
        key=lambda r: (not r.breaks, not is_fresh(r.finding), r.finding.severity.order),
    )
    members: dict[tuple[str, int | None, str], list[Row]] = {}
    for row in ranked:
        members.setdefault((row.finding.path, row.finding.line, cause(row.finding)), []).append(row)
    for worst, *more in each_kind_first(members.values(), lambda rows: rows[0].finding.kind):
        level = _level(worst)
        rest = f" ({len(more)} more at this place)" if more else ""
        yield level, _command(level, _place(worst.finding), f"{_message(worst.finding)}{rest}")
    yield from general[_GENERAL:]


def _apart(view: View) -> Iterator[str]:
    """Name what counts nowhere in plain lines: an annotation would ask for work."""
    for what, rows in (("suppressed", view.apart), ("gone", view.gone)):
        for row in rows[:SHOWN]:
            finding = row.finding
            place = path(at(finding.path, finding.line)) or "the target"
            said = excuse(finding)
            words = f"{what}: {place} {finding.rule.id} ({finding.tool})"
            yield shorten(line(f"{words}: {said}" if said else words), _LONGEST)
        if (rest := len(rows) - SHOWN) > 0:
            yield _rest(what, rest, "finding")


def _general(level: str, reasons: Iterable[Reason]) -> Iterator[tuple[str, str]]:
    for reason in reasons:
        text = f"{reason.text} ({reason.hint})" if reason.hint else reason.text
        yield level, _command(level, {"title": "Drawgate"}, text)


def _level(row: Row) -> str:
    if row.breaks:
        return "error"
    return "notice" if row.finding.severity in _QUIET else "warning"


def _place(finding: Finding) -> dict[str, str]:
    """Give an annotation's properties; GitHub needs a file before it heeds a line."""
    properties: dict[str, object] = {}
    if finding.path:
        properties["file"] = finding.path
        if region := finding.region:
            properties["line"] = region.start_line
            properties["col"] = region.start_column
            properties["endLine"] = region.end_line
            properties["endColumn"] = region.end_column
        else:
            properties["line"] = finding.line
    if properties.get("endLine") not in (None, properties.get("line")):
        # Columns are shown only for a flaw on one line; GitHub drops them otherwise.
        properties.pop("col"), properties.pop("endColumn")
    new = "new, " if finding.state is State.NEW else ""
    mark = "newly disclosed, " if finding.newly_disclosed else new
    title = f"{mark}{finding.severity.value}: {finding.rule.id} ({finding.tool})"
    return {k: str(v) for k, v in properties.items() if v is not None} | {"title": title}


def _message(finding: Finding) -> str:
    package = finding.dependency
    named = f"{package.name} {package.version}" if package else ""
    return finding.message if finding.message.startswith(named) else f"{named}: {finding.message}"


def _command(level: str, properties: dict[str, str], message: str) -> str:
    given = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{level} {given}::{_data(shorten(line(message), _LONGEST))}"


def _data(text: str) -> str:
    """Escape a message as the runner undoes it (actions/toolkit, command.ts)."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape a property: its end is a comma or a colon.

    A path may hold any character, line separators and lone surrogates included; what is left
    of them after the runner's own escapes must not end the line.
    """
    escaped = _data(text).replace(":", "%3A").replace(",", "%2C")
    return path(escaped)


def _rest(what: str, number: int, noun: str) -> str:
    return f"… and {count(number, f'{what} {noun}')} in results.sarif"
