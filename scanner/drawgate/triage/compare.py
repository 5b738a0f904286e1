"""A scan compared with a baseline: what is new, what is known, what is gone."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from drawgate.collector import uncollected
from drawgate.core.attempt import Attempt, Ran, absent_of, dealt, findings_of, with_findings
from drawgate.core.baseline import Baseline, Compared, Tool
from drawgate.core.finding import Finding, State, changed
from drawgate.core.scan import Scan
from drawgate.triage.baseline import Link, match
from drawgate.triage.differences import differences, other_versions
from drawgate.triage.gone import STILL, gone
from drawgate.triage.identity import LINE_TEXT, MESSAGE, derived
from drawgate.triage.passes import EDITED

MALWARE = "malware is always new: nobody may have accepted it"
AGAIN = "it was gone, and is here again"


def compare(scan: Scan, baseline: Baseline) -> Scan:
    """Give each finding its state; one of the baseline keeps the identity it had there.

    What the baseline had and the scan does not find is absent where a tool ran and looked there.
    A tool that failed, or a file nobody could assess, makes nothing absent.
    """
    with uncollected():
        return _compared(scan, baseline)


def _compared(scan: Scan, baseline: Baseline) -> Scan:
    found = [finding for attempt in scan.attempts for finding in findings_of(attempt)]
    made = match(baseline.findings, found, baseline.renames, baseline.lines)
    links = {link.new: link for link in made}
    told = _stated(found, links, baseline, scan.as_of)
    known = {link.old for link in links.values()}
    left = [f for n, f in enumerate(baseline.findings) if n not in known]
    bare = [replace(a, absent=()) if isinstance(a, Ran) else a for a in scan.attempts]
    attempts = tuple(map(with_findings, bare, dealt(bare, told)))
    warnings = tuple(differences(scan, baseline, left))
    notes = (*scan.target.notes, *warnings)
    done = replace(
        scan,
        target=replace(scan.target, notes=tuple(dict.fromkeys(notes))),
        attempts=attempts,
        baseline=Compared(
            source=baseline.source,
            target=baseline.target,
            commit=baseline.commit,
            ref=baseline.ref,
            digest=baseline.digest,
            tools=tuple(other_versions(scan, baseline)),
            warnings=warnings,
        ),
    )
    left = list(_marked(baseline.findings, known))
    return replace(done, attempts=_with_absent(done, left, baseline.renames, baseline.as_of))


def _marked(findings: Sequence[Finding], known: set[int]) -> Iterator[Finding]:
    """Give what has no partner; where another report of the same flaw has one, it is said."""
    groups = {f.membership.group for n, f in enumerate(findings) if n in known and f.membership}
    for number, finding in enumerate(findings):
        if number not in known:
            still = finding.membership is not None and finding.membership.group in groups
            yield changed(finding, matched_by=STILL if still else "")


def _stated(
    found: Sequence[Finding], links: Mapping[int, Link], baseline: Baseline, as_of: str
) -> tuple[Finding, ...]:
    looked_at = {tool.name.lower(): tool.looked_at for tool in baseline.tools}
    again = _again(found, links, baseline)
    taken = {finding.identity for finding in (*baseline.findings, *baseline.gone)}
    return tuple(
        _known(finding, baseline.findings[links[n].old], links[n].words, baseline.as_of)
        if n in links
        else _new(finding, looked_at, taken, again.get(n), as_of)
        for n, finding in enumerate(found)
    )


def _again(
    found: Sequence[Finding], links: Mapping[int, Link], baseline: Baseline
) -> dict[int, tuple[Finding, str]]:
    """Give what was gone when the baseline was made and is there again, and why it is the same.

    What only might be an edited one is none of it: somebody may have accepted the other.
    """
    if not baseline.gone:
        return {}
    fresh = [n for n in range(len(found)) if n not in links]
    made = match(baseline.gone, [found[n] for n in fresh], baseline.renames)
    return {
        fresh[link.new]: (baseline.gone[link.old], f"{AGAIN}: {link.words}")
        for link in made
        if link.words != EDITED
    }


def _known(finding: Finding, old: Finding, words: str, before: str) -> Finding:
    state = State.UNCHANGED if _same(finding, old) else State.UPDATED
    if finding.malicious:
        state, words = State.NEW, MALWARE
    return changed(
        finding,
        identity=old.identity,
        state=state,
        matched_by=words,
        newly_disclosed=False,
        first_seen=old.first_seen or before,
    )


def _same(one: Finding, other: Finding) -> bool:
    """Tell whether a reader would see a difference, the line's number and layout aside."""
    versions = {f.dependency.version for f in (one, other) if f.dependency} - {""}
    keys = all(
        one.fingerprints.get(key, "") == other.fingerprints.get(key, "")
        for key in ((MESSAGE,) if one.dependency else (LINE_TEXT, MESSAGE))
    )
    return one.path == other.path and len(versions) <= 1 and keys


