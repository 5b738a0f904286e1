"""What came of each adapter: it ran, it was skipped, or it failed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drawgate.core.adapter import Grain, Report
from drawgate.core.advisory import AdvisoryData
from drawgate.core.finding import Finding, Kind
from drawgate.core.target import NotAssessed


class Why(StrEnum):
    """Why an adapter did not start."""

    NOT_APPLICABLE = "not applicable"
    NOT_SELECTED = "not selected"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Which adapter an attempt is about."""

    name: str
    kind: Kind
    grain: Grain = Grain.TREE
    homepage: str = ""
    applicable: bool = True
    """Whether the target holds anything for it; a required kind must then have run."""
    category: str = ""
    """The folder or file that was scanned, or the SARIF category of a foreign log's run where
    several runs have one tool name; else empty."""
    origin: str = ""
    """What tells its repository from the others of a merged log; empty where there is one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolFacts:
    """The tool as it really was: executable's version, interpreter and its data."""

    version: str = ""
    python: str = ""
    ruleset: str = ""
    """Number and digest of the rules that we gave it; empty where it uses its own."""
    advisories: AdvisoryData | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """What varies from run to run; it is written to attempts.json and nowhere else."""

    started: str = ""
    wall: float = 0.0
    """Seconds; for split jobs, from the first start to the last end."""
    cpu: float = 0.0
    """User and system seconds of all processes."""
    peak: int = 0
    """Largest resident set of one process, in bytes."""
    processes: int = 0
    commands: tuple[tuple[str, ...], ...] = ()
    code: int | None = None
    recalled: int = 0
    """Files or packages of which nothing has changed since an earlier scan; its answer counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """The tool did its work on everything it was given, or said what it could not assess."""

    subject: Subject
    report: Report
    tool: ToolFacts = field(default_factory=ToolFacts)
    execution: Execution = field(default_factory=Execution)
    raw: Mapping[str, bytes] = field(default_factory=dict)
    """What the tool printed, by file name; masked before it is written anywhere."""
    absent: tuple[Finding, ...] = ()
    """What the baseline had and the tool does not find any more; counts nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """The tool was not started, for a reason a person can change."""

    subject: Subject
    why: Why
    reason: str
    not_assessed: tuple[NotAssessed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The tool started, or should have, and there is no answer to trust.

    `partial` holds what finished parts reported: worth reading, no proof of anything.
    """

    subject: Subject
    error: str
    hint: str = ""
    partial: Report = field(default_factory=Report)
    tool: ToolFacts = field(default_factory=ToolFacts)
    execution: Execution = field(default_factory=Execution)
    raw: Mapping[str, bytes] = field(default_factory=dict)


Attempt = Ran | Skipped | Failed


def findings_of(attempt: Attempt) -> tuple[Finding, ...]:
    """Give what an attempt reported, however it ended."""
    match attempt:
        case Ran():
            return attempt.report.findings
        case Failed():
            return attempt.partial.findings
        case Skipped():
            return ()


def absent_of(attempt: Attempt) -> tuple[Finding, ...]:
    """Give what is gone since the baseline: only a tool that ran can say so."""
    return attempt.absent if isinstance(attempt, Ran) else ()


def not_assessed_of(attempt: Attempt) -> tuple[NotAssessed, ...]:
    """Give what an attempt says it could not look at."""
    match attempt:
        case Ran():
            return attempt.report.not_assessed
        case Failed():
            return attempt.partial.not_assessed
        case Skipped():
            return attempt.not_assessed


def documents_of(attempt: Attempt) -> Mapping[str, bytes]:
    """Give the whole documents of an attempt that ran; half a document is none."""
    return attempt.report.documents if isinstance(attempt, Ran) else {}
