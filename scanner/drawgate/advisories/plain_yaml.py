"""YAML as advisories use it: text stays text, and nothing is shared or tagged."""

from typing import Any, Final

import yaml

_LOADER: Final[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GUESSED: Final = frozenset(
    # `1.10` is a version and not a float; `2021-07-02` is text and not a date.
    {"tag:yaml.org,2002:float", "tag:yaml.org,2002:int", "tag:yaml.org,2002:timestamp"}
)


# A safe loader, the C one where it was built, that guesses only null and booleans.
_Loader: Final[Any] = type(
    "_Loader",
    (_LOADER,),
    {
        "yaml_implicit_resolvers": {
            first: [(tag, pattern) for tag, pattern in resolvers if tag not in _GUESSED]
            for first, resolvers in _LOADER.yaml_implicit_resolvers.items()
        }
    },
)


def load(content: bytes) -> Any:  # noqa: ANN401 - the caller looks at the shape
    """Decode one document; ValueError when it is broken or uses aliases.

    An alias makes a small file huge once it is written out ("billion laughs").
    """
    try:
        document = yaml.load(content, Loader=_Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
    _refuse_sharing(document, set())
    return document


def _refuse_sharing(node: object, seen: set[int]) -> None:
    if not isinstance(node, dict | list):
        return
    if id(node) in seen:
        raise ValueError("YAML aliases are not accepted")
    seen.add(id(node))
    for child in node.values() if isinstance(node, dict) else node:
        _refuse_sharing(child, seen)
