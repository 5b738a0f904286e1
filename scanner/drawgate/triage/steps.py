"""All steps of triage: recount, redact, locate, enrich, rate, place, identify, correlate."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from drawgate.core.advisory import Advisory
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, dealt, findings_of
from drawgate.core.dependency import Graph
from drawgate.core.finding import Finding, State
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.target import NotAssessed
from drawgate.core.vex import Vex
from drawgate.core.waiver import Waivers
from drawgate.triage.complaint import mask_complaint
from drawgate.triage.confidence import with_confidence
from drawgate.triage.correlate import correlate, separate
from drawgate.triage.credentials import is_credential
from drawgate.triage.enrich import enrich
from drawgate.triage.hearing import hearing
from drawgate.triage.identity import identify
from drawgate.triage.keeping import keepable
from drawgate.triage.locate import locate
from drawgate.triage.mask import Mask, mask_of, mask_sources
from drawgate.triage.net import STARS, mask_source
from drawgate.triage.recount import recounted
from drawgate.triage.redact import mask_raw, redact
from drawgate.triage.roles import with_roles
from drawgate.triage.rooting import with_origins
from drawgate.triage.severity import with_severity
from drawgate.triage.syntax import explain
from drawgate.triage.texts import Change, with_texts
from drawgate.triage.told import bare, told_values
from drawgate.triage.weakness import with_weakness

W = TypeVar("W", Waivers, Waivers | None)
_NAMES: Final = frozenset(
    {"id", "tool", "role", "fingerprints", "identity", "as_of", "digest", "origin"}
)
"""Fields of names and hashes."""
_PROSE: Final = frozenset({"reason", "owner", "approver", "ticket", "source"})
"""Fields of a waiver that people fill as they like; the others are names and hashes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What triage needs to know beside the findings."""

    read: Callable[[str], bytes]
    """Reads a file of the target; OSError when it can't."""
    look_up: Callable[[Iterable[Finding]], Mapping[str, Advisory]]
    """Gives what is known about the advisories that findings name."""
    raw_keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By adapter: the JSON keys of its raw output that hold source text or hashes."""
    identity_key: bytes = b""
    raw: bool = False
    """Whether every report stands for itself, also where several are about one flaw."""
    graphs: tuple[Graph, ...] = ()
    """Which package needs which, as the manifests tell."""
    waivers: Waivers | None = None
    """What the scan will be judged with; a secret that is quoted in a reason is masked."""
    vex: Vex | None = None
    """What VEX documents say about the packages; None where none was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged:
    """A scan with triaged findings, and what of them may be kept for the next one."""

    scan: Scan
    keepable: tuple[tuple[Finding | None, ...], ...]
    """For each attempt its findings in their order; see `keeping.keepable`."""


def triage(scan: Scan, knowledge: Knowledge) -> Triaged:
    """Give the same scan with triaged findings; nothing in it holds a known secret."""
    reported = _reported(scan)
    sources = _sources((finding.path for finding in reported), knowledge.read)
    reported = recounted(reported, sources)
    mask = mask_of(reported, sources)
    shown = mask_sources(mask, reported, sources)

    findings = redact(reported, mask)
    kept = keepable(reported, findings)
    findings = locate(findings, sources, shown, mask)
    findings = enrich(findings, knowledge.look_up(findings))
    findings = with_origins(findings, knowledge.graphs, mask.text)
    findings = with_weakness(findings)
    findings = with_confidence(findings, sources)
    findings = with_severity(findings)
    findings = with_roles(findings, scan.target.folders, scan.target.links)
    findings = identify(findings, sources, shown, knowledge.identity_key)
    heard = hearing(findings, knowledge.vex, scan.as_of, _in_log(mask))
    findings = heard.findings
    if not knowledge.raw:
        findings = correlate(findings)

    explained = tuple(_explained(attempt, knowledge.read) for attempt in scan.attempts)
    attempts = _regrouped(explained, findings, mask, knowledge.raw_keys)
    done = replace(
        scan,
        target=mask_facts(scan.target, mask),
        attempts=attempts,
        waivers=mask_waivers(knowledge.waivers, mask.text, mask.values),
        vex=heard.uses(findings),
    )
    return Triaged(scan=done, keepable=tuple(dealt(scan.attempts, kept)))


