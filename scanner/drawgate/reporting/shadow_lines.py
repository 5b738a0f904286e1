"""The comparison with other logs, for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.text import Text

from drawgate.core.shadow import Flaw, Shadow
from drawgate.core.words import count
from drawgate.reporting.beside import Unmet, by_tool, headline, named, not_counted, unmet
from drawgate.reporting.layout import LONGEST, Layout
from drawgate.reporting.text import at, line, path, shorten, shorten_place

_SHOWN: Final = 8
_OURS: Final = 4


def shadow_lines(layout: Layout, shadow: Shadow) -> Iterator[Text]:
    """Give the lines below the heading: the numbers, then by reason what only they have."""
    names = ", ".join(line(each.name) for each in shadow.logs)
    yield from layout.wrapped(Text(f"  {names}: {headline(shadow)}"), hang=4)
    for note in shadow.notes:
        told = Text.assemble("  ", (layout.signs.warn, "bold yellow"), f" {line(note)}")
        yield from layout.wrapped(told, hang=4)
    yield from _listed(layout, "Only theirs", unmet(shadow), _SHOWN)
    yield from _listed(layout, "In both, and not counted here", not_counted(shadow), _OURS)
    if shadow.only_ours:
        title = Text.assemble(("  Only ours: ", "bold"), line(by_tool(shadow.only_ours)))
        yield from layout.wrapped(title, hang=4)
    for flaw in shadow.only_ours[:_OURS]:
        yield _flaw(layout, flaw)
    yield from _rest(len(shadow.only_ours) - _OURS)


def _listed(layout: Layout, title: str, items: Sequence[Unmet], most: int) -> Iterator[Text]:
    if items:
        yield Text(f"  {title}:", style="bold")
    for item in items[:most]:
        yield from _unmet(layout, item)
    yield from _rest(sum(item.count for item in items[most:]))


def _unmet(layout: Layout, item: Unmet) -> Iterator[Text]:
    head = Text.assemble("  ", layout.severity(item.severity), f" {item.count:,}: ")
    yield from layout.wrapped(head + Text(shorten(line(item.reason), LONGEST)), hang=4)
    for flaw in item.examples:
        yield from layout.spot(at(flaw.path, flaw.line), named(flaw), indent=6)


def _flaw(layout: Layout, flaw: Flaw) -> Text:
    head = Text.assemble("  ", layout.severity(flaw.severity), " ")
    room = layout.width - len(head)
    place = shorten_place(path(at(flaw.path, flaw.line)), room // 2) or "the target"
    return head + Text(shorten(f"{place}  {line(named(flaw))}", room))


def _rest(number: int) -> Iterator[Text]:
    if number > 0:
        text = f"  … and {count(number, 'more flaw')}; shadow.json or --json has all"
        yield Text(text, style="dim")
