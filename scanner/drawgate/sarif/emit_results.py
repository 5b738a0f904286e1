"""One finding, one SARIF result; what SARIF has no place for stands under `drawgate/` names."""

import re
from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.finding import (
    Dependency,
    Finding,
    Location,
    Membership,
    Region,
    Suppression,
    Unit,
)
from drawgate.core.moment import moment
from drawgate.sarif import model, names
from drawgate.sarif.emit_rules import LEVELS, Index
from drawgate.sarif.exploit import as_exploit
from drawgate.sarif.purl import package_url
from drawgate.sarif.text import as_text
from drawgate.sarif.uri import to_uri

_GUID: Final = re.compile(
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[1-5][0-9a-fA-F]{3}-[89abAB][0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
)
"""SARIF's own pattern (§3.5.3); an identity of another shape goes to the properties."""
_MOMENT: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


def as_result(finding: Finding, rules: Index, tool: str, *, suppressions: bool) -> model.Result:
    """Write one finding; `suppressions` says whether any finding of the run has some.

    Then all results must carry the property, those without with an empty list (§3.27.23).
    """
    number, rule = rules[finding.rule]
    return model.Result(
        rule_id=rule.id,
        rule_index=number,
        level=LEVELS[finding.severity],
        message=model.Message(text=as_text(finding.message) or rule.id),
        locations=[_location(finding), *map(_further, finding.elsewhere)],
        correlation_guid=finding.identity if is_guid(finding.identity) else None,
        partial_fingerprints=_sorted(finding.fingerprints),
        suppressions=[_suppression(one) for one in finding.suppressions] if suppressions else None,
        baseline_state=finding.state.value if finding.state else None,
        provenance=_provenance(finding),
        properties=_properties(finding, tool),
    )


def is_guid(text: str) -> bool:
    """Tell whether it can stand where SARIF wants a GUID."""
    return _GUID.fullmatch(text) is not None


def is_moment(text: str) -> bool:
    """Tell whether it is a moment as we write them, in whole seconds (SARIF §3.9)."""
    return _MOMENT.fullmatch(text) is not None and moment(text) is not None


def as_place(path: str, region: model.Region | None = None) -> model.PhysicalLocation:
    """Point to a file of the target."""
    return model.PhysicalLocation(
        artifact_location=model.ArtifactLocation(uri=to_uri(path)), region=region
    )


def in_log(path: str, region: Region, unit: Unit = Unit.UTF16_1) -> Location:
    """Give the location a reader of a log takes from a region alone."""
    return Location(
        path=path,
        line=region.start_line,
        column=region.start_column,
        end_line=region.end_line,
        end_column=region.end_column,
        unit=unit,
    )


def _location(finding: Finding) -> model.Location:
    """Point to the file, and to the package.

    A finding without a file names what it is about and nothing else: inventing a place is left
    to the outlets whose readers insist on one (GitHub).
    """
    logical = []
    if finding.dependency:
        name = package_url(finding.dependency)
        logical = [model.LogicalLocation(fully_qualified_name=name, kind="package")]
    if finding.location is None:
        nothing = model.LogicalLocation(fully_qualified_name=as_text(finding.rule.id))
        return model.Location(logical_locations=logical or [nothing])
    place = as_place(finding.location.path, _region(finding, finding.location))
    return model.Location(physical_location=place, logical_locations=logical)


def _further(place: Location) -> model.Location:
    return model.Location(physical_location=as_place(place.path, _as_region(_lines(place))))


def _region(finding: Finding, location: Location) -> model.Region | None:
    """Give the SARIF region; before triage only lines, as columns are in the tool's units."""
    return _as_region(finding.region or _lines(location), finding.snippet)


def _as_region(place: Region | None, snippet: str = "") -> model.Region | None:
    if place is None:
        return None
    return model.Region(
        start_line=place.start_line,
        start_column=place.start_column,
        end_line=place.end_line,
        end_column=place.end_column,
        snippet=model.ArtifactContent(text=as_text(snippet)) if snippet else None,
    )


def _lines(location: Location) -> Region | None:
    if location.line is None:
        return None
    return Region(start_line=location.line, end_line=location.end_line)


def _suppression(suppression: Suppression) -> model.Suppression:
    told = {name: as_text(getattr(suppression, own)) for own, name in names.WAIVED.items()}
    return model.Suppression(
        kind=suppression.kind.value,
        status=suppression.status,  # type: ignore[arg-type]  # one of three words, by core's contract
        justification=as_text(suppression.justification) or None,
        properties={name: text for name, text in told.items() if text},
    )


def _properties(finding: Finding, tool: str) -> model.Properties:
    has_region = finding.location is not None and _region(finding, finding.location) is not None
    optional = {
        names.REPORTED: as_text(finding.reported_severity),
        names.CONFIDENCE: as_text(finding.confidence),
        names.ROLE: as_text(finding.role),
        names.MASKED: finding.masked,
        names.FILLED: [] if finding.message else ["message"],
        names.SNIPPET: "" if has_region else as_text(finding.snippet),
        names.PACKAGE: _package(finding.dependency) if finding.dependency else None,
        names.PLACE: _tool_place(finding),
        names.PROPERTIES: _sorted(finding.properties),
        names.EXPLOIT: as_exploit(finding.dependency.exploit) if finding.dependency else None,
        names.IDENTITY: "" if is_guid(finding.identity) else as_text(finding.identity),
        names.MATCHED_BY: as_text(finding.matched_by),
        names.DISCLOSED: finding.newly_disclosed,
    }
    always = {names.KIND: finding.kind.value, names.SEVERITY: finding.severity.value}
    special = {names.SCORE: finding.score} if finding.score is not None else {}
    other = {names.TOOL: as_text(finding.tool)} if finding.tool != tool else {}
    present = {key: value for key, value in optional.items() if value}
    grouped = _membership(finding.membership) if finding.membership else {}
    origin = _origin(finding.dependency)
    return dict(sorted((always | special | other | present | grouped | origin).items()))


def _provenance(finding: Finding) -> model.Provenance | None:
    seen = finding.first_seen
    return model.Provenance(first_detection_time_utc=seen) if is_moment(seen) else None


def _origin(package: Dependency | None) -> dict[str, Any]:
    """Say how a package came in; what is unknown is left out, as `false` would be an answer."""
    if package is None:
        return {}
    told = {
        names.DIRECT: package.direct,
        names.VIA: list(map(as_text, package.via)) or None,
        names.SCOPE: package.scope.value or None,
    }
    return {name: fact for name, fact in told.items() if fact is not None}


def _membership(place: Membership) -> dict[str, Any]:
    optional = {
        names.BASIS: as_text(place.basis),
        names.FOLDED: place.folded,
        names.REPORTERS: list(map(as_text, place.reporters)),
    }
    always = {names.GROUP: as_text(place.group), names.OWN_SEVERITY: place.alone.value}
    return always | {key: value for key, value in optional.items() if value}


def _package(dependency: Dependency) -> dict[str, Any]:
    optional = {
        "aliases": list(map(as_text, dependency.aliases)),
        "fixed": list(map(as_text, dependency.fixed)),
        "malicious": dependency.malicious,
        "vector": as_text(dependency.vector),
        "rated_by": as_text(dependency.rated_by),
    }
    return {
        "purl": package_url(dependency),
        "ecosystem": as_text(dependency.ecosystem),
        "name": as_text(dependency.name),
        "version": as_text(dependency.version),
        "advisory": as_text(dependency.advisory),
    } | {key: value for key, value in optional.items() if value}


def _tool_place(finding: Finding) -> dict[str, Any] | None:
    """Keep where the tool itself pointed, in its own units, where the region says it otherwise."""
    location, region = finding.location, finding.region
    if location is None or (region is not None and location == in_log(location.path, region)):
        return None
    place = {
        "line": location.line,
        "column": location.column,
        "endLine": location.end_line,
        "endColumn": location.end_column,
        "unit": location.unit.value,
        "located": region is not None,
    }
    return {key: value for key, value in place.items() if value is not None}


def _sorted(strings: Mapping[str, str]) -> dict[str, str]:
    return {as_text(key): as_text(strings[key]) for key in sorted(strings)}
