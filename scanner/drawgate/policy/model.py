"""What a pack says, as frozen types; `language` reads them and `gate` obeys them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal

from drawgate.core.finding import Kind, SuppressionKind
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits
from drawgate.policy.case import Case
from drawgate.policy.confidence import Confidence
from drawgate.policy.layer import Layer
from drawgate.policy.sla import Sla
from drawgate.policy.speakers import Speakers

ROLES: Final = ("docs", "generated", "test", "vendored")
"""Path roles a pack may name; policies/tables/path_roles.yaml gives them to paths."""


class Answer(StrEnum):
    """What a missing fact means: it counts against the build, or it does not."""

    BLOCK = "block"
    IGNORE = "ignore"


class Since(StrEnum):
    """What became of a finding since the baseline, in a pack's words."""

    NEW = "new"
    EXISTING = "existing"
    NEWLY_DISCLOSED = "newly-disclosed"


class Enforcement(StrEnum):
    """Whether a broken rule fails the gate or is only reported."""

    ADVISORY = "advisory"
    HARD = "hard"
    SOFT = "soft"
    """It fails the gate, and somebody with the right to do so may let it pass."""
    DISABLED = "disabled"
    """It is not asked at all: a pack switches off what another one has, and says so."""

    @property
    def fails(self) -> bool:
        """Whether a broken rule fails the gate."""
        return self in (Enforcement.HARD, Enforcement.SOFT)


