"""Every text of a value, however deep it stands: for steps that must not miss one."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar

T = TypeVar("T")
Change = Callable[[str, str], str]
"""Gets a field's name and a text that stands in it, and gives the new text."""


def with_texts(value: T, change: Change) -> T:
    """Change every text of a value of our own types; what did not change is the same object."""
    return _with_texts(value, change, "")  # type: ignore[no-any-return]  # one type in, the same out


def _with_texts(value: Any, change: Change, name: str) -> Any:  # noqa: ANN401 - any field's value
    changed: Any
    match value:
        case Enum():
            return value
        case str():
            return change(name, value)
        case tuple() | frozenset():
            changed = type(value)(_with_texts(each, change, name) for each in value)
        case Mapping():
            changed = {
                change(name, k): _with_texts(each, change, name) for k, each in value.items()
            }
        case _:
            return _with_fields(value, change) if is_dataclass(value) else value
    return value if changed == value else changed


def _with_fields(value: Any, change: Change) -> Any:  # noqa: ANN401 - any dataclass
    changed = {}
    for field in fields(value):
        old = getattr(value, field.name)
        new = _with_texts(old, change, field.name)
        if new is not old:
            changed[field.name] = new
    return replace(value, **changed) if changed else value
