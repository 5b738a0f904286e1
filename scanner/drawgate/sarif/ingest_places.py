"""Where a log says things are, as paths relative to the target (§3.4, §3.10, §3.14.14)."""

from drawgate.sarif.model import ArtifactLocation, Location, Message, Result, Run
from drawgate.sarif.uri import from_uri, is_absolute

_FILE = "file://"


class Places:
    """The places of one run: artifacts by index, URIs by their base, roots cut off."""

    def __init__(self, run: Run) -> None:
        self._artifacts = run.artifacts
        self._bases = run.original_uri_base_ids
        self._roots = _roots(run)
        self._known: dict[tuple[str, str | None], str] = {}

    def path(self, place: ArtifactLocation | None) -> str:
        """Give the path an artifactLocation means, or empty when it means none.

        Relative to its root base where there is one; the path of a file outside of all roots
        stays absolute, and a URI of another scheme stays a URI.
        """
        if place is None:
            return ""
        if place.uri is None:
            artifact = self._artifact(place.index)
            return self.path(artifact) if artifact and artifact.uri is not None else ""
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
        return self.path(physical.artifact_location), line or None

    def of_result(self, result: Result) -> str:
        """Give the path of a result's first location, or empty."""
        return self.path_and_line(result.locations[0] if result.locations else None)[0]

    def text(self, message: Message) -> str:
        """Give a message that stands for itself."""
        return message.text or message.markdown or message.id or ""

    def _artifact(self, index: int) -> ArtifactLocation | None:
        return self._artifacts[index].location if 0 <= index < len(self._artifacts) else None

    def _resolve(self, uri: str, base: str | None) -> str:
        relative, seen = uri, set[str]()
        while base in self._bases and base not in seen and not is_absolute(relative):
            seen.add(base)
            parent = self._bases[base]
            if parent.uri and not is_absolute(parent.uri):
                relative = parent.uri.rstrip("/") + "/" + relative
            base = parent.uri_base_id
        return self._without_root(relative)

    def _without_root(self, uri: str) -> str:
        for root in self._roots:
            if uri.startswith(root):
                return from_uri(uri[len(root) :])
        if is_absolute(uri) and not uri.startswith((_FILE, "/")):
            return uri
        return from_uri(uri)


def _roots(run: Run) -> list[str]:
    """Give the absolute directories that paths are relative to, the outermost first."""
    bases = [base.uri for base in run.original_uri_base_ids.values()]
    working = [one.working_directory.uri for one in run.invocations if one.working_directory]
    roots = {uri.rstrip("/") + "/" for uri in bases + working if uri and is_absolute(uri)}
    # "file:///" is what trivy gives for the root of everything: cutting it says nothing.
    return sorted(roots - {_FILE + "/", "/"}, key=len)
