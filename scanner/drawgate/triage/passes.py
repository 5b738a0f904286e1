"""The passes of the matching: by what a finding may be taken for one of the baseline.

The strongest come first. What a pass has paired no later one looks at. A key that differs is no
reason against a pair, it is only no reason for one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from drawgate.core.lines import CHANGED
from drawgate.triage.traces import Trace

Key = tuple[object, ...] | None
"""What both must have; None: this pass does not look at the trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One way to know a finding again."""

    words: str
    """Why, for people."""
    key: Callable[[Trace], Key]
    unique: bool = False
    """Only where one finding on each side has the key, of those that are left."""
    alone: bool = False
    """Only where it is the only one of all, too: a copy beside an old flaw is new."""
    crossing: bool = False
    """Across functions: where git says that both lines changed, their neighbours must have moved
    with them."""


def _standing(one: Trace) -> Key:
    return (one.bucket, one.path, one.now, one.column, one.message) if one.now > CHANGED else None


def _standing_line(one: Trace) -> Key:
    return (one.bucket, one.path, one.now) if one.now > CHANGED else None


def _surroundings_in_scope(one: Trace) -> Key:
    if one.package or not one.context:
        return None
    return one.bucket, one.path, one.context, one.column, one.scope


def _surroundings(one: Trace) -> Key:
    if one.package or not one.context:
        return None
    return one.bucket, one.path, one.context, one.column


def _all_in_scope(one: Trace) -> Key:
    if one.package or not one.text or not one.tokens:
        return None
    return one.bucket, one.path, one.scope, one.text, one.tokens, one.message


def _in_scope(one: Trace) -> Key:
    if one.package or not one.text:
        return None
    return one.bucket, one.path, one.scope, one.text, one.message


def _line(one: Trace) -> Key:
    """Where the line's text is not known, the message alone stands for it."""
    return None if one.package else (one.bucket, one.path, one.text, one.message)


def _code_in_scope(one: Trace) -> Key:
    if one.package or one.secret or not one.tokens:
        return None
    return one.bucket, one.path, one.scope, one.tokens, one.message


def _reworded(one: Trace) -> Key:
    if one.package or one.secret or not one.tokens:
        return None
    return one.bucket, one.path, one.scope, one.tokens


def _code(one: Trace) -> Key:
    if one.package or one.secret or not one.tokens:
        return None
    return one.bucket, one.path, one.tokens, one.message


def _moved_block(one: Trace) -> Key:
    if one.now != CHANGED or not one.around or not one.text:
        return None
    return one.bucket, one.text, one.message


def _moved_surroundings(one: Trace) -> Key:
    return None if one.package or not one.context else (one.bucket, one.context, one.column)


def _moved_line(one: Trace) -> Key:
    if one.package or not one.text:
        return None
    return one.bucket, one.scope, one.text, one.message


def _edited(one: Trace) -> Key:
    """Leave secrets out: the one in an edited line may be another."""
    return None if one.package or one.secret else (one.bucket, one.path, one.scope, one.message)


def _version(one: Trace) -> Key:
    return (one.bucket, one.package, one.version) if one.package and one.version else None


def _advisory(one: Trace) -> Key:
    return (one.bucket, one.package) if one.package else None


_KEPT: Final = "git says that its line did not change"

STANDING: Final = (
    Pass(words=_KEPT, key=_standing),
    Pass(words=_KEPT, key=_standing_line),
)
"""On lines that git calls unchanged, where it was asked; of several on one line, by column."""

EDITED: Final = "the only one of its rule and message in the function; its line was edited"

PASSES: Final = (
    Pass(words="the same advisory for the same version of the package, in the same manifest",
         key=_version),
    Pass(words="the same advisory for the same package in the same manifest", key=_advisory),
    Pass(words="the same code around it in the same function", key=_surroundings_in_scope),
    Pass(words="the same code around it in the same file", key=_surroundings, crossing=True),
    Pass(words="the same code and message in the same function", key=_all_in_scope),
    Pass(words="the same line and message in the same function", key=_in_scope),
    Pass(words="the same line and message in the same file", key=_line, crossing=True),
    Pass(words="the same code in another layout in the same function", key=_code_in_scope),
    Pass(words="the same code in another layout", key=_code, crossing=True),
    Pass(words="the same code in the same function, and another message", key=_reworded),
    Pass(words="the only one with the same line, and the lines around it moved with it",
         key=_moved_block, unique=True, alone=True, crossing=True),
    Pass(words="the only one with the same code around it, in another file",
         key=_moved_surroundings, unique=True, crossing=True),
    Pass(words="the only one with the same line, function and message, in another file",
         key=_moved_line, unique=True),
    Pass(words=EDITED,
         key=_edited, unique=True, alone=True),
)  # fmt: skip
"""The first two are about packages, all others about places in files."""

ALIASES: Final = "another name of the same advisory, for the same package in the same manifest"
"""Why a dependency finding is known again whose tool calls the advisory something else now."""
