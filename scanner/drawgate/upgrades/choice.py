"""Which version of a package to go to: the lowest one that no known advisory speaks against."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

from drawgate.core.finding import Finding, changed
from drawgate.policy.upgrade import lowest_fix

_MOST = 500
"""Versions that are looked at for one package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An advisory that affects a version."""

    names: frozenset[str]
    """Its id and aliases."""
    fixed: tuple[str, ...]


Affecting = Callable[[str, str], Sequence[Hit] | None]
"""Gives what is known to affect a name at a version; None where nobody can tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Where to go, and what that closes."""

    version: str = ""
    """Empty where there is no version to go to."""
    closes: tuple[Finding, ...] = ()
    stays: tuple[Finding, ...] = ()
    """Findings for which no fixed version is known."""
    leaves: tuple[str, ...] = ()
    """Advisories that affect the chosen version and not the present one; no version is better."""
    checked: bool = False
    """Whether the ranges of the advisories were at hand, and not only their fixed versions."""


def choose(name: str, version: str, findings: Sequence[Finding], affecting: Affecting) -> Choice:
    """Choose for findings of one package in one version, of which each has a `dependency`.

    Never a lower version, and a pre-release only for who has one already.
    """
    present = _version(version)
    mendable = [_steady(finding, present) for finding in findings]
    stays = tuple(f for f, m in zip(findings, mendable, strict=True) if not _fixed(m))
    closes = tuple(f for f, m in zip(findings, mendable, strict=True) if _fixed(m))
    if present is None or not closes:
        return Choice(stays=tuple(findings))
    known = affecting(name, version)
    if known is None:
        lowest = lowest_fix([finding for finding in mendable if _fixed(finding)])
        done = Choice(version=lowest, closes=closes, stays=stays)
        return done if lowest else Choice(stays=tuple(findings))
    return _searched(name, present, closes, stays, affecting)


def names_of(finding: Finding) -> frozenset[str]:
    """Give all names of the vulnerability that a finding is about."""
    package = finding.dependency
    return frozenset((package.advisory, *package.aliases)) if package else frozenset()


def _searched(
    name: str,
    present: Version,
    closes: tuple[Finding, ...],
    stays: tuple[Finding, ...],
    affecting: Affecting,
) -> Choice:
    """Try fixed versions upwards; what affects one of them may be fixed in one more."""
    own = frozenset[str]().union(*map(names_of, closes))
    passed_over = frozenset[str]().union(*map(names_of, stays))
    known = {v: text for f in closes for v, text in _later(_fixed(f), present)}
    tried: set[Version] = set()
    second: Choice | None = None
    while (rest := known.keys() - tried) and len(tried) < _MOST:
        version = min(rest)
        tried.add(version)
        hits = affecting(name, known[version])
        if hits is None:
            continue
        for hit in hits:
            known |= {v: t for v, t in _later(hit.fixed, present) if v not in known}
        others = [hit for hit in hits if not hit.names & passed_over]
        left = frozenset[str]().union(*(hit.names for hit in hits))
        found = Choice(
            version=known[version],
            closes=(*closes, *(f for f in stays if not names_of(f) & left)),
            stays=tuple(f for f in stays if names_of(f) & left),
            checked=True,
        )
        if not others:
            return found
        if second is None and not any(hit.names & own for hit in others):
            second = replace(found, leaves=tuple(sorted(min(hit.names) for hit in others)))
    return second or Choice(stays=(*closes, *stays), checked=True)


def _later(fixed: Iterable[str], present: Version) -> list[tuple[Version, str]]:
    """Give the versions above the present one, and no pre-releases for who has none."""
    read = ((_version(text), text) for text in fixed)
    return [
        (version, text.strip())
        for version, text in read
        if version is not None
        and version > present
        and (present.is_prerelease or not version.is_prerelease)
    ]


def _steady(finding: Finding, present: Version | None) -> Finding:
    """Leave out fixed versions that nobody should go to."""
    package = finding.dependency
    if package is None or present is None:
        return finding
    fixed = tuple(text for _, text in sorted(_later(package.fixed, present)))
    return changed(finding, dependency=replace(package, fixed=fixed))


def _fixed(finding: Finding) -> tuple[str, ...]:
    return finding.dependency.fixed if finding.dependency else ()


def _version(text: str) -> Version | None:
    try:
        return Version(text)
    except ValueError:  # none at all, or of more digits than Python reads
        return None
