"""What to fix first: upgrades by package and manifest, everything else by rule."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drawgate.core.exploit import NOTHING, Exploit, Listed, in_words
from drawgate.core.finding import Finding, Kind
from drawgate.core.severity import Severity
from drawgate.core.words import count
from drawgate.policy.upgrade import lowest_fix
from drawgate.reporting.groups import PLACES, each_kind_first, titled, what, worst_exploit
from drawgate.reporting.text import at


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
    more: int
    """How many places there are besides."""
    help_uri: str
    """Where the scanner explains the rule, or empty."""
    exploit: Exploit = NOTHING
    """What is known of attacks on the worst of what it closes."""

    @property
    def urgency(self) -> str:
        """The same in words."""
        return in_words(self.exploit)


def fix_first(findings: Iterable[Finding], blocking: frozenset[str]) -> tuple[Fix, ...]:
    """Turn findings into changes: malware, the best of each kind, then by urgency and number.

    The best of each kind stands at the top, so that ten bad packages don't hide a leaked key.

    Where anything blocks, only changes that unblock are given, and upgrades of what is used in
    attacks; an upgrade then closes what does not block in the same package as well.
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
        if not blocking or any(f.identity in blocking or _exploited(f) for f in members):
            ranked += _package(named, members)
    malware = sorted((fix for malicious, fix in ranked if malicious), key=_rank)
    others = sorted((fix for malicious, fix in ranked if not malicious), key=_rank)
    return (*malware, *each_kind_first(others, lambda fix: fix.kind))


def _exploited(finding: Finding) -> bool:
    """Tell whether it is used in attacks, which is urgent whatever the rules say."""
    return finding.dependency is not None and finding.dependency.exploit.kev is Listed.YES


def _package(named: str, members: Sequence[Finding]) -> Iterator[tuple[bool, Fix]]:
    if any(f.dependency and f.dependency.malicious for f in members):
        text = f"Remove {named}, which is malicious, and rotate the credentials it saw"
        yield True, _fix(text, members)
        return
    mendable = [f for f in members if f.dependency and f.dependency.fixed]
    hopeless = [f for f in members if not (f.dependency and f.dependency.fixed)]
    if mendable:
        version = lowest_fix(mendable) or "a version that all of its advisories call fixed"
        yield False, _fix(f"Upgrade {named} to {version}{_by(mendable)}", mendable)
    if hopeless:
        flaws = count(len(hopeless), "known flaw")
        yield False, _fix(f"Replace {named}: {flaws} without a fixed version", hopeless)


def _by(members: Sequence[Finding]) -> str:
    """Name the direct dependency that brings a transitive one in: that is what people can edit."""
    package = members[0].dependency
    return f", which {package.via[0]} brings in" if package and package.via else ""


def _rule(members: Sequence[Finding]) -> tuple[bool, Fix]:
    worst = sorted(members, key=lambda finding: finding.severity.order)
    rule, words = worst[0].rule.id, what(worst)
    if worst[0].malicious:
        text = f"Remove the package that {rule} names, and rotate the credentials it saw"
        return True, _fix(text, members)
    verb = "Take out and revoke" if worst[0].kind is Kind.SECRETS else "Repair"
    named = titled(rule, words)
    return False, _fix(f"{verb}: {named}" if named == words else f"{verb} {named}", members)


def _fix(text: str, members: Sequence[Finding]) -> Fix:
    places = [each for each in dict.fromkeys(at(f.path, f.line) for f in members) if each]
    return Fix(
        text=text,
        kind=members[0].kind,
        severity=min((f.severity for f in members), key=lambda severity: severity.order),
        closes=len(members),
        places=tuple(places[:PLACES]),
        more=max(0, len(places) - PLACES),
        help_uri=members[0].rule.help_uri,
        exploit=worst_exploit(members),
    )


def _rank(fix: Fix) -> tuple[object, ...]:
    """Put what is exploited first, then what is worst, then what is likely to be exploited."""
    listed, chance = fix.exploit.rank
    return listed, fix.severity.order, chance, -fix.closes, fix.text, fix.places
