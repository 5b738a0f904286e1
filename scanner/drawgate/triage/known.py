"""The values of credentials in every form, and how to find them in any text."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from drawgate.triage.net import STARS

HEAD: Final = 4
"""Characters of the shortest value, by which all are looked up."""
_EXACT: Final = 256
"""Characters up to which a value is looked up by all of it: signed tokens share long beginnings."""
_WHOLE_FROM: Final = 8
"""Characters from which a value is masked inside of words too."""
_JOINING: Final = "_+"
"""Signs within a word, beside letters and digits."""
_OPTION: Final = 2
"""Characters that may stand before a value and belong to an option, or to an escape."""
_MANY: Final = 200
"""Heads for which one walk through a text is quicker than a search for each."""
_SHORT: Final = 20
"""Characters of text per head below which the walk is quicker too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Forms of values, looked up by as many of their characters as there can be at once.

    Thousands of tokens may begin alike (`ghp_…`): no search walks through all of them.
    """

    sizes: Mapping[str, tuple[int, ...]] = field(default_factory=dict, repr=False)
    """By head: how many characters decide, the longest first."""
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """By the characters that decide, the longest first."""

    def without(self, text: str) -> str:
        """Put `***` where values stand, the longest first; lines stay lines."""
        if not self.sizes:
            return text
        pieces, end = [], 0
        for start in self._starts(text):
            if start >= end and (value := self._value_at(text, start)):
                first, last = _word_around(text, start, start + len(value), end)
                pieces.append(text[end:first])
                pieces.append(f"{STARS}\n" * value.count("\n") + STARS)
                end = last
        return "".join((*pieces, text[end:]))

    def _starts(self, text: str) -> Iterable[int]:
        """Give the places where one of the heads stands; few heads are quicker to look for."""
        if len(self.sizes) > min(_MANY, len(text) // _SHORT):
            heads = self.sizes
            return [i for i in range(len(text) - HEAD + 1) if text[i : i + HEAD] in heads]
        return sorted(place for head in self.sizes for place in _places(head, text))

    def _value_at(self, text: str, start: int) -> str:
        for size in self.sizes[text[start : start + HEAD]]:
            for value in self.forms.get(text[start : start + size], ()):
                if text.startswith(value, start) and _stands_alone(text, start, value):
                    return value
        return ""


def known(forms: Iterable[str]) -> Known:
    """Order forms of values so that the longest that stands at a place is found first."""
    sizes: dict[str, set[int]] = {}
    found: dict[str, tuple[str, ...]] = {}
    long: list[str] = []
    for form in set(forms):
        sizes.setdefault(form[:HEAD], set()).add(min(len(form), _EXACT))
        if len(form) < _EXACT:
            found[form] = (form,)
        else:
            long.append(form)
    for form in sorted(long, key=lambda text: (-len(text), text)):
        found[form[:_EXACT]] = (*found.get(form[:_EXACT], ()), form)
    ordered = {head: tuple(sorted(each, reverse=True)) for head, each in sizes.items()}
    return Known(sizes=ordered, forms=found)


def _places(head: str, text: str) -> Iterator[int]:
    place = text.find(head)
    while place >= 0:
        yield place
        place = text.find(head, place + 1)


def _word_around(text: str, start: int, end: int, least: int) -> tuple[int, int]:
    """Give the whole word that a value stands in: the rest of it may be the rest of the secret.

    An option's letter stays (`-p…`), and whatever stands behind a sign that joins no word.
    """
    first = start
    if text[start].isalnum():
        while first > least and _joins(text[first - 1]):
            first -= 1
    if text[end - 1].isalnum() or text[end - 1] in _JOINING:
        while end < len(text) and _joins(text[end]):
            end += 1
    return (first if start - first > _OPTION else start), end


def _joins(character: str) -> bool:
    return character.isalnum() or character in _JOINING


def _stands_alone(text: str, start: int, value: str) -> bool:
    """Short values and plain words count only as whole words, or "port" would hit "import".

    Plain words count neither as a part of an identifier, nor as a method or a function's name.
    """
    plain = value.isalpha()
    if len(value) >= _WHOLE_FROM and not plain:
        return True
    before, after = text[start - 1 : start], text[start + len(value) : start + len(value) + 1]
    if plain and ((before and before in "._") or (after and after in "_(")):
        return False
    return not (before.isalnum() and value[0].isalnum()) and not (
        after.isalnum() and value[-1].isalnum()
    )
