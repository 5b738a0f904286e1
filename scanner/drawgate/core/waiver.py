"""A waiver: what a person has accepted, for a reason and until a day; and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from drawgate.core.severity import Severity

SOON: Final = timedelta(days=14)
"""A waiver that ends within this time is told as expiring."""
DEFAULT_CAP: Final = timedelta(days=365)
"""How long a waiver may last where the pack does not say."""
PLACE: Final = ".drawgate/waivers.yaml"
"""Where a repository keeps its waivers."""


class WaiverType(StrEnum):
    """Why it is waived: it is no flaw, or one that is borne, fenced in, or mended later."""

    FALSE_POSITIVE = "false-positive"
    ACCEPTED = "accepted"
    MITIGATED = "mitigated"
    DEFERRED = "deferred"


class Justification(StrEnum):
    """Why the flaw can't be used, in the words of VEX (OpenVEX, CSAF)."""

    NO_COMPONENT = "component_not_present"
    NO_CODE = "vulnerable_code_not_present"
    NOT_EXECUTED = "vulnerable_code_not_in_execute_path"
    NOT_CONTROLLED = "vulnerable_code_cannot_be_controlled_by_adversary"
    MITIGATIONS = "inline_mitigations_already_exist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a waiver is about: findings by their identity, an advisory of a package, or a rule."""

    identity: tuple[str, ...] = ()
    code: tuple[str, ...] = ()
    """Keys of the code as it was approved (`triage/code_key.py`); other code is not meant."""
    advisory: str = ""
    package: str = ""
    """A package URL without a version, or `ecosystem/name`."""
    versions: tuple[str, ...] = ()
    """Ranges such as `>=1.0,<2.0`, any of which will do; `*` for all."""
    rule: tuple[str, ...] = ()
    """Scanners' rule ids; `*` and `?` are wildcards."""
    tool: str = ""
    paths: tuple[str, ...] = ()
    """Patterns as in .gitignore."""

    def __post_init__(self) -> None:
        ways = [self.identity, self.advisory, self.rule]
        if sum(map(bool, ways)) != 1:
            raise ValueError("exactly one of 'identity', 'advisory' and 'rule' is needed")
        self._belongs("code", self.code, to="identity", there=bool(self.identity))
        for name in ("package", "versions"):
            self._belongs(name, getattr(self, name), to="advisory", there=bool(self.advisory))
        for name in ("tool", "paths"):
            self._belongs(name, getattr(self, name), to="rule", there=bool(self.rule))
        if self.advisory and not (self.package and self.versions):
            raise ValueError("'advisory' needs 'package' and 'versions'")
        if self.rule and not self.paths:
            raise ValueError("'rule' needs 'paths'")

    @staticmethod
    def _belongs(name: str, value: object, *, to: str, there: bool) -> None:
        if value and not there:
            raise ValueError(f"{name!r} belongs to {to!r}, which is not here")

    @property
    def words(self) -> str:
        """Say what is meant."""
        if self.identity:
            first, *others = self.identity
            return f"{first} and {len(others)} more" if others else first
        if self.advisory:
            return f"{self.advisory} in {self.package} {' or '.join(self.versions)}"
        tool = f"{self.tool} " if self.tool else ""
        return f"{tool}{' or '.join(self.rule)} in {' or '.join(self.paths)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """One decision of a person. `expires` is the last day on which it counts."""

    id: str
    match: Match
    type: WaiverType
    reason: str
    owner: str
    created: str
    """ISO 8601 days, in UTC."""
    expires: str
    severity: Severity
    """How bad it was when it was approved; worse than that was not approved."""
    approver: str = ""
    ticket: str = ""
    justification: Justification | None = None
    until_fix: bool = False
    """Whether it ends as soon as a version without the flaw is known."""
    kev: bool = False
    """Whether it holds although CISA lists the vulnerability as exploited."""

    def __post_init__(self) -> None:
        for name in ("created", "expires"):
            _day(name, getattr(self, name))
        if self.expires < self.created:
            raise ValueError("'expires' lies before 'created'")

    @property
    def lasts(self) -> timedelta:
        """Give the time it counts for."""
        return date.fromisoformat(self.expires) - date.fromisoformat(self.created)


def _day(name: str, written: str) -> None:
    try:
        fine = date.fromisoformat(written).isoformat() == written
    except ValueError:
        fine = False
    if not fine:
        raise ValueError(f"{name!r} is no day of the calendar, such as 2026-11-21")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waivers:
    """The waivers that a scan is judged with, and where they come from."""

    source: str
    """What people call it: ".drawgate/waivers.yaml of the target"."""
    digest: str
    """SHA-256 of the file, as hexadecimal."""
    waivers: tuple[Waiver, ...] = ()
    proposed: tuple[Waiver, ...] = ()
    """What the judged change adds or alters. It has no say; what it would hide is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a pack allows waivers."""

    max_age: Mapping[str, timedelta] = field(default_factory=lambda: {"default": DEFAULT_CAP})
    """Longest time from `created` to `expires`, by the severity at approval, and `default`."""
    four_eyes: bool = False
    """Whether somebody other than the owner must have approved it."""
    types: tuple[WaiverType, ...] = tuple(WaiverType)
    until_fix: bool = False
    """Whether all of them end as soon as a fix is known."""

    def cap(self, severity: Severity) -> timedelta:
        """Give the longest time for a severity."""
        return self.max_age.get(severity.value, self.max_age.get("default", DEFAULT_CAP))


class Standing(StrEnum):
    """What became of a waiver."""

    IN_FORCE = "in force"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    REFUSED = "refused"
    UNMATCHED = "matches nothing"
    UNSEEN = "not looked for"
    """It may match what a partial scan left out, or a scanner that did not run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One waiver, and what it did in a scan."""

    id: str
    about: str
    """What it matches, in words."""
    type: WaiverType
    owner: str
    approver: str
    created: str
    expires: str
    ticket: str
    standing: Standing
    findings: int
    """How many findings it excuses."""
    lapsed: int
    """How many it means and does not excuse."""
    why: tuple[str, ...] = ()
    """Why not, each reason once."""
    reason: str = ""
    """What its owner says."""

    @property
    def counts(self) -> bool:
        """Whether it is in force."""
        return self.standing in (Standing.IN_FORCE, Standing.EXPIRING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waived:
    """All waivers of a scan and what they did."""

    source: str
    digest: str
    findings: int
    """Findings that do not count because of a waiver."""
    waivers: tuple[Told, ...]
    proposed: tuple[str, ...] = ()
    """Ids of what the judged change adds or alters."""
    proposed_findings: int = 0
    """Findings that it would excuse, and that count."""
