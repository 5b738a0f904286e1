"""The comparison with other logs, in Markdown."""

from collections.abc import Iterator
from functools import partial
from typing import Final

from drawgate.core.shadow import Flaw, Shadow
from drawgate.reporting.beside import Unmet, by_tool, headline, named, not_counted, unmet
from drawgate.reporting.prose import capped, code, place, prose, severity
from drawgate.reporting.text import at

_SHOWN: Final = 20


def shadow_prose(shadow: Shadow) -> Iterator[str]:
    """Give the lines below the heading: the numbers, then by reason what only they have."""
    names = ", ".join(code(each.name) for each in shadow.logs)
    yield f"- {names}: {headline(shadow)}"
    yield from capped(shadow.notes, lambda note: f"- ⚠️ {prose(note)}", _SHOWN, "note")
    for what, items in (
        ("only theirs", unmet(shadow)),
        ("in both, and not counted here", not_counted(shadow)),
    ):
        yield from capped(items, partial(_unmet, what), _SHOWN, "reason")
    if shadow.only_ours:
        yield f"- only ours: {prose(by_tool(shadow.only_ours))}"


def _unmet(what: str, item: Unmet) -> str:
    examples = "".join(f"\n  - {_flaw(flaw)}" for flaw in item.examples)
    return f"- {what}, {item.count:,}: {prose(item.reason)}{examples}"


def _flaw(flaw: Flaw) -> str:
    where = place(at(flaw.path, flaw.line))
    return f"{severity(flaw.severity)} {where} {prose(named(flaw))}"
