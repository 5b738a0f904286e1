"""The verdict: what was decided, on which grounds, and what was not known."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec

from drawgate.core.advisory import AdvisoryData
from drawgate.core.finding import Kind
from drawgate.core.scan import Offline
from drawgate.core.severity import Severity
from drawgate.core.target import Exclusion, Form, Unscanned
from drawgate.core.vex import Use
from drawgate.core.waiver import Waived
from drawgate.policy.layer import Layer
from drawgate.policy.model import Answer, Enforcement, Suppressed
from drawgate.policy.since import BaselineFacts
from drawgate.policy.terms import NOTHING, Given


class Outcome(StrEnum):
    """What came of it. A failed gate stays failed when evidence is missing as well."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


class Effect(StrEnum):
    """What a requirement does to the verdict."""

    NONE = "none"
    WARNING = "warning"
    INCOMPLETE = "incomplete"
    FAIL = "fail"


class State(StrEnum):
    """How an adapter's attempt ended."""

    RAN = "ran"
    FAILED = "failed"
    UNAVAILABLE = "unavailable"
    NOT_SELECTED = "not selected"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionResult:
    """One condition of a rule, and how many findings it was the first to leave out."""

    name: str
    """Where it stands in the pack: `scope.kind`."""
    expected: str
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """A word of a rule that fits nothing here; it may be dead, or spelt wrongly."""

    name: str
    word: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleResult:
    """One rule of the pack, and what counted against it.

    `count`, the conditions' `left_out`, `left_out_unknown` and `left_out_suppressed` add up to
    all findings of the scan but the folded ones.
    """

    id: str
    title: str
    enforcement: Enforcement
    limit: int
    count: int
    broken: bool
    findings: tuple[str, ...]
    """Identities of the counted findings, in the order of all outputs."""
    fixes: tuple[str, ...]
    """The rule's fix text filled in for them, each text once, those of the worst first."""
    conditions: tuple[ConditionResult, ...]
    """In the order in which they are asked; all must hold."""
    unknown: Answer
    """What it means when a finding lacks the fact that a condition asks for."""
    count_unknown: int
    """Of `count`, those that lack such a fact."""
    left_out_unknown: int
    count_suppressed: tuple[Suppressed, ...]
    """Suppressions that excuse nothing here."""
    left_out_suppressed: int
    unmatched: tuple[Unmatched, ...]
    effective_from: str = ""
    """The day on which the rule begins to fail builds, where that lies ahead: until then it is
    advisory, whatever the pack calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """Something that must be known or true before findings mean anything."""

    name: str
    """`attempt:bandit`, `kind:secrets`, `coverage:code`, `only:bandit`, `rule:mine`, …"""
    met: bool
    effect: Effect
    sentence: str
    hint: str = ""
    """What to do next; empty where there is nothing to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of what a kind of scanner was given was looked at."""

    kind: Kind
    looked_at: int
    not_assessed: int
    share: float | None
    """`looked_at` of both together, or `by_size` where that is less; None when nobody says what
    was looked at."""
    minimum: float | None
    """A smaller share fails the gate."""
    warn_below: float | None
    """A smaller share is mentioned."""
    by_size: float | None = None
    """The same share by the size of the files, no file counting for more than 64 KiB; only for
    kinds that read source, and None where sizes are not known."""
    uncounted: int = 0
    """Of `not_assessed`, manifests and lists that stand for an unknown number of packages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptFacts:
    """One adapter and what came of it, without anything that varies from run to run."""

    name: str
    category: str
    kind: Kind
    state: State
    reason: str
    hint: str
    version: str
    python: str
    findings: int
    looked_at: int
    assumed: bool
    """The tool does not list what it read; `looked_at` is what it was given."""
    not_assessed: int
    advisories: str
    """Digest of the advisory data it used; empty when it used none."""

    @property
    def looked(self) -> bool:
        """Whether it ran and anything says what it looked at: only that is worth a good sign."""
        return self.state is State.RAN and self.looked_at > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetSeen:
    """What was judged."""

    name: str
    form: Form | None
    """None when the target was a log."""
    commit: str
    files: int
    folders: tuple[str, ...]
    """The parts of a repository that were asked for; empty: all of it."""
    partial: str
    unscanned: tuple[Unscanned, ...]
    """What no scanner of the run looks at, by language or ecosystem."""
    exclusions: tuple[Exclusion, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    """Which pack judged. `digest` is the SHA-256 of its file, or of all files it is made of."""

    id: str
    version: str
    title: str
    source: str
    digest: str
    extends: tuple[Layer, ...] = ()
    """The packs that it stands on."""
    disabled: tuple[str, ...] = ()
    """Rules of theirs, or its own, that it does not ask."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Counts over all findings that are not suppressed, and of those that are.

    `findings`, `suppressed` and `folded` add up to `raw`.
    """

    findings: int
    suppressed: int
    not_assessed: int
    by_severity: Mapping[Severity, int]
    by_kind: Mapping[Kind, int]
    raw: int = 0
    """What all scanners reported."""
    folded: int = 0
    """Reports of a flaw that another finding speaks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The whole decision; the same scan and pack give the same bytes."""

    format: str
    drawgate: str
    """Drawgate's own version."""
    outcome: Outcome
    incomplete: bool
    """Evidence is missing; a failed gate can be incomplete too."""
    exit_code: int
    """0, 1 or 3; see docs/exit-codes.md."""
    exit_zero: bool
    """Whether `--exit-zero` was given: then the process answers 0 all the same."""
    policy: PolicyFacts
    as_of: str
    offline: Offline
    target: TargetSeen
    rules: tuple[RuleResult, ...]
    requirements: tuple[Requirement, ...]
    coverage: tuple[Coverage, ...]
    attempts: tuple[AttemptFacts, ...]
    advisories: tuple[AdvisoryData, ...]
    totals: Totals
    waivers: Waived | None = None
    """What was waived and by what; None where nobody said anything about waivers."""
    vex: tuple[Use, ...] = ()
    """The VEX documents that were given: who speaks in them, and what came of it."""
    baseline: BaselineFacts | None = None
    """What the findings were compared with, and what came of it; null without a baseline."""
    given: Given = NOTHING
    """What the user said about the build."""

    @property
    def process_exit(self) -> int:
        """What the process answers."""
        return 0 if self.exit_zero else self.exit_code


FORMAT = "drawgate/verdict/v1"


def to_json(verdict: Verdict) -> bytes:
    """Write a verdict as JSON: UTF-8, two spaces, keys in a fixed order, a newline at the end."""
    return as_json(verdict)


def as_json(value: object) -> bytes:
    r"""Write frozen types as JSON. Lone surrogates of odd file names become `\\xNN` in the text."""
    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False, indent=2)
    return (_SURROGATE.sub(_escaped, text) + "\n").encode()


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of a verdict, made from the types above."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate verdict",
        **msgspec.json.schema(Verdict),
    }


_SURROGATE = re.compile("[\ud800-\udfff]")


def _escaped(match: re.Match[str]) -> str:
    # Inside a JSON string the backslash itself needs one.
    code = ord(match.group())
    return f"\\\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\\\u{code:04x}"  # noqa: PLR2004 - PEP 383's range
