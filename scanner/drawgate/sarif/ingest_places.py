"""Where a log says things are, as paths relative to the target (§3.4, §3.10, §3.14.14)."""

import msgspec

from drawgate.sarif.model import ArtifactLocation, Location, LogicalLocation, Result, Run
from drawgate.sarif.references import at, below
from drawgate.sarif.uri import from_uri, is_absolute

_FILE = "file://"
_DEEPEST = 100
"""Bases of bases; real logs have two or three."""
_INDEX = "physicalLocation.artifactLocation.index"


class Places:
    """The places of one run: artifacts by index, URIs by their base, roots cut off."""

    def __init__(self, run: Run) -> None:
        self._artifacts = run.artifacts
        self._logical = run.logical_locations
        self._bases = run.original_uri_base_ids
        self._roots = _roots(run)
        self._lengths = sorted(set(map(len, self._roots)))
        self._folders: dict[str, str] = {}
        self._known: dict[tuple[str, str | None], str] = {}

    def path(self, place: ArtifactLocation | None, where: str = _INDEX) -> str:
        """Give the path an artifactLocation means, or empty when it means none.

        Relative to its root base where there is one; the path of a file outside of all roots
        stays absolute, and a URI of another scheme stays a URI. `where` is where its index is.
        """
        if place is None:
            return ""
        artifact = at(self._artifacts, place.index, "artifacts", where)
        if place.uri is None:
            location = artifact.location if artifact else None
            return self.path(location) if location and location.uri is not None else ""
        key = (place.uri, place.uri_base_id)
        if key not in self._known:
            self._known[key] = self._resolve(place.uri, place.uri_base_id)
        return self._known[key]

    def path_and_line(self, location: Location | None) -> tuple[str, int | None]:
        """Give path and first line of a location; a line 0 is a producer's way to say none."""
        physical = location.physical_location if location else None
        if physical is None:
            return "", None
        line = physical.region.start_line if physical.region else None
        return self.path(physical.artifact_location), line if line and line > 0 else None

    def of_result(self, result: Result) -> list[tuple[Location, str, int | None]]:
        """Give a result's locations that are in a file, each with its path and line."""
        found = []
        for number, location in enumerate(result.locations):
            with below(f"locations[{number}]"):
                path, line = self.path_and_line(location)
            if path:
                found.append((location, path, line))
        return found

    def name(self, location: Location | None) -> str:
        """Give the full name of the first logical location, which may stand in the run."""
        logical = location.logical_locations[0] if location and location.logical_locations else None
        if logical is None:
            return ""
        known = at(self._logical, logical.index, "logicalLocations", "logicalLocations[0].index")
        return _full_name(logical) or (_full_name(known) if known else "")

    def _resolve(self, uri: str, base: str | None) -> str:
        if base is not None and not is_absolute(uri):
            uri = self._folder(base) + uri
        return self._without_root(uri)

    def _folder(self, base: str) -> str:
        """Give what stands before a URI relative to a base: the relative parts of its chain."""
        if base not in self._folders:
            parts: list[str] = []
            name: str | None = base
            seen: set[str] = set()
            while name in self._bases:
                if name in seen and parts:  # else it says nothing, and does no harm
                    raise msgspec.ValidationError("uriBaseIds stand on one another in a circle")
                if name in seen:
                    break
                seen.add(name)
                if len(seen) > _DEEPEST:
                    what = f"more than {_DEEPEST} uriBaseIds stand on one another"
                    raise msgspec.ValidationError(what)
                parent = self._bases[name]
                if parent.uri and not is_absolute(parent.uri):
                    parts.append(parent.uri.rstrip("/") + "/")
                name = parent.uri_base_id
            self._folders[base] = "".join(reversed(parts))
        return self._folders[base]

    def _without_root(self, uri: str) -> str:
        for length in self._lengths:
            if uri[:length] in self._roots:
                return from_uri(uri[length:])
        if is_absolute(uri) and not uri.startswith((_FILE, "/")):
            return uri
        return from_uri(uri)


def _full_name(logical: LogicalLocation) -> str:
    return logical.fully_qualified_name or ""


def _roots(run: Run) -> frozenset[str]:
    """Give the absolute directories that paths are relative to."""
    bases = [base.uri for base in run.original_uri_base_ids.values()]
    working = [one.working_directory.uri for one in run.invocations if one.working_directory]
    roots = {uri.rstrip("/") + "/" for uri in bases + working if uri and is_absolute(uri)}
    # "file:///" is what trivy gives for the root of everything: cutting it says nothing.
    return frozenset(roots - {_FILE + "/", "/"})
