"""Every text of a value, however deep it stands: for steps that must not miss one."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from drawgate.core.finding import Rule

T = TypeVar("T")
Change = Callable[[str, str], str]
"""Gets a field's name and a text that stands in it, and gives the new text."""


def with_texts(value: T, change: Change) -> T:
    """Change every text of a value of our own types; what did not change is the same object."""
    return _Walk(change).of(value, "")  # type: ignore[no-any-return]  # one type in, the same out


class _Walk:
    """One way through a value. A rule stands in many findings, and is changed once."""

    def __init__(self, change: Change) -> None:
        self._change = change
        self._known: dict[int, tuple[Rule, Any]] = {}

    def of(self, value: Any, name: str) -> Any:  # noqa: ANN401 - any field's value
        kind = type(value)
        if kind is str:
            return self._change(name, value)
        if not value or kind in _PLAIN:
            return value
        if kind is tuple:
            return self._of_tuple(value, name)
        return self._of_rule(value) if kind is Rule else self._of_rest(value, name)

    def _of_tuple(self, value: tuple[Any, ...], name: str) -> tuple[Any, ...]:
        done = tuple(self.of(each, name) for each in value)
        same = all(new is old for new, old in zip(done, value, strict=True))
        return value if same or done == value else done

    def _of_rule(self, rule: Rule) -> Any:  # noqa: ANN401 - as above
        if id(rule) not in self._known:
            # The rule is kept, so that no other one gets its id.
            self._known[id(rule)] = rule, self._of_fields(rule)
        return self._known[id(rule)][1]

    def _of_rest(self, value: Any, name: str) -> Any:  # noqa: ANN401 - as above
        done: Any
        match value:
            case Enum():
                return value
            case str():
                return self._change(name, value)
            case tuple() | frozenset():
                done = type(value)(self.of(each, name) for each in value)
            case Mapping():
                done = {self._change(name, k): self.of(each, name) for k, each in value.items()}
            case _:
                return self._of_fields(value) if is_dataclass(value) else value
        return value if done == value else done

    def _of_fields(self, value: Any) -> Any:  # noqa: ANN401 - any dataclass
        names, read = _fields(type(value))  # type: ignore[arg-type]  # a class can be a key
        old = read(value)
        new = [self.of(each, name) for name, each in zip(names, old, strict=True)]
        if all(one is other for one, other in zip(new, old, strict=True)):
            return value
        return type(value)(**dict(zip(names, new, strict=True)))


_PLAIN = frozenset((bool, int, float, type(None)))


@cache
def _fields(kind: Hashable) -> tuple[tuple[str, ...], Callable[[Any], Any]]:
    names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]  # as above
    if len(names) > 1:
        return names, attrgetter(*names)
    return names, lambda value: tuple(getattr(value, name) for name in names)
