"""Names that stand twice in one JSON object, of which every reader keeps another one.

RFC 8259 §4 calls what readers make of them unpredictable: of two `results` in a run one would
vanish without a word. So such a document is refused.
"""

import json
from typing import Any, NoReturn

from drawgate.core.errors import LogError
from drawgate.sarif.indices import property_names


class _TwiceError(Exception):
    """Two members of an object have one name."""


def check_names(text: str, name: str, path: str = "$", first: int = 0) -> None:
    """Refuse a JSON text in which an object has two members of one name.

    `path` is where the text stands in the log that is called `name`; where it is part of an
    array, `first` is the position of its first element. What is no JSON at all is for others
    to refuse.
    """
    try:
        _quick(text)
    except _TwiceError:
        _refuse(text, name, path, first)
    except RecursionError as error:
        raise LogError("the document is nested too deeply", where=f"{name}: {path}") from error


def twice(key: str, name: str, path: str) -> LogError:
    """Say which name stands twice; one that is not the standard's may be a secret."""
    called = f"{key!r}" if key in property_names() else "a name"
    hint = "no reader can tell which of them counts"
    return LogError(f"{called} stands twice in one object", where=f"{name}: {path}", hint=hint)


def _quick(text: str) -> None:
    # Nothing is kept: objects become None as soon as they are read, numbers are not computed.
    json.loads(text, object_pairs_hook=_look, parse_int=len, parse_float=len)


def _look(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise _TwiceError


def _refuse(text: str, name: str, path: str, first: int) -> NoReturn:
    """Read once more, keeping everything, to say where."""
    document = json.loads(text, object_pairs_hook=_Members, parse_int=len, parse_float=len)
    key, place = _find(document, path, first) or ("", path)
    raise twice(key, name, place)


class _Members(list[tuple[str, Any]]):
    """An object with all its members."""


def _find(value: Any, path: str, first: int = 0) -> tuple[str, str] | None:  # noqa: ANN401 - any JSON value
    """Give the first name that stands twice, and the path of the object it stands in."""
    if isinstance(value, _Members):
        seen: set[str] = set()
        for key, _ in value:
            if key in seen:
                return key, path
            seen.add(key)
        inner = ((held, f"{path}{_step(key)}") for key, held in value)
    elif isinstance(value, list):
        inner = ((held, f"{path}[{number}]") for number, held in enumerate(value, first))
    else:
        return None
    return next((found for held, place in inner if (found := _find(held, place))), None)


def _step(key: str) -> str:
    return f".{key}" if key in property_names() else "[…]"
