"""Says of each vulnerable package how it came into its manifest, and what for."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from drawgate.core.dependency import Graph, Origin
from drawgate.core.finding import Dependency, Finding, changed

Key = tuple[str, str, str]


def with_origins(
    findings: tuple[Finding, ...], graphs: tuple[Graph, ...], masked: Callable[[str], str]
) -> tuple[Finding, ...]:
    """Fill in whether it is direct, by whom it came, and where it is installed.

    What the manifests don't tell stays unknown. A scan without such findings does no work here.
    `masked` hides what is known to be a credential: a manifest may call anything a package.
    """
    about = {finding.path for finding in findings if finding.dependency}
    wanted = tuple(graph for graph in graphs if graph.manifest in about)
    if not wanted:
        return findings
    from drawgate.manifests.origins import origins  # noqa: PLC0415 - most scans need it not

    known = origins(wanted)
    return tuple(_rooted(finding, known, masked) for finding in findings)


def _rooted(finding: Finding, known: Mapping[Key, Origin], masked: Callable[[str], str]) -> Finding:
    package = finding.dependency
    origin = package and _origin(package, finding.path, known)
    if package is None or origin is None:
        return finding
    via = tuple(map(masked, origin.via))
    told = replace(package, direct=origin.direct, via=via, scope=origin.scope)
    return changed(finding, dependency=told)


def _origin(package: Dependency, path: str, known: Mapping[Key, Origin]) -> Origin | None:
    """Look a package up, by its version where its manifest tells several apart."""
    exact = known.get((path, package.name, package.version))
    return exact or known.get((path, package.name, ""))
