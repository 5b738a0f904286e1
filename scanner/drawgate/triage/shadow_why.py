"""Why a flaw that another log has is not in ours: a sentence from what the scan knows of itself."""

from collections.abc import Iterable
from functools import cached_property
from typing import Final

from drawgate.core import glob
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped
from drawgate.core.errors import UsageError
from drawgate.core.finding import PACKAGES, Dependency, Finding, Kind
from drawgate.core.scan import Scan
from drawgate.core.target import Exclusion, NotAssessed, answered_by
from drawgate.triage.equivalence import Equivalence
from drawgate.triage.same_package import spelt
from drawgate.triage.shadow_match import Known

_NARROW: Final = {"ruff": ("S", "its rules about security (S) alone")}
"""Tools that we give a part of their own rules: how those begin, and what they are called."""


class Why:
    """What the scan knows of itself, made ready for questions."""

    def __init__(self, scan: Scan, known: Known, table: Equivalence) -> None:
        self._scan = scan
        self._known = known
        self._table = table

    def reason(self, theirs: Finding, version: str) -> str:
        """Say why we don't report a flaw of theirs; `version` is that of their tool."""
        kind = theirs.kind
        ran = [each for each in self._scan.attempts if isinstance(each, Ran) and _asks(each, kind)]
        if not ran:
            return self._nobody(kind)
        if theirs.dependency:
            return self._package(theirs.dependency, ran)
        return (
            self._unseen(theirs, ran)
            or self._same_tool(theirs, ran, version)
            or self._other_tools(theirs, ran)
        )

    def _nobody(self, kind: Kind) -> str:
        """Say that no scanner of a kind gave an answer, and why not."""
        told = [
            f"{each.subject.name} {_ended(each)}"
            for each in self._scan.attempts
            if _asks(each, kind) and not isinstance(each, Ran)
        ]
        why = f": {'; '.join(told)}" if told else ""
        return f"no scanner for {kind} ran{why}"

    def _package(self, package: Dependency, ran: list[Ran]) -> str:
        name, version = spelt(package)
        seen = sorted(self._versions.get(name, ()))
        if version in seen:
            tools = _names(ran)
            return f"{tools} looked at {package.name} {package.version} and {self._data(ran)}"
        if seen:
            there = ", ".join(seen[:3])
            return f"the scan saw {package.name} {there} and not {package.version}"
        gap = next((g for g in self._gaps if package.name.lower() in g.subject.lower()), None)
        if gap:
            return f"nobody could assess {gap.subject}: {gap.reason}"
        return f"the scan saw no package {package.name}: no manifest that it reads pins it"

    def _data(self, ran: list[Ran]) -> str:
        data = next((each.tool.advisories for each in ran if each.tool.advisories), None)
        newest = f" (newest record {data.newest[:10]})" if data and data.newest else ""
        return f"its data{newest} has no such flaw in this version"

    @cached_property
    def _versions(self) -> dict[str, set[str]]:
        """Versions of packages that were looked at, `MANIFEST: NAME==VERSION` by name."""
        found: dict[str, set[str]] = {}
        for each in self._scan.attempts:
            for subject in each.report.looked_at if isinstance(each, Ran) else ():
                named, sign, version = subject.rpartition(": ")[2].rpartition("==")
                if sign:
                    package = Dependency(ecosystem="", name=named, version=version, advisory="")
                    name, number = spelt(package)
                    found.setdefault(name, set()).add(number)
        return found

    @cached_property
    def _gaps(self) -> tuple[NotAssessed, ...]:
        return self._scan.not_assessed

    def _unseen(self, theirs: Finding, ran: list[Ran]) -> str:
        """Say why nobody has looked at a file; empty where somebody has."""
        path = theirs.path
        if not path:
            return "it names no file, and no finding of ours is about the target as a whole"
        if gap := next((g for g in self._gaps if g.path == path), None):
            return f"nobody could assess the file: {gap.reason}"
        if any(path in each.report.looked_at for each in ran):
            return ""
        return self._not_given(theirs, ran)

    def _not_given(self, theirs: Finding, ran: list[Ran]) -> str:
        if out := next((e for e in self._scan.target.exclusions if _left_out(theirs, e)), None):
            return f"the file was left out: {out.pattern} ({out.origin})"
        if self._scan.target.partial:
            return f"only a part of the target was looked at ({self._scan.target.partial})"
        if theirs.path in self._files:
            return f"{_names(ran)} {_verb(ran, 'is', 'are')} not given this file"
        return (
            "no scanner saw such a file: git ignores it, or it is not in this state of the target"
        )

    @cached_property
    def _files(self) -> frozenset[str]:
        """All files that the scan knows of."""
        return known_files(self._scan)

    def _same_tool(self, theirs: Finding, ran: list[Ran], version: str) -> str:
        mine = next((a for a in ran if a.subject.name.lower() == theirs.tool.lower()), None)
        if mine is None or theirs.path not in mine.report.looked_at:
            return ""
        tool, rule = mine.subject.name, theirs.rule.id
        prefix, part = _NARROW.get(tool, ("", ""))
        if not rule.startswith(prefix):
            return f"{tool} runs here with {part}"
        if mine.tool.ruleset:
            return f"{tool} runs here with rules of ours alone ({mine.tool.ruleset})"
        if version and mine.tool.version and version != mine.tool.version:
            return f"{tool} is {version} there and {mine.tool.version} here"
        return f"{tool} looked at the file here too: {rule} may be turned off, or the file differs"

    def _other_tools(self, theirs: Finding, ran: list[Ran]) -> str:
        looked = [each for each in ran if theirs.path in each.report.looked_at]
        tools = _names(looked)
        beside = sorted({f"{each.tool} {each.rule.id}" for each in self._known.beside(theirs)})
        names = self._table.classes_of(theirs.tool, theirs.rule.id, theirs.rule.cwe)[1]
        asked = f"{tools} looked at the file and {_verb(looked, 'reports', 'report')}"
        asked = f"{self._idle(theirs.tool)}{asked}"
        if beside:
            return f"{asked} something else on this line: {' and '.join(beside)}"
        if names:
            return f"{asked} no such flaw at this place ({' or '.join(names)})"
        return f"{asked} nothing at this place; no rule here is known to mean the same"

    def _idle(self, tool: str) -> str:
        """Say of a tool of theirs that we could run why we did not."""
        same = [a for a in self._scan.attempts if a.subject.name.lower() == tool.lower()]
        return "".join(f"{a.subject.name} {_ended(a)}; " for a in same if not isinstance(a, Ran))


