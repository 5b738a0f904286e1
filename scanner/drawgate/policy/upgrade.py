"""Which version of a package closes a set of findings."""

from collections.abc import Iterable, Sequence

from packaging.version import Version

from drawgate.core.finding import Dependency, Finding


def lowest_fix(findings: Iterable[Finding]) -> str:
    """Give the lowest version that closes all findings of one package; empty if none is known.

    A version closes a finding when the advisory lists it as fixed or when it is at least the
    highest fixed one. Between two fixed versions of different branches (2.11.3 and 3.1.4),
    3.0.1 may well be vulnerable again.
    """
    packages = [finding.dependency for finding in findings if finding.dependency]
    if not packages or not all(package.fixed for package in packages):
        return ""
    try:
        return _lowest(packages)
    except ValueError:
        # Another ecosystem's order: only an answer that needs none can be trusted.
        told = {package.fixed for package in packages}
        return packages[0].fixed[0] if told == {packages[0].fixed[:1]} else ""


def _lowest(packages: Sequence[Dependency]) -> str:
    current = Version(packages[0].version)
    branches = [[Version(text) for text in package.fixed] for package in packages]
    names = {Version(text): text for package in packages for text in package.fixed}
    for candidate in sorted(version for version in names if version > current):
        if all(candidate in fixed or candidate >= max(fixed) for fixed in branches):
            return names[candidate]
    return ""
