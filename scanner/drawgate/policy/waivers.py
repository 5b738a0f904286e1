"""The file of waivers: its shape, its JSON Schema, and its reader."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from drawgate.core.errors import PolicyError
from drawgate.core.severity import Severity
from drawgate.core.vex import Justification
from drawgate.core.waiver import Match, Waiver, WaiverType
from drawgate.policy import names
from drawgate.strict import (
    Node,
    Shape,
    boolean,
    choice,
    list_of,
    member_of,
    one_or_more,
    parse_yaml,
    pattern,
    record,
    text,
)
from drawgate.triage import meant

MAX_BYTES: Final = 8 << 20
"""Ten thousand waivers with long reasons."""
_LONGEST: Final = 2000
"""Characters of any text: it stands in every report."""
_UUID: Final = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverFile:
    """What a file says: its waivers, perhaps none."""

    api_version: Literal["drawgate/v1"]
    waivers: tuple[Waiver, ...] = ()


def _written(said: str) -> str:
    if len(said) > _LONGEST:
        raise ValueError(f"is longer than {_LONGEST} characters")
    if any("\ud800" <= letter <= "\udfff" for letter in said):
        raise ValueError("holds half of a character")
    return said


def _path(said: str) -> str:
    return meant.path_pattern(names.path_pattern(said))


def _match(match: Match) -> Match:
    if problem := meant.unreadable(match):
        raise ValueError(problem)
    return match


def _perhaps_none(several: Shape[tuple[Waiver, ...]]) -> Shape[tuple[Waiver, ...]]:
    """Read a list that may be empty: so is one from which the last waiver was taken out."""

    def read(node: Node) -> tuple[Waiver, ...]:
        return several(node) if node.value not in ((), None) else ()

    schema = {**several.schema, "type": ["array", "null"]}
    del schema["minItems"]
    return Shape(read=read, schema=schema)


_TEXT: Final = text.then(_written)
_DAY: Final = pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "a day such as 2026-11-21")
_MATCH: Final = record(
    Match,
    {
        "identity": one_or_more(pattern(_UUID, "the ID of a finding").then(str.lower)).about(
            "these findings, by the IDs that reports and `drawgate explain` show"
        ),
        "code": one_or_more(
            pattern(f"(?:line|region|secret):{_UUID}", "a key that `drawgate waive` writes")
        ).about("what the code was; `drawgate waive` writes it, and other code is not waived"),
        "advisory": _TEXT.about("a vulnerability by any of its names, with a package"),
        "package": _TEXT.about("pkg:pypi/flask or PyPI/flask"),
        "versions": one_or_more(_TEXT).about("'==1.2.3', '>=1.0,<2.0', '*', or a list of such"),
        "rule": one_or_more(_TEXT.then(names.rule_pattern)).about(
            "scanners' rule ids; * and ? are wildcards; with 'paths'"
        ),
        "tool": _TEXT.then(names.tool_name).about("only what this scanner reports"),
        "paths": one_or_more(_TEXT.then(_path)).about("patterns as in .gitignore"),
    },
).then(_match)
_WAIVER: Final = record(
    Waiver,
    {
        "id": pattern("[A-Za-z0-9][A-Za-z0-9._-]{0,79}", "a name such as 'login-debug'"),
        "match": _MATCH.about("exactly one of identity, advisory and rule"),
        "type": member_of(WaiverType),
        "reason": _TEXT.about("why; it stands in every report"),
        "owner": _TEXT.about("who answers for it"),
        "approver": _TEXT.about("who has approved it; another person where the pack wants two"),
        "created": _DAY,
        "expires": _DAY.about("the last day on which it counts"),
        "ticket": _TEXT,
        "severity": choice(*(each.value for each in Severity))
        .then(Severity)
        .about("how bad it was when it was approved; worse than that is not waived"),
        "justification": member_of(Justification).about("why it can't be used, as VEX says it"),
        "until_fix": boolean.about("it ends as soon as a version without the flaw is known"),
        "kev": boolean.about("it holds although CISA lists the vulnerability as exploited"),
    },
)
WAIVERS: Final[Shape[WaiverFile]] = record(
    WaiverFile,
    {
        "apiVersion": choice("drawgate/v1"),
        "waivers": _perhaps_none(list_of(_WAIVER, key=lambda waiver: waiver.id)),
    },
)
"""A whole file of waivers."""


def read_waivers(data: bytes, name: str) -> tuple[Waiver, ...]:
    """Read a file's bytes. Raises PolicyError with file, line and key."""
    root = parse_yaml(data, name, PolicyError, MAX_BYTES)
    waivers = WAIVERS(root).waivers
    listed = root.at("waivers")
    nodes = listed.value if listed and isinstance(listed.value, tuple) else ()
    _refuse_twice(waivers, nodes)
    return waivers


def digest(data: bytes) -> str:
    """Name the bytes of a file."""
    return hashlib.sha256(data).hexdigest()


def _refuse_twice(waivers: tuple[Waiver, ...], nodes: tuple[Node, ...]) -> None:
    seen: dict[Match, tuple[Waiver, Node]] = {}
    for waiver, node in zip(waivers, nodes, strict=True):
        first = seen.setdefault(waiver.match, (waiver, node))
        if first[1] is not node:
            hint = f"line {first[1].place.line}: {first[0].id!r}; keep one of them"
            place = node.at("match")
            raise node.wrong(
                f"{waiver.id!r} matches what another waiver does",
                hint=hint,
                place=place.place if place else None,
            )


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of a file of waivers."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate waivers",
        **WAIVERS.schema,
    }
