"""What a pack says, as frozen types; `language` reads them and `gate` obeys them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal

from drawgate.core.finding import Kind, SuppressionKind
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits

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

    def __post_init__(self) -> None:
        if both := set(self.roles) & set(self.roles_not):
            raise ValueError(f"{min(both)!r} is in 'roles' and in 'roles_not'")
        if set(self.paths) & set(self.paths_not):
            raise ValueError("a pattern is in 'paths' and in 'paths_not'")


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

    def __post_init__(self) -> None:
        if self.scope == Scope() and self.match in (Match(), Match(unknown=Answer.IGNORE)):
            raise ValueError("this rule has no condition in 'scope' or 'match'")


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

    def __post_init__(self) -> None:
        for kind in sorted(set(self.coverage_min) & set(self.coverage_warn)):
            if self.coverage_warn[kind] <= self.coverage_min[kind]:
                raise ValueError(f"'coverage_warn' of {kind} is not above its 'coverage_min'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Whose VEX documents count, and about what; flags and settings may add to both."""

    authors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    """What is being scanned: package URLs, or other names that the documents give it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFile:
    """The content of one pack file."""

    api_version: Literal["drawgate/v1"]
    id: str
    version: str
    title: str
    rules: tuple[PackRule, ...]
    require: Require = field(default_factory=Require)
    waivers: Limits = field(default_factory=Limits)
    vex: Speakers = field(default_factory=Speakers)


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
    """SHA-256 of the file, as hexadecimal."""
    waivers: Limits = field(default_factory=Limits)
    vex: Speakers = field(default_factory=Speakers)
    """Whose VEX documents count, and what is being scanned in their words."""
