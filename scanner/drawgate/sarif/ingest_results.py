"""One SARIF result into one finding."""

from dataclasses import dataclass, replace
from typing import Any, Final

import msgspec

from drawgate.core.exploit import NOTHING
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Membership,
    Region,
    Scope,
    State,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.moment import moment
from drawgate.core.severity import Severity
from drawgate.credentials import about_credential
from drawgate.sarif import model, names
from drawgate.sarif.emit_results import in_log, is_guid, is_moment
from drawgate.sarif.exploit import Told
from drawgate.sarif.ingest_package import package_of
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.ingest_rules import Described, Rules
from drawgate.sarif.ingest_severity import Rated, rated

_UNDECIDED: Final = frozenset({"open", "review", "fail"})
"""Kinds that are no harmless ones, without a level: the tool could not decide, a person must look
(§3.27.9), or it says itself that this failed, which a level of `none` contradicts (§3.27.10)."""
_SCALARS: Final = (str, bool, int, float)


class _Place(msgspec.Struct, kw_only=True, rename="camel"):
    """The tool's own columns, where the region does not say them."""

    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    unit: Unit
    located: bool


class _Own(msgspec.Struct, kw_only=True):
    """What Drawgate says about a result, under its own names."""

    severity: Severity = msgspec.field(name=names.SEVERITY)
    kind: Kind | None = msgspec.field(name=names.KIND, default=None)
    reported: str = msgspec.field(name=names.REPORTED, default="")
    confidence: str = msgspec.field(name=names.CONFIDENCE, default="")
    score: float | None = msgspec.field(name=names.SCORE, default=None)
    role: str = msgspec.field(name=names.ROLE, default="")
    masked: bool = msgspec.field(name=names.MASKED, default=False)
    tool: str | None = msgspec.field(name=names.TOOL, default=None)
    place: _Place | None = msgspec.field(name=names.PLACE, default=None)
    snippet: str = msgspec.field(name=names.SNIPPET, default="")
    package: Dependency | None = msgspec.field(name=names.PACKAGE, default=None)
    identity: str = msgspec.field(name=names.IDENTITY, default="")
    filled: tuple[str, ...] = msgspec.field(name=names.FILLED, default=())
    properties: dict[str, str] = msgspec.field(name=names.PROPERTIES, default_factory=dict)
    exploit: Told | None = msgspec.field(name=names.EXPLOIT, default=None)
    group: str = msgspec.field(name=names.GROUP, default="")
    folded: bool = msgspec.field(name=names.FOLDED, default=False)
    reporters: tuple[str, ...] = msgspec.field(name=names.REPORTERS, default=())
    alone: Severity = msgspec.field(name=names.OWN_SEVERITY, default=Severity.UNKNOWN)
    basis: str = msgspec.field(name=names.BASIS, default="")
    matched_by: str = msgspec.field(name=names.MATCHED_BY, default="")
    disclosed: bool = msgspec.field(name=names.DISCLOSED, default=False)
    direct: bool | None = msgspec.field(name=names.DIRECT, default=None)
    via: tuple[str, ...] = msgspec.field(name=names.VIA, default=())
    scope: Scope = msgspec.field(name=names.SCOPE, default=Scope.UNKNOWN)

    @property
    def membership(self) -> Membership | None:
        """Give the place in a group; what is folded without one is no member of anything."""
        if not self.group:
            return None
        return Membership(
            group=self.group,
            folded=self.folded,
            reporters=self.reporters,
            alone=self.alone,
            basis=self.basis,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What is needed to read the results of one run."""

    run: model.Run
    rules: Rules
    places: Places
    kind: Kind

    def read(self, result: model.Result) -> Finding:
        """Read one result; msgspec.ValidationError when one of our own properties is wrong."""
        described = self.rules.describe(result)
        if names.SEVERITY in result.properties:
            own = msgspec.convert(result.properties, _Own)
        else:
            own = self._judge(result, described)
        places = self.places.of_result(result)
        location, region = self._place(places[0][:2] if places else None, own)
        message = "" if "message" in own.filled else self.rules.text(result)
        return Finding(
            kind=own.kind or self.kind,
            rule=described.rule,
            message=message,
            location=location,
            elsewhere=tuple(Location(path=path, line=line) for _, path, line in places[1:]),
            reported_severity=own.reported,
            confidence=own.confidence,
            score=own.score,
            dependency=_dependency(own) or self._package(result, described, message, location),
            properties=own.properties,
            tool=self.run.tool.driver.name if own.tool is None else own.tool,
            severity=own.severity,
            region=region,
            snippet=own.snippet or _snippet(places[0][0] if places else None),
            role=own.role,
            masked=own.masked,
            suppressions=tuple(dict.fromkeys(map(_suppression, result.suppressions or ()))),
            fingerprints=result.partial_fingerprints,
            identity=own.identity or _identity(result.correlation_guid or ""),
            membership=own.membership,
            state=State(result.baseline_state) if result.baseline_state else None,
            matched_by=own.matched_by,
            newly_disclosed=own.disclosed,
            first_seen=_first_seen(result.provenance),
        )

    def _package(
        self, result: model.Result, described: Described, message: str, location: Location | None
    ) -> Dependency | None:
        """Find the package that a foreign result is about; ours say it themselves."""
        if names.SEVERITY in result.properties or location is None:
            return None
        tool = self.run.tool.driver.name
        return package_of(tool, described.rule.id, message, location.path)

    def _judge(self, result: model.Result, described: Described) -> _Own:
        """Say for a foreign result what our own would say themselves."""
        setting = self.rules.override(result)
        said = rated((result.properties, setting.properties if setting else {}))
        if said == Rated():
            said = described.rated
        return _Own(
            severity=Severity.UNKNOWN,  # triage rates it, by the word and the score
            reported=said.word or self._word(result, described, setting),
            confidence=described.precision,
            score=said.score,
            properties=_scalars(result),
        )

    def _word(
        self, result: model.Result, described: Described, setting: model.Configuration | None
    ) -> str:
        """Give the level; the kind where that leaves open how bad it is; "" where nothing does.

        A credential has no severity by default: its tool has to say one.
        """
        said = _said_level(result, described, setting)
        secret = about_credential(self.kind, self.run.tool.driver.name, described.rule)
        if result.kind in (None, "fail") and secret and said in (None, "none"):
            return ""
        level = said or "warning"
        return str(result.kind) if level == "none" and result.kind in _UNDECIDED else level

    def _place(
        self, place: tuple[model.Location, str] | None, own: _Own
    ) -> tuple[Location | None, Region | None]:
        """Give the place of a location in a file; GitHub also shows the first one alone."""
        if place is None or place[0].physical_location is None:
            return None, None
        path = place[1]
        region = _region(place[0].physical_location.region)
        if own.place is not None:
            return _own_location(path, own.place), region if own.place.located else None
        if region is None:
            return Location(path=path, unit=self._unit()), None
        return in_log(path, region, self._unit()), region

    def _unit(self) -> Unit:
        return Unit.UTF16_1 if self.run.column_kind == "utf16CodeUnits" else Unit.CHARACTER_1


def _dependency(own: _Own) -> Dependency | None:
    """Give the package; what is known of exploits has a property of its own, which is checked."""
    told = own.exploit.read() if own.exploit else NOTHING
    if own.package is None:
        return None
    return replace(own.package, exploit=told, direct=own.direct, via=own.via, scope=own.scope)


def _first_seen(provenance: model.Provenance | None) -> str:
    """Take a moment in UTC, to the second; what is none is unknown (another tool's, say)."""
    told = provenance.first_detection_time_utc if provenance else None
    seen = moment(told) if isinstance(told, str) and "T" in told else None
    if seen is None:
        return ""
    written = seen.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    return written if is_moment(written) else ""


def _said_level(
    result: model.Result, described: Described, setting: model.Configuration | None
) -> model.Level | None:
    """Find the level by the procedure of §3.27.10; None where only its default is left."""
    if result.level:
        return result.level
    if result.kind not in (None, "fail"):
        return "none"
    return (setting.level if setting else None) or described.level


def _scalars(result: model.Result) -> dict[str, str]:
    """Keep what fits a finding's properties, and what SARIF says about the result's kind."""
    kept = {key: value for key, value in result.properties.items() if isinstance(value, _SCALARS)}
    if result.kind not in (None, "fail"):
        kept[names.RESULT_KIND] = result.kind
    return {key: _shown(kept[key]) for key in sorted(kept)}


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON scalar
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


def _region(region: model.Region | None) -> Region | None:
    """Give the region; a region by offsets, or from line 0, has no line.

    An end before its beginning is no end.
    """
    start = _positive(region.start_line) if region else None
    if region is None or start is None:
        return None
    column, last = _positive(region.start_column), _positive(region.end_line)
    end = _positive(region.end_column)
    if last is not None and last < start:
        last = end = None
    if last in (None, start) and end is not None and end < (column or 1):
        end = None
    return Region(start_line=start, start_column=column, end_line=last, end_column=end)


def _positive(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None


def _identity(guid: str) -> str:
    """Take a GUID for the identity; another text may be anything, and would be shown (§3.27.4)."""
    return guid if is_guid(guid) else ""


def _own_location(path: str, place: _Place) -> Location:
    return Location(
        path=path,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        unit=place.unit,
    )


def _snippet(location: model.Location | None) -> str:
    physical = location.physical_location if location else None
    snippet = physical.region.snippet if physical and physical.region else None
    return (snippet.text or "") if snippet else ""


def _suppression(suppression: model.Suppression) -> Suppression:
    told = suppression.properties
    facts = {own: told.get(name, "") for own, name in names.WAIVED.items()}
    return Suppression(
        kind=SuppressionKind(suppression.kind),
        justification=suppression.justification or "",
        status=suppression.status or "accepted",
        **{own: fact for own, fact in facts.items() if isinstance(fact, str)},
    )
