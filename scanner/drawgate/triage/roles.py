"""What a path is for: test, vendored, generated or docs, by policies/tables/path_roles.yaml."""

import posixpath
import re
from collections.abc import Iterable
from functools import cache
from urllib.parse import unquote

from drawgate import resources
from drawgate.core import glob
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding, changed


def with_roles(findings: tuple[Finding, ...], folders: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Give each finding its path's role, or none; `folders` are those that were scanned.

    One that is in several files has a role only where all of them have it: a flaw in what is
    shipped is none of the tests' because it is in a test, too.
    """
    deepest_first = sorted(folders, key=len, reverse=True)
    paths = {path for finding in findings for path in finding.paths}
    known = {path: role_of(_below(path, deepest_first)) for path in paths}
    return tuple(_with_role(one, {known[path] for path in one.paths}) for one in findings)


def _with_role(finding: Finding, roles: set[str]) -> Finding:
    role = roles.pop() if len(roles) == 1 else ""
    return finding if finding.role == role else changed(finding, role=role)


def role_of(path: str) -> str:
    """Give the role of a path relative to the scanned folder: the first row that fits, or "".

    An absolute path has none: folders above the target (`/builds/docs/…`) say nothing about it.
    """
    if _ABSOLUTE.match(path):
        return ""
    # A name may hold `%2F`, or a URI was not decoded: what both readings say can be believed.
    roles = {_role(_plain(path)), _role(_plain(unquote(path)))}
    return roles.pop() if len(roles) == 1 else ""


def _plain(path: str) -> str:
    return posixpath.normpath(path.replace("\\", "/"))


def _role(plain: str) -> str:
    if _ABSOLUTE.match(plain) or plain.startswith("../"):
        return ""
    return next((role for role, pattern in _rows() if pattern.fullmatch(plain)), "")


def _below(path: str, folders: Iterable[str]) -> str:
    """Cut off the scanned folder: who scans `tests/shop` on purpose wants no test's leniency."""
    prefixes = (f"{folder}/" for folder in folders)
    return path.removeprefix(next((each for each in prefixes if path.startswith(each)), ""))


_ABSOLUTE = re.compile(r"[/\\]|[A-Za-z][A-Za-z0-9+.-]*:")
"""POSIX, Windows with and without a drive, or a URI with a scheme."""


@cache
def _rows() -> tuple[tuple[str, re.Pattern[str]], ...]:
    try:
        rows = resources.table("path_roles")["roles"]
        return tuple((row["role"], _one_of(row["paths"])) for row in rows)
    except (KeyError, TypeError) as error:
        what = f"the table has another layout: {type(error).__name__}: {error}"
        raise PolicyError(what, where="policies/tables/path_roles.yaml") from error


def _one_of(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{glob.compiled(pattern).pattern})" for pattern in patterns))
