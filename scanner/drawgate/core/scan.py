"""A whole scan: what SARIF carries, the gate judges and reports show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Final

from drawgate.core.attempt import Attempt, Subject, absent_of, findings_of, not_assessed_of
from drawgate.core.baseline import Compared
from drawgate.core.finding import Finding, sort_key
from drawgate.core.target import Exclusion, Form, NotAssessed, Unscanned
from drawgate.core.vex import Use
from drawgate.core.waiver import Waivers

CHANGES: Final = frozenset({"--files", "--staged", "--diff"})
"""Any of them stands in `TargetFacts.partial` when only a change was looked at."""


class Offline(StrEnum):
    """Whether scanners could reach a network, and what held them back."""

    NOT_ASKED = "not asked for"
    NAMESPACE = "enforced by a network namespace"
    LANDLOCK = "enforced by Landlock and seccomp"
    UNENFORCED = "unenforced"


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetFacts:
    """What was scanned, without a path of the machine that scanned it."""

    name: str
    form: Form | None = None
    """None when the target was a log."""
    commit: str = ""
    files: int = 0
    exclusions: tuple[Exclusion, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    notes: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    """The parts of a repository that were named; empty: all of it. A path's role is judged by
    what comes below them."""
    links: tuple[tuple[str, str], ...] = ()
    """Symbolic links that give a file with a role a second name, and where they lead."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of the files that scanners of source were given, also of those nobody could read."""
    unscanned: tuple[Unscanned, ...] = ()
    """What no scanner of the run looks at, by language or ecosystem; sorted by kind and name."""
    partial: str = ""
    """How the scan was narrowed ("--files; --include"); empty when all of the target was looked
    at. Who takes such a log for the whole would close the alerts of all the rest."""

    @property
    def change(self) -> bool:
        """Whether only a change was looked at, which need not touch what every scanner reads."""
        return not CHANGES.isdisjoint(self.partial.split("; "))


@dataclass(frozen=True, kw_only=True)
class Scan:
    """Attempts with triaged findings inside; sorted by adapter name, then category."""

    target: TargetFacts
    attempts: tuple[Attempt, ...]
    as_of: str
    """The date-time ages are counted to (RFC 3339, UTC)."""
    offline: Offline = Offline.NOT_ASKED
    baseline: Compared | None = None
    """What the findings' states are counted from; None when they were compared with nothing."""
    waivers: Waivers | None = None
    """What it is judged with; None where nobody said anything about waivers."""
    vex: tuple[Use, ...] = ()
    """The VEX documents that were given, and what came of each."""

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """All findings, in the order every output uses; suppressed and folded ones included."""
        return tuple(
            sorted((f for attempt in self.attempts for f in findings_of(attempt)), key=sort_key)
        )

    @cached_property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that nobody else speaks for, suppressed ones included."""
        return tuple(finding for finding in self.findings if not finding.folded)

    @cached_property
    def folded(self) -> Mapping[str, tuple[Finding, ...]]:
        """By group, the findings that its primary speaks for."""
        groups: dict[str, list[Finding]] = {}
        for finding in self.findings:
            if finding.membership and finding.membership.folded:
                groups.setdefault(finding.membership.group, []).append(finding)
        return {group: tuple(members) for group, members in groups.items()}

    def spoken_for(self, finding: Finding) -> tuple[Finding, ...]:
        """Give the findings that a primary speaks for."""
        return self.folded.get(finding.membership.group, ()) if finding.membership else ()

    def label(self, subject: Subject) -> str:
        """Name a tool, with its category where the scan knows several of its name."""
        same = [each for each in self.attempts if each.subject.name == subject.name]
        several = subject.category and len(same) > 1
        return f"{subject.name} ({subject.category})" if several else subject.name

    @cached_property
    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """Everything nobody could look at, the target's own list first."""
        mine = self.target.not_assessed
        return mine + tuple(item for attempt in self.attempts for item in not_assessed_of(attempt))

    @cached_property
    def absent(self) -> tuple[Finding, ...]:
        """What is gone since the baseline, in the order every output uses; it counts nowhere."""
        return tuple(
            sorted((f for attempt in self.attempts for f in absent_of(attempt)), key=sort_key)
        )
