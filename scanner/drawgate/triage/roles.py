"""Findings get the role of their path, so that a pack can be lenient with tests and the like."""

from collections.abc import Iterable

from drawgate.core.finding import Finding, changed
from drawgate.roles import Links, roles_of


def with_roles(
    findings: tuple[Finding, ...], folders: Iterable[str] = (), links: Links = ()
) -> tuple[Finding, ...]:
    """Give each finding its path's role, or none; `folders` are those that were scanned.

    One that is in several files has a role only where all of them have it: a flaw in what is
    shipped is none of the tests' because it is in a test, too. So is a file with several names.
    """
    deepest_first = sorted(folders, key=len, reverse=True)
    paths = {path for finding in findings for path in finding.paths}
    known = roles_of(paths, deepest_first, links)
    return tuple(_with_role(one, {known[path] for path in one.paths}) for one in findings)


def _with_role(finding: Finding, roles: set[str]) -> Finding:
    role = roles.pop() if len(roles) == 1 else ""
    return finding if finding.role == role else changed(finding, role=role)