def _new(
    finding: Finding,
    looked_at: Mapping[str, frozenset[str]],
    taken: set[str],
    again: tuple[Finding, str] | None,
    as_of: str,
) -> Finding:
    """Give a new finding its old identity, or one that the baseline has not given away already."""
    before, words = again or (finding, "")
    identity = before.identity
    if not again and identity in taken:
        others = (derived(("again", identity), number) for number in count())
        identity = next(one for one in others if one not in taken)
    return changed(
        finding,
        identity=identity,
        state=State.NEW,
        matched_by=words,
        newly_disclosed=_disclosed(finding, looked_at.get(finding.tool.lower(), frozenset())),
        first_seen=before.first_seen or as_of,
    )


def _disclosed(finding: Finding, looked_at: frozenset[str]) -> bool:
    """Tell whether the tool had looked at this version, and knew nothing of the flaw yet."""
    package = finding.dependency
    if package is None or finding.malicious or not package.version:
        return False
    return f"{finding.path}: {package.name}=={package.version}" in looked_at


def _with_absent(
    scan: Scan, left: Sequence[Finding], renames: Mapping[str, str], before: str
) -> tuple[Attempt, ...]:
    """Give each finding that is gone to the attempt that would have found it."""
    ran = {n: each for n, each in enumerate(scan.attempts) if isinstance(each, Ran)}
    looked = {n: _looked(scan, each) for n, each in ran.items()}
    gone: dict[int, list[Finding]] = {}
    for finding in left:
        path = renames.get(finding.path, finding.path)
        places = [n for n, each in ran.items() if _covers(each, finding.tool, path)]
        place = max(places, key=lambda n: (len(ran[n].subject.category), -n), default=None)
        if place is not None and looked[place](path):
            absent = changed(
                finding,
                state=State.ABSENT,
                newly_disclosed=False,
                first_seen=finding.first_seen or before,
            )
            gone.setdefault(place, []).append(absent)
    return tuple(
        replace(ran[n], absent=tuple(gone[n])) if n in gone else each
        for n, each in enumerate(scan.attempts)
    )


def _covers(attempt: Ran, tool: str, path: str) -> bool:
    part = attempt.subject.category
    within = not part or not path or path == part or path.startswith(f"{part}/")
    return within and attempt.subject.name.lower() == tool.lower()


def _looked(scan: Scan, attempt: Ran) -> Callable[[str], bool]:
    """Give the question whether an attempt knows of a path, be it that it is not there any more.

    Of a part of the target only what was looked at is known; of all of it, what nobody could
    assess is not.
    """
    if scan.target.partial:
        names = attempt.report.looked_at
        seen = names | {name.rpartition(": ")[0] for name in names}
        return lambda path: path in seen
    gaps = (*scan.target.not_assessed, *attempt.report.not_assessed)
    unread = {item.path for item in gaps if item.path}
    return lambda path: path not in unread


def summary(scan: Scan) -> str:
    """Count the states in a sentence, of what counts: neither folded nor suppressed."""
    listed = [finding for finding in scan.counted if not finding.suppressed]
    found = Counter(finding.state for finding in listed)
    disclosed = sum(finding.newly_disclosed for finding in listed)
    states = {
        "new": found[State.NEW] + found[None] - disclosed,
        "newly disclosed": disclosed,
        "unchanged": found[State.UNCHANGED],
        "updated": found[State.UPDATED],
        "absent": sum(not finding.folded for finding in gone(scan)),
    }
    return ", ".join(f"{number:,} {state}" for state, number in states.items())


def baseline_of(scan: Scan, source: str) -> Baseline:
    """Make a baseline of a scan: what was found, and by whom."""
    return Baseline(
        source=source,
        findings=tuple(finding for a in scan.attempts for finding in findings_of(a)),
        gone=tuple(finding for a in scan.attempts for finding in absent_of(a)),
        target=scan.target.name,
        commit=scan.target.commit,
        tools=tuple(_tool(each) for each in scan.attempts if isinstance(each, Ran)),
        as_of=scan.as_of,
    )


def _tool(attempt: Ran) -> Tool:
    """Keep what can be disclosed later: the packages that were looked at."""
    return Tool(
        name=attempt.subject.name,
        version=attempt.tool.version,
        looked_at=frozenset(name for name in attempt.report.looked_at if ": " in name),
    )
