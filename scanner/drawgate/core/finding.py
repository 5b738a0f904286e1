"""A finding: what an adapter reports, and what triage adds to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter
from typing import Final

from drawgate.core.exploit import MALWARE, NOTHING, Exploit
from drawgate.core.severity import Severity


class Kind(StrEnum):
    """What sort of flaw a scanner looks for; packs set thresholds per kind."""

    CODE = "code"
    DEPENDENCIES = "dependencies"
    SECRETS = "secrets"
    CONTAINER = "container"
    IAC = "iac"
    SBOM = "sbom"
    DAST = "dast"
    LICENSE = "license"


PACKAGES: Final = frozenset({Kind.DEPENDENCIES, Kind.SBOM})
"""Kinds whose scanners are given the packages that the manifests name, not files."""


class Unit(StrEnum):
    """How a tool counts columns; SARIF counts UTF-16 units from 1 (§3.30.6)."""

    BYTE_0 = "UTF-8 bytes from 0"
    CHARACTER_0 = "characters from 0"
    CHARACTER_1 = "characters from 1"
    UTF16_1 = "UTF-16 units from 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where a tool says the flaw is, in the tool's own columns. Lines count from 1.

    `end_column` is exclusive: the first column behind the flaw.
    """

    path: str
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    unit: Unit = Unit.CHARACTER_1
    feeds: bool = False
    """Whether the tool ends lines at line feeds alone; Python, JavaScript and SARIF's readers also
    do at a carriage return. Triage counts anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A SARIF region: lines from 1, columns in UTF-16 units from 1, end exclusive."""

    start_line: int
    start_column: int | None = None
    end_line: int | None = None
    end_column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a scanner checks for, in its own id."""

    id: str
    name: str = ""
    description: str = ""
    help: str = ""
    help_uri: str = ""
    cwe: tuple[int, ...] = ()
    tags: tuple[str, ...] = ()


class Scope(StrEnum):
    """What a package is there for. Nobody's word is no word for `runtime`."""

    RUNTIME = "runtime"
    DEVELOPMENT = "development"
    UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """The vulnerable package of a dependency finding, joined with its advisory."""

    ecosystem: str
    name: str
    version: str
    advisory: str
    aliases: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    """Versions that are not vulnerable any more, lowest first; empty when unknown."""
    vector: str = ""
    malicious: bool = False
    rated_by: str = ""
    """Which record the severity comes from, and by what: "GHSA-… CVSS_V3"."""
    exploit: Exploit = NOTHING
    """What is known about attacks that use it."""
    direct: bool | None = None
    """Whether the project names it itself; None: nobody knows."""
    via: tuple[str, ...] = ()
    """For a transitive one, who needs whom on the shortest way, from the package that the project
    names down to the one that needs this; empty when it is direct or the way is unknown."""
    scope: Scope = Scope.UNKNOWN
    """Whether it is installed where the project runs, or only where it is developed."""

    @property
    def names(self) -> tuple[str, ...]:
        """All names of the vulnerability, as they are written."""
        return (self.advisory, *self.aliases)


class SuppressionKind(StrEnum):
    """Who suppressed it: a comment in the source, or something outside (SARIF §3.35.2)."""

    IN_SOURCE = "inSource"
    EXTERNAL = "external"


ACCEPTED: Final = "accepted"
UNDER_REVIEW: Final = "underReview"
REJECTED: Final = "rejected"
"""What became of a suppression, in SARIF's words (§3.35.3): only an accepted one hides anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """Why a finding does not count. It stays in the log and in every report."""

    kind: SuppressionKind
    justification: str = ""
    status: str = ACCEPTED
    by: str = ""
    """The id of the waiver, or of the VEX statement, that says so; empty for a comment."""
    source: str = ""
    """Where that stands: ".drawgate/waivers.yaml", a VEX document's name."""
    type: str = ""
    """A waiver's type ("false-positive", "accepted", …) or a VEX status ("not_affected")."""
    owner: str = ""
    approver: str = ""
    expires: str = ""
    """The last day on which it counts, ISO 8601; empty where it has no end."""
    why: str = ""
    """Why it excuses nothing, where its status is not "accepted"."""
    label: str = ""
    """Why the flaw can't be used, by OpenVEX's labels; empty where only words say it."""


