"""Why a finding does not count, on one line: what every report says of a suppression.

The text is as its author wrote it; formats make it safe.
"""

from collections.abc import Iterator
from typing import Final

from drawgate.core.finding import Finding, Suppression, SuppressionKind

_ACCEPTED: Final = "accepted"
_COMMENT: Final = "a comment in the source"
_VEX: Final = frozenset(("not_affected", "fixed", "affected", "under_investigation"))
"""Types of suppressions that a VEX statement gives; all others are a waiver's."""


def excuse(finding: Finding) -> str:
    """Say whose word each of its suppressions is, until when and why; empty without any.

    One that does not count says so: a waiver that has lapsed is no silence.
    """
    return "; ".join(dict.fromkeys(map(told, finding.suppressions)))


def told(one: Suppression) -> str:
    """Say it of one suppression."""
    details = ", ".join(filter(None, _details(one)))
    who = f"{_who(one)} ({details})" if details else _who(one)
    if one.justification.startswith(_COMMENT) and who.endswith(_COMMENT):
        return who.removesuffix(_COMMENT) + one.justification
    return f"{who}: {one.justification}" if one.justification else who


def _who(one: Suppression) -> str:
    """Name the waiver or the statement, else the comment or the tool."""
    verb = "waived" if one.by and one.type not in _VEX else "excused" if one.by else "suppressed"
    comment = one.kind is SuppressionKind.IN_SOURCE
    whose = one.by or (_COMMENT if comment else one.source or "the log")
    return f"{verb} by {whose}" if one.status == _ACCEPTED else f"not {verb} by {whose}"


def _details(one: Suppression) -> Iterator[str]:
    yield "" if one.status == _ACCEPTED else ": ".join(filter(None, (one.status, one.why)))
    yield one.type
    yield f"until {one.expires}" if one.expires else ""
    yield f"owned by {one.owner}" if one.owner else ""
    yield f"approved by {one.approver}" if one.approver else ""
    yield f"in {one.source}" if one.source and one.by else ""
