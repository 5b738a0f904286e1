"""A test of a pack: the facts of findings, and what the pack shall decide about them."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from drawgate.core.finding import Kind
from drawgate.core.severity import Severity


class Decision(StrEnum):
    """What a pack makes of the findings of a test."""

    PASS = "pass"  # noqa: S105 - a decision, no password
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One finding as a test describes it. What is not given is unknown."""

    kind: Kind
    tool: str = ""
    rule: str = ""
    severity: Severity = Severity.UNKNOWN
    path: str = ""
    line: int | None = None
    role: str | None = None
    """By `path` where it is not given."""
    cwe: tuple[int, ...] = ()
    state: str = "new"
    """As in `scope.state`."""
    package: str = ""
    """`ECOSYSTEM/NAME`."""
    version: str = ""
    fixed_version: tuple[str, ...] = ()
    malicious: bool = False
    kev: bool | None = None
    epss: float | None = None
    direct: bool | None = None
    runtime: bool | None = None
    confidence: str = ""
    verified: bool | None = None
    licence: str = ""
    age: timedelta | None = None
    suppressed: str = ""
    """As in `count_suppressed`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a test says about the build and the day."""

    branch: str = ""
    environment: str = ""
    as_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the pack shall decide."""

    decision: Decision
    rules: tuple[str, ...] = ()
    """Rules that count a finding, in any order; no other one may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One test."""

    name: str
    given: tuple[Facts, ...]
    expect: Expected
    around: Around = field(default_factory=Around)

    def __post_init__(self) -> None:
        if self.expect.decision is Decision.FAIL and not self.expect.rules:
            raise ValueError("a test that expects 'fail' names the rules that break")
