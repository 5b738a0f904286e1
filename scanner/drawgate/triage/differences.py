"""What makes a comparison say less than it seems to: other tools, versions, repositories."""

from collections import Counter
from collections.abc import Iterator, Sequence

from drawgate.core.attempt import Ran, Skipped, findings_of
from drawgate.core.baseline import Baseline, OtherVersion
from drawgate.core.finding import Finding
from drawgate.core.scan import Scan
from drawgate.core.words import count

_SHARE = 0.5
"""Share of a baseline's files that must be there for it to be of this target."""


def differences(scan: Scan, baseline: Baseline, left: Sequence[Finding]) -> Iterator[str]:
    """Give a sentence for each; `left` are findings of the baseline without a partner."""
    yield from baseline.notes
    yield from _other_target(scan, baseline)
    yield from _versions(scan, baseline)
    yield from _not_in_baseline(scan, baseline)
    yield from _not_run(scan, baseline, left)


def _other_target(scan: Scan, baseline: Baseline) -> Iterator[str]:
    """Names differ from one checkout to the next; few files in common don't."""
    if not baseline.target or baseline.target == scan.target.name:
        return
    theirs = {finding.path for finding in baseline.findings if finding.path}
    seen = {path for a in scan.attempts if isinstance(a, Ran) for path in a.report.looked_at}
    here = seen | scan.target.sizes.keys() | {finding.path for finding in scan.findings}
    known = sum(baseline.renames.get(path, path) in here for path in theirs)
    if theirs and known < _SHARE * len(theirs):
        yield (
            f"the baseline is of {baseline.target}, not of {scan.target.name}: "
            f"{known:,} of its {count(len(theirs), 'file')} with findings are here"
        )


def other_versions(scan: Scan, baseline: Baseline) -> Iterator[OtherVersion]:
    """Give the scanners that are not what they were for the baseline."""
    before = {tool.name.lower(): tool.version for tool in baseline.tools}
    for attempt in scan.attempts:
        old = before.get(attempt.subject.name.lower(), "")
        now = "" if isinstance(attempt, Skipped) else attempt.tool.version
        if old and now and old != now:
            yield OtherVersion(tool=scan.label(attempt.subject), before=old, now=now)


def _versions(scan: Scan, baseline: Baseline) -> Iterator[str]:
    for each in other_versions(scan, baseline):
        yield (
            f"{each.tool} was {each.before} in the baseline and is {each.now} now: "
            "what is new may be its rules"
        )


def _not_in_baseline(scan: Scan, baseline: Baseline) -> Iterator[str]:
    known = {tool.name.lower() for tool in baseline.tools}
    for attempt in scan.attempts:
        found = len(findings_of(attempt))
        if found and attempt.subject.name.lower() not in known:
            label = scan.label(attempt.subject)
            yield f"{label} did not run for the baseline: what it finds is new only in that sense"


def _not_run(scan: Scan, baseline: Baseline, left: Sequence[Finding]) -> Iterator[str]:
    """Name tools of the baseline that can't say whether their findings are gone."""
    ran = {a.subject.name.lower() for a in scan.attempts if isinstance(a, Ran)}
    lost = Counter(finding.tool for finding in left if finding.tool.lower() not in ran)
    for tool, number in sorted(lost.items()):
        yield (
            f"{tool} did not run to its end this time, so nobody knows what became of "
            f"{count(number, 'finding')} of the baseline"
        )