class Suppressed(StrEnum):
    """The suppressions a rule may refuse to honour, in a pack's words."""

    INLINE = "inline"
    EXTERNAL = "external"

    @property
    def kind(self) -> SuppressionKind:
        """SARIF's word for it."""
        return SuppressionKind.IN_SOURCE if self is self.INLINE else SuppressionKind.EXTERNAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where a rule looks. Everything given must hold; what is not given does not matter."""

    kind: tuple[Kind, ...] = ()
    roles: tuple[str, ...] = ()
    roles_not: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    """Patterns as in .gitignore."""
    paths_not: tuple[str, ...] = ()
    tools: tuple[str, ...] = ()
    state: tuple[Since, ...] = ()
    """Without a baseline everything is new."""
    packages: tuple[str, ...] = ()
    """`ECOSYSTEM/NAME`; `*` and `?` are wildcards."""
    packages_not: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    """Which branch is built, `--branch` says; `*` and `?` are wildcards."""
    branches_not: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    """What it is built for, `--environment` says."""

    def __post_init__(self) -> None:
        if both := set(self.roles) & set(self.roles_not):
            raise ValueError(f"{min(both)!r} is in 'roles' and in 'roles_not'")
        for name in ("paths", "packages", "branches"):
            if set(getattr(self, name)) & set(getattr(self, f"{name}_not")):
                raise ValueError(f"a pattern is in {name!r} and in '{name}_not'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a rule looks for. One condition that does not hold is enough to leave a finding out.

    `unknown` answers when the conditions can't be decided for want of a fact.
    """

    severity: Severity | None = None
    """The finding is at least this bad."""
    malicious: bool | None = None
    cwe: tuple[int, ...] = ()
    rule: tuple[str, ...] = ()
    """Scanners' own rule ids; `*` and `?` stand for any text and any character."""
    unknown: Answer = Answer.BLOCK
    kev: bool | None = None
    """CISA's catalogue lists it as exploited."""
    epss: float | None = None
    """The chance of an attack within 30 days is at least this."""
    direct: bool | None = None
    """The project names the package itself; another one needs it where this is false."""
    runtime: bool | None = None
    """The package is installed where the project runs; only for development if false."""
    confidence: Confidence | None = None
    """The scanner is at least so sure."""
    fix_available: bool | None = None
    """An advisory names a version without the flaw."""
    verified: bool | None = None
    """A scanner has tried the credential, and it works."""
    licence: tuple[str, ...] = ()
    """Names of licences as the scanner gives them; `*` and `?` are wildcards."""
    licence_not: tuple[str, ...] = ()
    age: timedelta | None = None
    """It was first seen longer ago than this."""
    sla: Literal["breached"] | None = None
    """The pack's `sla` gave less time than has passed."""

    def __post_init__(self) -> None:
        if set(self.licence) & set(self.licence_not):
            raise ValueError("a pattern is in 'licence' and in 'licence_not'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Allow:
    """How many matching findings a rule tolerates."""

    max: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PackRule:
    """One rule: its conditions are joined by AND, a pack's rules by OR."""

    id: str
    title: str
    scope: Scope = field(default_factory=Scope)
    match: Match = field(default_factory=Match)
    allow: Allow = field(default_factory=Allow)
    enforcement: Enforcement = Enforcement.HARD
    count_suppressed: tuple[Suppressed, ...] = ()
    """Suppressions of these kinds excuse nothing here."""
    fix: str = ""
    """What to do, with fields such as `{package}`; see `fixes.FIELDS`."""
    when: str = ""
    """An expression in CEL that must hold as well."""
    effective_from: date | None = None
    """Before this day the rule only tells that it would fail."""

    def __post_init__(self) -> None:
        if self.effective_from and not self.enforcement.fails:
            raise ValueError(f"'effective_from' means nothing where a rule is {self.enforcement}")
        if self.enforcement is Enforcement.DISABLED or self.when:
            return
        if self.scope == Scope() and self.match in (Match(), Match(unknown=Answer.IGNORE)):
            raise ValueError("this rule has no condition in 'scope', 'match' or 'when'")


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisoryLimits:
    """How old advisory data may be."""

    max_age: timedelta
    """Older data leaves the verdict incomplete."""
    warn_age: timedelta | None = None
    """Older data is mentioned."""
    unknown: Answer = Answer.BLOCK
    """What data of unknown age means, as in a log from elsewhere."""

    def __post_init__(self) -> None:
        if self.warn_age is not None and self.warn_age > self.max_age:
            raise ValueError("'warn_age' is longer than 'max_age'")


@dataclass(frozen=True, slots=True, kw_only=True)
class TestsAsked:
    """What test and coverage reports (`--evidence`) must say."""

    __test__ = False  # it is no class of tests, whatever its name begins with

    passed: bool = True
    """At least one test ran, and none failed."""
    coverage_min: float | None = None
    """Least share of the lines that tests reach, 0 to 1."""
    unknown: Answer = Answer.BLOCK
    """What it means when no report says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionsAsked:
    """How many comments that excuse a finding a change may add."""

    max: int = 0
    unknown: Answer = Answer.BLOCK
    """What it means when there is no baseline to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denied:
    """Packages that must not be there at all, whatever is known about them."""

    packages: tuple[str, ...]
    """`ECOSYSTEM/NAME`; `*` and `?` are wildcards."""
    unknown: Answer = Answer.BLOCK
    """What it means when nobody has listed the packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Require:
    """What must be known before "no findings" means anything."""

    kinds: tuple[Kind, ...] = ()
    """Where the target holds something for them, a scanner of each kind must have run."""
    not_selected: Answer = Answer.BLOCK
    """What it means when the user left a required kind out (`--only`, `--skip`, `--kind`)."""
    unscanned: Answer = Answer.BLOCK
    """What it means when the target holds, for a required kind, a language or ecosystem that no
    scanner of the run looks at, beside others that one did."""
    unavailable: Answer = Answer.IGNORE
    """What it means when a scanner of a required kind could not run, though another one did."""
    coverage_min: Mapping[Kind, float] = field(default_factory=dict)
    """Least share of each kind's inputs that a scanner looked at, 0 to 1."""
    coverage_warn: Mapping[Kind, float] = field(default_factory=dict)
    """Shares below which it is mentioned."""
    advisories: AdvisoryLimits | None = None
    enforcement: Enforcement = Enforcement.HARD
    """Advisory under `--no-gate`: too small a share is then only mentioned."""
    scanners: tuple[str, ...] = ()
    """Where the target holds something for them, each of these must have run."""
    sbom: bool = False
    """A list of components (SBOM) must have been made."""
    tests: TestsAsked | None = None
    suppressions_added: SuppressionsAsked | None = None
    denied: Denied | None = None

    def __post_init__(self) -> None:
        for kind in sorted(set(self.coverage_min) & set(self.coverage_warn)):
            if self.coverage_warn[kind] <= self.coverage_min[kind]:
                raise ValueError(f"'coverage_warn' of {kind} is not above its 'coverage_min'")


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """The content of one pack file, together with that of the packs it extends."""

    api_version: Literal["drawgate/v1"]
    id: str
    version: str
    title: str
    rules: tuple[PackRule, ...] = ()
    require: Require = field(default_factory=Require)
    extends: tuple[str, ...] = ()
    """Names and files, as written; `layers` has joined them already."""
    sla: Sla | None = None
    tests: tuple[Case, ...] = ()
    waivers: Limits = field(default_factory=Limits)
    vex: Speakers = field(default_factory=Speakers)

    def __post_init__(self) -> None:
        if not self.rules and not self.extends:
            raise ValueError("the key 'rules' is missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """A policy pack, and which bytes it came from."""

    id: str
    version: str
    title: str
    rules: tuple[PackRule, ...]
    require: Require
    source: str
    """"built in", or the file as the user named it, and what flags changed."""
    digest: str
    """SHA-256 of the file, as hexadecimal; of all files where it extends others."""
    sla: Sla | None = None
    extends: tuple[Layer, ...] = ()
    """What it extends, directly or not, the first-read ones first."""
    tests: tuple[Case, ...] = ()
    waivers: Limits = field(default_factory=Limits)
    vex: Speakers = field(default_factory=Speakers)
    """Whose VEX documents count, and what is being scanned in their words."""
