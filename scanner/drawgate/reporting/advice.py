"""What to fix first: upgrades by package and manifest, everything else by rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drawgate.core.finding import Finding, Kind
from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.policy.upgrade import lowest_fix
from drawgate.reporting.groups import PLACES, each_kind_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One change, and how many findings it closes."""

    text: str
    kind: Kind
    severity: Severity
    """The worst of what it closes."""
    closes: int
    places: tuple[str, ...]
    """`path:line`, at most as many as a group keeps."""


def fix_first(findings: Iterable[Finding], blocking: frozenset[str]) -> tuple[Fix, ...]:
    """Turn findings into changes: malware, the best of each kind, then by severity and number.

    The best of each kind stands at the top, so that ten bad packages don't hide a leaked key.

    Where anything blocks, only changes that unblock are given; an upgrade then closes what does
    not block in the same package as well.
    """
    packages: dict[tuple[str, str, str], list[Finding]] = {}
    rules: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        if package := finding.dependency:
            named = f"{package.name} {package.version}"
            packages.setdefault((package.ecosystem, named, finding.path), []).append(finding)
        elif not blocking or finding.identity in blocking:
            rules.setdefault((finding.tool, finding.rule.id), []).append(finding)
    ranked = [_rule(members) for members in rules.values()]
    for (_, named, _), members in packages.items():
        if not blocking or any(finding.identity in blocking for finding in members):
            ranked += _package(named, members)
    malware = sorted((fix for malicious, fix in ranked if malicious), key=_rank)
    others = sorted((fix for malicious, fix in ranked if not malicious), key=_rank)
    return (*malware, *each_kind_first(others, lambda fix: fix.kind))


def _package(named: str, members: Sequence[Finding]) -> Iterator[tuple[bool, Fix]]:
    if any(f.dependency and f.dependency.malicious for f in members):
        text = f"Remove {named}, which is malicious, and rotate the credentials it saw"
        yield True, _fix(text, members)
        return
    mendable = [f for f in members if f.dependency and f.dependency.fixed]
    hopeless = [f for f in members if f not in mendable]
    if mendable:
        version = lowest_fix(mendable) or "a version that all of its advisories call fixed"
        yield False, _fix(f"Upgrade {named} to {version}", mendable)
    if hopeless:
        flaws = count(len(hopeless), "known flaw")
        yield False, _fix(f"Replace {named}: {flaws} without a fixed version", hopeless)


def _rule(members: Sequence[Finding]) -> tuple[bool, Fix]:
    rule = members[0].rule
    what = rule.name or rule.description or members[0].message
    named = rule.id if what == rule.id else f"{rule.id}, {what}"
    verb = "Take out and revoke" if members[0].kind is Kind.SECRETS else "Repair"
    return False, _fix(f"{verb}: {named}", members)


def _fix(text: str, members: Sequence[Finding]) -> Fix:
    places = dict.fromkeys(_place(finding) for finding in members)
    return Fix(
        text=text,
        kind=members[0].kind,
        severity=min((f.severity for f in members), key=lambda severity: severity.order),
        closes=len(members),
        places=tuple(place for place in places if place)[:PLACES],
    )


def _place(finding: Finding) -> str:
    return f"{finding.path}:{finding.line}" if finding.line else finding.path


def _rank(fix: Fix) -> tuple[object, ...]:
    return fix.severity.order, -fix.closes, fix.text, fix.places
