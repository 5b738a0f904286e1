"""Expressions in CEL, for what a rule's own words can't say; the only home of that library.

The library has three habits that decide about this file. An expression that can't be evaluated
does not raise: it gives a *value* of the type ERROR, and that is true to Python. So nothing counts
but a value of the type BOOL. A variable that is left out is no error as long as the rest decides
(`false && epss > 0.5`): so what is unknown is left out, and unknown facts make unknown answers.
And whatever is not linear is bounded: the library counts iterations, and its patterns are RE2's.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from drawgate.core.errors import PolicyError
from drawgate.policy.variables import TYPES, VARIABLES, Type
from drawgate.strict import named, suggestion, unquoted

MAX_LENGTH: Final = 2_000
"""Characters of an expression; whoever needs more needs a scanner."""


class ExpressionError(Exception):
    """An expression that is wrong: where in it, lines and columns counted from 1, and why."""

    def __init__(self, reason: str, line: int = 1, column: int = 1, hint: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.hint = hint
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """An expression that has been checked."""

    text: str
    names: tuple[str, ...]
    """The variables that it may ask for, sorted."""
    compiled: Any

    def answer(self, facts: Mapping[str, object]) -> bool | None:
        """Evaluate; None where a fact that decides is missing. Raises ExpressionError."""
        try:
            value = self.compiled.eval(data=facts)
        except RuntimeError as error:  # the budget of iterations
            raise ExpressionError(_plain(str(error))) from error
        if value.type() == _library().Type.BOOL:
            return bool(value.value())
        said = str(value.value())
        missing = _MISSING.search(said)
        if missing and missing.group(1) in VARIABLES and missing.group(1) not in facts:
            return None
        raise ExpressionError(_plain(said))


def compiled(text: str) -> Program:
    """Check an expression; raises ExpressionError, and PolicyError without the library."""
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"it is longer than {MAX_LENGTH} characters")
    try:
        made = _environment().compile(text)
    except RuntimeError as error:
        raise _misspelt(str(error)) from error
    if made.return_type() != _library().Type.BOOL:
        kind = made.return_type().name()
        raise ExpressionError(f"it must be true or false, and is of the type {kind}")
    words = frozenset(re.findall(r"[a-z_]+", text))
    return Program(text=text, names=tuple(sorted(words & TYPES.keys())), compiled=made)


def legs(text: str) -> tuple[str, ...]:
    """Split an expression where it says "and" outside of all brackets and texts."""
    return tuple(part.strip() for part in _split(text))


def _split(text: str) -> Iterator[str]:
    start = depth = 0
    whole = any(token.group() in ("||", "?") for token in _top(text))
    for token in _TOKEN.finditer(text):
        depth += (token.group() in "([{") - (token.group() in ")]}")
        if token.group() == "&&" and not depth and not whole:
            yield text[start : token.start()]
            start = token.end()
    yield text[start:]


def _top(text: str) -> Iterator[re.Match[str]]:
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token.group() in "([{") - (token.group() in ")]}")
        if not depth:
            yield token


def _misspelt(message: str) -> ExpressionError:
    """Take the library's message apart; it quotes the expression, which may be anything."""
    told = _PLACE.search(message)
    if not told:
        return ExpressionError(_plain(message))
    line, column, reason = int(told[1]), int(told[2]), told[3]
    if unknown := _UNDECLARED.match(reason):
        word = unknown.group(1)
        what = f"unknown variable or function{named(word, TYPES)}"
        return ExpressionError(what, line, column, suggestion(word, TYPES))
    hint = _WHOLE if "(double, int)" in reason or "(int, double)" in reason else ""
    return ExpressionError(_plain(reason), line, column, hint)


def _plain(message: str) -> str:
    """Keep the reason, without the library's codes, container and list of all tokens."""
    reason = _CODES.sub("", message.partition("\n")[0])
    if reason.startswith("Syntax error"):
        reason = unquoted(re.sub(" expecting .*", "", reason))  # it may quote a pasted secret
    return reason.strip()


def _library() -> Any:  # noqa: ANN401 - a module of C++
    try:
        from cel_expr_python import cel  # noqa: PLC0415 - an extra, and 50 MB
    except ImportError as error:
        raise PolicyError(
            "a rule with 'when' needs the extra for CEL",
            hint="install it with `pip install 'drawgate[cel]'`, or write the rule without 'when'",
        ) from error
    return cel


@cache
def _environment() -> Any:  # noqa: ANN401 - as above
    types = _library().Type
    known = {
        Type.BOOL: types.BOOL,
        Type.DOUBLE: types.DOUBLE,
        Type.DURATION: types.DURATION,
        Type.INT: types.INT,
        Type.STRING: types.STRING,
        Type.INTS: types.List(types.INT),
        Type.STRINGS: types.List(types.STRING),
    }
    return _library().NewEnv(variables={name: known[kind] for name, kind in TYPES.items()})


_MISSING: Final = re.compile(r'\AUNKNOWN: No value with name "(\w+)" found in Activation')
_PLACE: Final = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_WHOLE: Final = "write a number with a point, as in 1.0, beside one that has fractions"
_UNDECLARED: Final = re.compile(r"undeclared reference to '([^']*)'")
_CODES: Final = re.compile(r"\A[A-Z_]+: |\s*\[[A-Z_]+\]\Z")
_TOKEN: Final = re.compile(
    r"[rRbB]?(?:\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
    r"|//[^\n]*|&&|\|\||[?(){}\[\]]"
)
