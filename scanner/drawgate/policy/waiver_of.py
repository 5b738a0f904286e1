"""A waiver made of a finding, so that it covers what a reader sees as one flaw, and no more."""

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Final

from drawgate.core.finding import Finding
from drawgate.core.severity import Severity
from drawgate.core.waiver import Match
from drawgate.sarif.purl import package_url
from drawgate.triage.code_key import code_of

_ODD: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60
_GLOB: Final = re.compile(r"[*?\[]")


class By(StrEnum):
    """What a waiver goes by."""

    IDENTITY = "identity"
    ADVISORY = "advisory"
    RULE = "rule"


def usual(members: Sequence[Finding]) -> By:
    """Go by the advisory of a package, so that it is clear which versions are meant."""
    return By.ADVISORY if members[0].dependency else By.IDENTITY


def match_of(
    members: Sequence[Finding], by: By, paths: tuple[str, ...] = (), versions: tuple[str, ...] = ()
) -> Match:
    """Make the match for all reports of one flaw. Raises ValueError where it can't be."""
    match by:
        case By.IDENTITY:
            codes = (key for member in members for key in code_of(member))
            identities = tuple(member.identity for member in members)
            return Match(identity=identities, code=tuple(dict.fromkeys(codes)))
        case By.ADVISORY:
            return _of_advisory(members[0], versions)
        case By.RULE:
            return _of_rule(members, paths)


def _of_advisory(finding: Finding, versions: tuple[str, ...]) -> Match:
    package = finding.dependency
    if package is None:
        raise ValueError("the finding is about no package")
    if not package.version and not versions:
        raise ValueError("nobody knows the package's version: name a range")
    url = package_url(package).rpartition("@")[0] if package.version else package_url(package)
    return Match(
        advisory=package.advisory,
        package=url,
        versions=versions or (f"=={package.version}",),
    )


def _of_rule(members: Sequence[Finding], paths: tuple[str, ...]) -> Match:
    tools = {member.tool for member in members}
    if not members[0].path and not paths:
        raise ValueError("the finding is in no file: name the paths")
    literal = _GLOB.sub(lambda sign: f"[{sign[0]}]", members[0].path)
    return Match(
        rule=tuple(dict.fromkeys(_GLOB.sub(r"[\g<0>]", member.rule.id) for member in members)),
        tool=tools.pop() if len(tools) == 1 else "",
        paths=paths or (f"/{literal}",),
    )


def severity_of(members: Iterable[Finding]) -> Severity:
    """Give what a reader sees: the severity of the group, which its primary has."""
    first, *others = members
    return next((each.severity for each in (first, *others) if not each.folded), first.severity)


def name_of(finding: Finding, taken: Collection[str]) -> str:
    """Give an id that says what is waived, and that nothing else has."""
    package = finding.dependency
    words = (package.name, package.advisory) if package else (finding.rule.id, finding.path)
    name = _ODD.sub("-", " ".join(words).lower()).strip("-")[:_LONGEST].strip("-") or "waiver"
    numbered = (name if number == 1 else f"{name}-{number}" for number in range(1, len(taken) + 2))
    return next(each for each in numbered if each not in taken)
