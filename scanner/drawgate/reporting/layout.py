"""Lines for one width and one set of signs; nothing is told by colour alone."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Final

from rich.console import Console
from rich.text import Text

from drawgate.core.severity import Severity
from drawgate.policy.verdict import Effect
from drawgate.reporting.text import columns, disarm, line, path, shorten, shorten_place

LONGEST: Final = 400
"""Characters of one text; summary.md and results.sarif have more."""
_MESSAGE: Final = 2
"""Lines of a message that doesn't fit beside its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signs:
    """The characters that are not letters."""

    good: str
    bad: str
    warn: str
    none: str
    full: str
    empty: str


UNICODE: Final = Signs(good="✓", bad="✗", warn="!", none="·", full="■", empty="□")
ASCII: Final = Signs(good="+", bad="x", warn="!", none="-", full="#", empty=".")

_NARROWEST: Final = 40
_WIDEST: Final = 120
_STYLES: Final = {
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
class Layout:
    """Turns words into lines that fit."""

    width: int
    signs: Signs

    def section(self, title: str, lines: Iterator[Text]) -> Iterator[Text]:
        """Give a heading and its lines; nothing where there are none."""
        listed = list(lines)
        if listed:
            yield Text()
            yield Text(title, style="bold")
            for text in listed:
                text.truncate(self.width, overflow="ellipsis")
                yield text

    def effect(self, effect: Effect) -> tuple[str, str]:
        """Give the sign of what decides, and of what only warns, with its style."""
        if effect is Effect.FAIL:
            return self.signs.bad, "bold red"
        return self.signs.warn, "bold yellow"

    def severity(self, severity: Severity) -> Text:
        """Write a severity with a bar."""
        filled = _BARS.get(severity)
        most = max(_BARS.values())
        bar = "?" * most
        if filled is not None:
            bar = self.signs.full * filled + self.signs.empty * (most - filled)
        return Text(f"{bar} {severity.upper():8}", style=_STYLES[severity])

    def spot(self, place: str, message: str, *, indent: int) -> Iterator[Text]:
        """Write a place and what is wrong there: on one line if it fits, else below it.

        A long path loses folders of its middle, a long message its end; the line stays.
        """
        room = self.width - indent
        shown = shorten_place(path(place), room) or "the target"
        said = shorten(line(message), LONGEST)
        if columns(shown) + 2 + columns(said) <= room:
            yield Text(f"{'':{indent}}{shown}  {said}")
            return
        yield Text(f"{'':{indent}}{shown}")
        below = list(self.wrapped(Text(f"{'':{indent + 2}}{said}"), hang=indent + 2))
        yield from below[: _MESSAGE - 1]
        if len(below) >= _MESSAGE:
            last = below[_MESSAGE - 1]
            yield last + Text("…" if len(below) > _MESSAGE else "")

    def wrapped(self, text: Text, *, hang: int) -> Iterator[Text]:
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


def layout_for(width: int, *, ascii_only: bool) -> Layout:
    """Give the layout of a terminal; `width` in columns, 40 to 120."""
    return Layout(
        # In ASCII an ellipsis takes three columns instead of one.
        width=max(_NARROWEST, min(width, _WIDEST)) - (2 if ascii_only else 0),
        signs=ASCII if ascii_only else UNICODE,
    )


def drawn(layout: Layout, lines: Iterable[Text], *, color: bool) -> str:
    """Write lines as a terminal shows them."""
    console = Console(
        file=StringIO(),
        width=layout.width,
        force_terminal=color,
        color_system="standard" if color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        _environ={},  # rich would let COLUMNS, TERM and others change the output
    )
    with console.capture() as capture:
        for text in lines:
            text.truncate(layout.width, overflow="ellipsis")
            console.print(text, soft_wrap=True)
    shown = disarm(capture.get())
    return _to_ascii(shown) if layout.signs is ASCII else shown


def _to_ascii(shown: str) -> str:
    return shown.replace("…", "...").encode("ascii", "backslashreplace").decode()
