"""Evaluates the few expressions of GitHub Actions that `action.yml` uses, for its tests."""

import re
from collections.abc import Mapping
from typing import Any, Final

Context = Mapping[str, Any]

_WORDS: Final = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>[A-Za-z_][\w.-]*)|(?P<sign>==|!=|&&|\|\||[()!]))"
)
_SIGNS: Final = {"&&": "and", "||": "or", "!": "not"}


def filled(text: str, context: Context) -> str:
    """Replace each `${{ … }}` by its value."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: _shown(value(match[1], context)), text)


def value(expression: str, context: Context) -> Any:  # noqa: ANN401 - any value of a context
    """Evaluate contexts, texts, `==`, `!=`, `!`, `&&`, `||` and parentheses; refuse all else."""
    source, place = [], 0
    expression = expression.strip()
    while place < len(expression):
        match = _WORDS.match(expression, place)
        if match is None:
            raise ValueError(f"not understood: {expression[place:]}")
        place = match.end()
        if match["text"]:
            source.append(repr(match["text"][1:-1].replace("''", "'")))
        elif match["name"]:
            source.append(repr(_looked_up(match["name"], context)))
        else:
            source.append(_SIGNS.get(match["sign"], match["sign"]))
    return eval(" ".join(source), {"__builtins__": {}})  # noqa: S307 - of literals and operators


def _looked_up(name: str, context: Context) -> Any:  # noqa: ANN401 - as above
    """Follow a path such as `steps.scan.outputs.sarif`; what is not there is empty."""
    found: Any = context
    for part in name.split("."):
        found = found.get(part, "") if isinstance(found, Mapping) else ""
    return found


def _shown(found: object) -> str:
    return str(found).lower() if isinstance(found, bool) else str(found)