class State(StrEnum):
    """What became of a finding since the baseline, in SARIF's words (§3.27.24)."""

    NEW = "new"
    UNCHANGED = "unchanged"
    UPDATED = "updated"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A finding's place among those that several reports make of one flaw."""

    group: str
    """A UUID that all of them share (`triage/correlate.py`)."""
    folded: bool = False
    """Whether another finding, the primary, speaks for it."""
    reporters: tuple[str, ...] = ()
    """Names of all tools of the group, sorted; only the primary has them."""
    alone: Severity = Severity.UNKNOWN
    """How bad it is by itself. A primary's `Finding.severity` is that of its group."""
    basis: str = ""
    """Whose word the primary's severity is, as in "cvss of pip-audit"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One flaw at one place.

    An adapter fills the first block. The runner sets `tool`; triage sets the rest.
    """

    kind: Kind
    rule: Rule
    message: str
    location: Location | None = None
    reported_severity: str = ""
    """The tool's own word ("HIGH", "WARNING"); kept beside the severity we derive."""
    confidence: str = ""
    score: float | None = None
    """A CVSS base score, 0.0 to 10.0, where the tool or the advisory has one."""
    dependency: Dependency | None = None
    properties: Mapping[str, str] = field(default_factory=dict)

    tool: str = ""
    severity: Severity = Severity.UNKNOWN
    region: Region | None = None
    snippet: str = ""
    elsewhere: tuple[Location, ...] = ()
    """Further places that must change to mend it (SARIF §3.27.12), as other tools' logs have."""
    role: str = ""
    """The path's role from policies/tables/path_roles.yaml ("test", "vendored"), or empty."""
    masked: bool = False
    """Whether redaction touched it: its line holds a credential."""
    suppressions: tuple[Suppression, ...] = ()
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """SARIF partialFingerprints: `primaryLocationLineHash` and our own, versioned."""
    identity: str = ""
    """A UUID that stays with the flaw (SARIF correlationGuid)."""
    membership: Membership | None = None
    """None where no other finding is about the same flaw."""
    state: State | None = None
    """What became of it since the baseline; None when it was compared with nothing."""
    matched_by: str = ""
    """Why it is taken for a finding of the baseline, in words for people."""
    newly_disclosed: bool = False
    """The baseline had looked at this version of the package: only the advisory is new."""
    first_seen: str = ""
    """The moment of the first scan that is known to have found it (RFC 3339, UTC, whole seconds);
    empty: nobody knows, as it was compared with nothing that says so."""

    @property
    def folded(self) -> bool:
        """Whether another finding speaks for it, so that it is listed and not counted."""
        return self.membership is not None and self.membership.folded

    @property
    def path(self) -> str:
        """The file it is in, or empty."""
        return self.location.path if self.location else ""

    @property
    def paths(self) -> tuple[str, ...]:
        """All files it is in, its own first."""
        return (self.path, *(place.path for place in self.elsewhere))

    @property
    def line(self) -> int | None:
        """The first line, counted from 1."""
        return self.location.line if self.location else None

    @property
    def malicious(self) -> bool:
        """Whether it is about malware, not merely about a flaw.

        The log of another tool says so by nothing but the id of its rule.
        """
        names = [self.rule.id]
        if self.dependency:
            names += self.dependency.names
        known = self.dependency is not None and self.dependency.malicious
        return known or any(name.startswith(MALWARE) for name in names)

    @property
    def suppressed(self) -> bool:
        """Whether it does not count: all of its suppressions are accepted (SARIF §3.27.23)."""
        return bool(self.suppressions) and all(s.status == ACCEPTED for s in self.suppressions)


def changed(finding: Finding, **values: object) -> Finding:
    """Copy a finding with some fields changed: `dataclasses.replace` in half the time.

    A scan makes tens of thousands of such copies. Raises KeyError for a field there is not.
    """
    copy, row = object.__new__(Finding), list(_VALUES(finding))
    for name, value in values.items():
        row[_NUMBERS[name]] = value
    for put, value in zip(_PUTS, row, strict=True):
        put(copy, value)
    return copy


_NAMES: Final = tuple(field.name for field in fields(Finding))
_NUMBERS: Final = {name: number for number, name in enumerate(_NAMES)}
_VALUES: Final = attrgetter(*_NAMES)
_PUTS: Final = tuple(getattr(Finding, name).__set__ for name in _NAMES)
"""The slots' own setters: what is frozen is the class, not its making."""


def sort_key(finding: Finding) -> tuple[object, ...]:
    """Order findings the same way everywhere: by place, tool, rule and text."""
    region = finding.region
    place = finding.location
    return (
        finding.path,
        finding.line or 0,
        (region.start_column if region else place.column if place else None) or 0,
        finding.tool,
        finding.rule.id,
        finding.message,
        finding.dependency.version if finding.dependency else "",
        finding.suppressed,
    )