def known_files(scan: Scan) -> frozenset[str]:
    """Give all files that a scan names: those that were looked at, and those that were not."""
    looked = (a.report.looked_at for a in scan.attempts if isinstance(a, Ran))
    gaps = (item.path for item in scan.not_assessed)
    found = (finding.path for finding in scan.findings)
    return frozenset((*scan.target.sizes, *gaps, *found)).union(*looked) - {""}


def _asks(attempt: Attempt, kind: Kind) -> bool:
    """Tell whether a scanner looks for what a kind is about: source is read by several."""
    mine = attempt.subject.kind
    if kind in PACKAGES:
        return mine is Kind.DEPENDENCIES
    return mine in answered_by(kind) or kind is mine


def _ended(attempt: Attempt) -> str:
    match attempt:
        case Failed():
            return f"failed ({attempt.error})"
        case Skipped():
            return f"is {attempt.why} ({attempt.reason})"
        case Ran():
            return "ran"


def _names(ran: Iterable[Ran]) -> str:
    names = list(dict.fromkeys(each.subject.name for each in ran))
    *others, last = names or ["nobody"]
    return f"{', '.join(others)} and {last}" if others else last


def _verb(ran: list[Ran], one: str, many: str) -> str:
    return one if len({each.subject.name for each in ran}) == 1 else many


def _left_out(theirs: Finding, out: Exclusion) -> bool:
    """Tell whether an exclusion took a file; what stands for a role is no pattern of names."""
    if out.origin == "--include":
        return False
    if theirs.role and out.pattern == f"{theirs.role} files":
        return True
    try:
        return glob.matches(theirs.path, (out.pattern,))
    except UsageError:
        return False
