"""Where GitHub shall show a finding: it refuses a whole file for one result without a place."""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from drawgate.core.attempt import Ran
from drawgate.core.finding import Finding, Kind, Location, Region
from drawgate.core.scan import Scan
from drawgate.sarif import model
from drawgate.sarif.emit_results import as_place
from drawgate.sarif.github_limits import GREATEST, LOCATIONS
from drawgate.sarif.uri import is_absolute
from drawgate.target import is_inside

_ANCHORS: Final = (
    "README.md", "README.rst", "README", "pyproject.toml", "package.json", "Dockerfile",
)  # fmt: skip
"""Where a finding about no file stands, the first that is there: they seldom come and go."""
_PACKAGE: Final = ": "
"""Between manifest and requirement in what a scanner of packages has looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Files of a scan that findings without one can be shown at."""

    general: str
    manifest: str
    """The manifest for findings about packages, or empty."""

    def of(self, finding: Finding) -> str:
        """Give the file for a finding that names none in the repository."""
        about_packages = finding.kind is Kind.DEPENDENCIES and self.manifest
        return self.manifest if about_packages else self.general


def anchors(scan: Scan) -> Anchors:
    """Choose the anchors: the same in every scan of the same files."""
    ran = [attempt for attempt in scan.attempts if isinstance(attempt, Ran)]
    packages = {
        subject.partition(_PACKAGE)[0]
        for attempt in ran
        if attempt.subject.kind is Kind.DEPENDENCIES
        for subject in attempt.report.looked_at
    }
    seen = {path for attempt in ran for path in attempt.report.looked_at if repository_path(path)}
    folder = scan.target.folders[0] + "/" if len(scan.target.folders) == 1 else ""
    usual = [prefix + name for prefix in (folder, "") for name in _ANCHORS]
    general = next((path for path in usual if path in seen), _shallowest(seen))
    return Anchors(
        general=general or folder + _ANCHORS[0],
        manifest=_shallowest(path for path in packages if repository_path(path)),
    )


def repository_path(path: str) -> str:
    """Give the path from the repository's root, or nothing where it leads elsewhere."""
    normal = posixpath.normpath(path) if path else ""
    fits = is_inside(normal) and not is_absolute(normal) and "\0" not in normal
    return normal if normal and fits else ""


def places(finding: Finding, anchor: str) -> list[model.Location]:
    """Give the finding's places, its own first; without one in the repository, the anchor."""
    own = finding.location
    path = repository_path(finding.path)
    first = _place(path, _region(finding)) if own and path else _place(anchor, _FIRST)
    more = [
        _place(path, _whole(_lines(place)))
        for place in finding.elsewhere
        if (path := repository_path(place.path))
    ]
    return [first, *more][:LOCATIONS]


def _place(path: str, region: model.Region) -> model.Location:
    return model.Location(physical_location=as_place(path, region))


_FIRST: Final = model.Region(start_line=1, start_column=1, end_line=1, end_column=2)


def _shallowest(paths: Iterable[str]) -> str:
    return min(paths, key=lambda path: (path.count("/"), path), default="")


def _lines(place: Location | None) -> Region | None:
    if place is None or place.line is None:
        return None
    return Region(start_line=place.line, end_line=place.end_line)


def _region(finding: Finding) -> model.Region:
    shown = "" if finding.masked else finding.snippet
    return _whole(finding.region or _lines(finding.location), shown)


def _whole(place: Region | None, snippet: str = "") -> model.Region:
    """Give all four numbers that GitHub asks for; one without an end ends with its last line.

    Annotations need every line of a region in the change, so it never grows by a line.
    """
    if place is None:
        return _FIRST
    line = _within(place.start_line)
    column = _within(place.start_column or 1)
    last = max(line, _within(place.end_line or line))
    end = _within(place.end_column or _line_end(snippet, last - line + 1))
    least = column + 1 if last == line else 1
    return model.Region(
        start_line=line, start_column=column, end_line=last, end_column=max(least, end)
    )


def _line_end(snippet: str, lines: int) -> int:
    """Give the column behind the last of so many lines, in UTF-16 units, if they are all shown."""
    shown = snippet.split("\n")
    if len(shown) != lines or "…" in snippet:
        return 1
    return 1 + len(shown[-1].encode("utf-16-le", "surrogatepass")) // 2


def _within(number: int) -> int:
    return min(max(1, number), GREATEST - 1)