def triage_log(scan: Scan, *, raw: bool = False, vex: Vex | None = None) -> Scan:
    """Triage what came from a log: another tool may have written secrets into it.

    The sources are not at hand, so a snippet of a credential's line is dropped as a whole, and
    what the log itself tells of credentials is looked for in all of its texts. Nor is it believed
    what it says of groups; with `raw` every report stands for itself. What `vex` says takes the
    place of what VEX documents said when the log was made.
    """
    scan = replace(scan, attempts=tuple(map(_with_absent, scan.attempts)))
    reported = separate(_reported(scan))
    mask = mask_of(reported, {}, told_values(reported))
    findings = redact(tuple(map(bare, reported)), mask)
    findings = tuple(map(_without_snippet, findings))
    findings = with_severity(with_weakness(findings))
    findings = with_roles(findings, scan.target.folders, scan.target.links)
    findings = identify(findings, {}, {})
    heard = hearing(findings, vex, scan.as_of, _in_log(mask))
    findings = heard.findings
    if not raw:
        findings = _correlated(findings, _origins(scan))
    attempts = _regrouped(scan.attempts, findings, mask, {})
    waivers = mask_waivers(scan.waivers, mask.text, mask.values)
    told = heard.uses(findings) if vex else scan.vex
    bare_scan = replace(scan, attempts=attempts, waivers=None, vex=told)
    done = with_texts(bare_scan, _in_log(mask))
    return replace(done, attempts=tuple(map(_apart, done.attempts)), waivers=waivers)


def _origins(scan: Scan) -> Iterator[str]:
    """Say of each finding of which repository it is, as far as that is known."""
    return (attempt.subject.origin for attempt in scan.attempts for _ in findings_of(attempt))


def _correlated(findings: tuple[Finding, ...], origins: Iterable[str]) -> tuple[Finding, ...]:
    """Join what is there; what is gone speaks for nothing, as it counts nowhere."""
    there = [
        (each, origin)
        for each, origin in zip(findings, origins, strict=True)
        if each.state is not State.ABSENT
    ]
    of = [origin for _, origin in there]
    joined = iter(correlate(tuple(each for each, _ in there), origins=of))
    return tuple(each if each.state is State.ABSENT else next(joined) for each in findings)


def mask_facts(facts: TargetFacts, mask: Mask) -> TargetFacts:
    """Mask what is said about the target: a manifest's line may have found its way into it."""
    told = _texts(facts.not_assessed, mask)
    return replace(facts, not_assessed=told, notes=tuple(map(mask.text, facts.notes)))


def _reported(scan: Scan) -> tuple[Finding, ...]:
    """Give the findings in the order of the attempts, to which they go back."""
    return tuple(finding for attempt in scan.attempts for finding in findings_of(attempt))


def _with_absent(attempt: Attempt) -> Attempt:
    """Put what is gone beside the rest, so that no step forgets to mask it."""
    if not isinstance(attempt, Ran) or not attempt.absent:
        return attempt
    findings = (*attempt.report.findings, *attempt.absent)
    return replace(attempt, report=replace(attempt.report, findings=findings), absent=())


def _apart(attempt: Attempt) -> Attempt:
    """Undo `_with_absent`."""
    gone = tuple(each for each in findings_of(attempt) if each.state is State.ABSENT)
    if not isinstance(attempt, Ran) or not gone:
        return attempt
    rest = tuple(each for each in attempt.report.findings if each.state is not State.ABSENT)
    return replace(attempt, report=replace(attempt.report, findings=rest), absent=gone)


def _in_log(mask: Mask) -> Change:
    """Mask any text of a log; names lose only known values, as `secrets:S6290` looks like one."""
    known: dict[tuple[bool, str], str] = {}

    def masked(name: str, text: str) -> str:
        key = (name in _NAMES, text)
        if key not in known:
            known[key] = mask.values(text) if key[0] else mask.text(text)
        return known[key]

    return masked


