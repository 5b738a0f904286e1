"""The `fix` texts of a pack, with their fields filled in from a finding."""

import string
from collections.abc import Callable, Mapping
from typing import Final

from drawgate.core.finding import Finding
from drawgate.policy.upgrade import lowest_fix
from drawgate.strict import suggestion


def check(template: str) -> str:
    """Give a template back, or raise ValueError when a field is unknown or a brace is open."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError("a brace has no partner; write two for a plain one") from error
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in FIELDS:
            raise ValueError(f"unknown field {{{name}}}; {suggestion(name, FIELDS)}")
        if spec or conversion:
            raise ValueError(f"the field {{{name}}} takes no format")
    return template


def fill(template: str, finding: Finding) -> str:
    """Put a finding's facts into a checked template."""
    parts = string.Formatter().parse(template)
    return "".join(text + (FIELDS[name](finding) if name else "") for text, name, _, _ in parts)


def _fixed_version(finding: Finding) -> str:
    return lowest_fix([finding]) or "a version without this flaw (none is known)"


def _package(finding: Finding) -> str:
    return finding.dependency.name if finding.dependency else "the package"


def _version(finding: Finding) -> str:
    return finding.dependency.version if finding.dependency else "this version"


def _advisory(finding: Finding) -> str:
    return finding.dependency.advisory if finding.dependency else finding.rule.id


FIELDS: Final[Mapping[str, Callable[[Finding], str]]] = {
    "advisory": _advisory,
    "fixed_version": _fixed_version,
    "package": _package,
    "path": lambda finding: finding.path or "the target",
    "rule": lambda finding: finding.rule.id,
    "severity": lambda finding: finding.severity.value,
    "tool": lambda finding: finding.tool,
    "version": _version,
}
"""What may stand in braces, and how it is filled."""
