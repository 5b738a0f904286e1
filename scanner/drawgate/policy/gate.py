"""Scan and pack in, verdict out."""

from collections.abc import Collection, Iterable

from drawgate import __version__
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, findings_of, not_assessed_of
from drawgate.core.errors import ExitCode
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity
from drawgate.core.waiver import Waived
from drawgate.policy import coverage, process, requirements, tally, unmatched
from drawgate.policy.alike import sort_out
from drawgate.policy.model import Enforcement, Pack
from drawgate.policy.said import said
from drawgate.policy.since import baseline_facts
from drawgate.policy.terms import NOTHING, Given, terms_of
from drawgate.policy.verdict import (
    FORMAT,
    AttemptFacts,
    Effect,
    Outcome,
    PolicyFacts,
    Requirement,
    RuleResult,
    State,
    TargetSeen,
    Totals,
    Verdict,
)


def judge(  # noqa: PLR0913 - each is a word of its own about one decision
    scan: Scan,
    pack: Pack,
    *,
    only: Collection[str] = (),
    exit_zero: bool = False,
    waived: Waived | None = None,
    given: Given = NOTHING,
) -> Verdict:
    """Decide whether the build may pass.

    `only` holds the adapters that the user named; not running one of them is incomplete.
    `waived` is what `triage.suppress` did to the scan, for the record. `given` is what the user
    says about the build.
    """
    covered = coverage.measure(scan, pack.require)
    rules = _rules(scan, pack, given)
    required = (
        *requirements.check(scan, pack.require, covered, only),
        *process.check(scan, pack.require, given),
        *unmatched.dead(scan, rules),
    )
    outcome = _outcome(rules, required)
    return Verdict(
        format=FORMAT,
        drawgate=__version__,
        outcome=outcome,
        incomplete=_any(required, Effect.INCOMPLETE),
        exit_code=int(_EXIT_CODES[outcome]),
        exit_zero=exit_zero,
        policy=_policy_facts(pack),
        as_of=scan.as_of,
        offline=scan.offline,
        target=_target_seen(scan),
        rules=rules,
        requirements=required,
        coverage=covered,
        attempts=tuple(_attempt_facts(attempt) for attempt in scan.attempts),
        advisories=_advisories(scan.attempts),
        totals=_totals(scan),
        waivers=waived,
        vex=scan.vex,
        baseline=baseline_facts(scan),
        given=given,
    )


def _rules(scan: Scan, pack: Pack, given: Given) -> tuple[RuleResult, ...]:
    known = unmatched.seen(scan)
    findings = sort_out(scan.counted, said(scan))
    terms = terms_of(scan, pack.sla, given)
    asked = (rule for rule in pack.rules if rule.enforcement is not Enforcement.DISABLED)
    return tuple(tally.apply(rule, findings, known, terms) for rule in asked)


def _outcome(rules: Iterable[RuleResult], required: tuple[Requirement, ...]) -> Outcome:
    broken = any(rule.broken and rule.enforcement.fails for rule in rules)
    if broken or _any(required, Effect.FAIL):
        return Outcome.FAILED
    return Outcome.INCOMPLETE if _any(required, Effect.INCOMPLETE) else Outcome.PASSED


_EXIT_CODES = {
    Outcome.PASSED: ExitCode.PASSED,
    Outcome.FAILED: ExitCode.GATE_FAILED,
    Outcome.INCOMPLETE: ExitCode.INCOMPLETE,
}


def _any(required: Iterable[Requirement], effect: Effect) -> bool:
    return any(requirement.effect is effect for requirement in required)


def _policy_facts(pack: Pack) -> PolicyFacts:
    return PolicyFacts(
        id=pack.id,
        version=pack.version,
        title=pack.title,
        source=pack.source,
        digest=pack.digest,
        extends=pack.extends,
        disabled=tuple(r.id for r in pack.rules if r.enforcement is Enforcement.DISABLED),
    )


def _target_seen(scan: Scan) -> TargetSeen:
    target = scan.target
    return TargetSeen(
        name=target.name,
        form=target.form,
        commit=target.commit,
        files=target.files,
        folders=target.folders,
        partial=target.partial,
        unscanned=target.unscanned,
        exclusions=target.exclusions,
        notes=target.notes,
    )


def _attempt_facts(attempt: Attempt) -> AttemptFacts:
    state, reason, hint = _state(attempt)
    tool = None if isinstance(attempt, Skipped) else attempt.tool
    report = attempt.report if isinstance(attempt, Ran) else None
    return AttemptFacts(
        name=attempt.subject.name,
        category=attempt.subject.category,
        kind=attempt.subject.kind,
        state=state,
        reason=reason,
        hint=hint,
        version=tool.version if tool else "",
        python=tool.python if tool else "",
        findings=len(findings_of(attempt)),
        looked_at=len(report.looked_at) if report else 0,
        assumed=report.assumed if report else False,
        not_assessed=len(not_assessed_of(attempt)),
        advisories=tool.advisories.digest if tool and tool.advisories else "",
    )


def _state(attempt: Attempt) -> tuple[State, str, str]:
    match attempt:
        case Ran():
            return State.RAN, "", ""
        case Failed():
            return State.FAILED, attempt.error, attempt.hint
        case Skipped():
            return State(attempt.why.value), attempt.reason, ""


def _advisories(attempts: Iterable[Attempt]) -> tuple[AdvisoryData, ...]:
    used = [a.tool.advisories for a in attempts if not isinstance(a, Skipped)]
    return tuple(dict.fromkeys(data for data in used if data))


def _totals(scan: Scan) -> Totals:
    active = [finding for finding in scan.counted if not finding.suppressed]
    severities = [finding.severity for finding in active]
    kinds = [finding.kind for finding in active]
    return Totals(
        findings=len(active),
        suppressed=len(scan.counted) - len(active),
        not_assessed=len(scan.not_assessed),
        by_severity={severity: severities.count(severity) for severity in Severity},
        by_kind={kind: kinds.count(kind) for kind in Kind if kind in kinds},
        raw=len(scan.findings),
        folded=len(scan.findings) - len(scan.counted),
    )