def mask_waivers(waivers: W, prose: Callable[[str], str], names: Callable[[str], str]) -> W:
    """Mask what somebody may have pasted into a reason."""
    return with_texts(waivers, lambda name, text: (prose if name in _PROSE else names)(text))


def _sources(paths: Iterable[str], read: Callable[[str], bytes]) -> dict[str, str]:
    """Decode each file, once; one that has gone meanwhile has no text."""
    sources = {}
    for path in sorted({path for path in paths if path}):
        try:
            sources[path] = read(path).decode("utf-8", "replace")
        except OSError:
            continue
    return sources


def _explained(attempt: Attempt, read: Callable[[str], bytes]) -> Attempt:
    """Say which Python would parse what this one could not."""
    if not isinstance(attempt, Ran) or not any(i.unparsed for i in attempt.report.not_assessed):
        return attempt
    variable = f"DRAWGATE_TOOL_{attempt.subject.name.upper().replace('-', '_')}"
    sources = _sources((i.path for i in attempt.report.not_assessed if i.unparsed), read)
    told = tuple(
        explain(item, sources.get(item.path, ""), variable) if item.unparsed else item
        for item in attempt.report.not_assessed
    )
    return replace(attempt, report=replace(attempt.report, not_assessed=told))


def _without_snippet(finding: Finding) -> Finding:
    if not finding.snippet:
        return finding
    hidden = (
        STARS
        if finding.masked or is_credential(finding)
        else mask_source(finding.snippet, code=False)
    )
    return replace(finding, snippet=hidden)


def _regrouped(
    attempts: tuple[Attempt, ...],
    findings: tuple[Finding, ...],
    mask: Mask,
    raw_keys: Mapping[str, frozenset[str]],
) -> tuple[Attempt, ...]:
    """Put the findings back into their attempts: they kept their order all the way."""
    return tuple(
        _masked(attempt, own, mask, raw_keys.get(attempt.subject.name, frozenset()))
        for attempt, own in zip(attempts, dealt(attempts, findings), strict=True)
    )


def _masked(
    attempt: Attempt, findings: tuple[Finding, ...], mask: Mask, keys: frozenset[str]
) -> Attempt:
    match attempt:
        case Ran(report=report):
            told = _texts(report.not_assessed, mask)
            documents = _raw(report.documents, mask, keys)
            report = replace(report, findings=findings, not_assessed=told, documents=documents)
            return replace(attempt, report=report, raw=_raw(attempt.raw, mask, keys))
        case Failed(partial=partial):
            told = _texts(partial.not_assessed, mask)
            documents = _raw(partial.documents, mask, keys)
            partial = replace(partial, findings=findings, not_assessed=told, documents=documents)
            return replace(
                attempt,
                error=mask_complaint(mask.text(attempt.error)),
                hint=mask.text(attempt.hint),
                partial=partial,
                raw=_raw(attempt.raw, mask, keys),
            )
        case Skipped():
            told = _texts(attempt.not_assessed, mask)
            return replace(attempt, reason=mask.text(attempt.reason), not_assessed=told)


def _texts(items: tuple[NotAssessed, ...], mask: Mask) -> tuple[NotAssessed, ...]:
    return tuple(_text(item, mask) for item in items)


def _text(item: NotAssessed, mask: Mask) -> NotAssessed:
    """Mask a gap; one on a credential's line goes by its place, as its words can't be trusted."""
    subject = item.subject if item.subject == item.path else mask.text(item.subject)
    if item.line is not None and item.line in mask.lines.get(item.path, ()):
        subject = f"{item.path}: line {item.line}"
    return replace(item, subject=subject, reason=mask.text(item.reason))


def _raw(raw: Mapping[str, bytes], mask: Mask, keys: frozenset[str]) -> dict[str, bytes]:
    return {name: mask_raw(mask, data, keys) for name, data in raw.items()}
