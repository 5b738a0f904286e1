"""Counts add up in every report: each format's numbers are read from its own output."""

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject, ToolFacts
from drawgate.core.baseline import Compared
from drawgate.core.finding import (
    Finding,
    Kind,
    Location,
    Region,
    Rule,
    State,
    Suppression,
    SuppressionKind,
)
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.policy.verdict import to_json
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import make_view
from drawgate.sarif.emit import emit
from drawgate.triage.steps import triage_log

RULES: Final = {"bandit": "B602", "ruff": "S602", "semgrep": "mine.shell"}
THERE: Final = (None, State.NEW, State.UNCHANGED, State.UPDATED)


class Counts(NamedTuple):
    """What a report says; None where the format has no place for it."""

    raw: int | None
    findings: int | None
    suppressed: int | None
    folded: int | None
    absent: int | None


class States(NamedTuple):
    new: int
    known: int
    absent: int


@st.composite
def found(draw: st.DrawFn, tool: str) -> Finding:
    """Draw a report of one of few places, so that several tools report the same."""
    line = draw(st.integers(1, 4))
    waiver = Suppression(kind=SuppressionKind.EXTERNAL, by="W-1", type="accepted")
    comment = Suppression(kind=SuppressionKind.IN_SOURCE)
    rejected = Suppression(kind=SuppressionKind.EXTERNAL, by="W-2", status="rejected")
    state = draw(st.sampled_from((*THERE, State.ABSENT)))
    return Finding(
        kind=Kind.CODE,
        rule=Rule(id=RULES[tool], cwe=(78,)),
        message="a shell",
        tool=tool,
        reported_severity="HIGH",
        severity=Severity.HIGH,
        location=Location(path="a.py", line=line),
        region=Region(start_line=line, start_column=1, end_line=line, end_column=20),
        suppressions=draw(st.sampled_from(((), (waiver,), (comment,), (rejected,)))),
        state=state,
        newly_disclosed=state is State.NEW and draw(st.booleans()),
    )


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    """Draw a scan as a log tells it: found by several tools, with or without a baseline."""
    attempts = []
    for tool in draw(st.lists(st.sampled_from(sorted(RULES)), min_size=1, unique=True)):
        reported = draw(st.lists(found(tool), max_size=5))
        there = tuple(each for each in reported if each.state is not State.ABSENT)
        gone = tuple(each for each in reported if each.state is State.ABSENT)
        report = Report(findings=there, looked_at=frozenset(("a.py",)))
        subject = Subject(name=tool, kind=Kind.CODE)
        attempts.append(
            Ran(subject=subject, report=report, tool=ToolFacts(version="1"), absent=gone)
        )
    return triage_log(
        Scan(
            target=TargetFacts(name="shop"),
            attempts=tuple(sorted(attempts, key=lambda each: each.subject.name)),
            as_of="2026-11-25T00:00:00Z",
            baseline=draw(
                st.none() | st.just(Compared(source="main", ref="main", commit="a" * 40))
            ),
        )
    )


SENTENCE: Final = re.compile(
    r"(?P<raw>[\d,]+) reports?: (?P<findings>[\d,]+) findings?"
    r"(?:, (?:and )?(?P<suppressed>[\d,]+) suppressed)?"
    r"(?:, and (?P<folded>[\d,]+) that repeats? another)?"
    r"(?:; (?P<absent>[\d,]+) gone since the baseline)?"
)
SINCE: Final = re.compile(
    r"(?P<new>[\d,]+) new(?: \([\d,]+ newly disclosed\))?, "
    r"(?P<known>[\d,]+) as before(?: \([\d,]+ of them changed\))?, (?P<absent>[\d,]+) gone since"
)


def plain(data: bytes) -> str:
    """Take tags and line ends out, as a reader's eye does."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", data.decode())).split())


def in_words(data: bytes) -> Counts | None:
    said = SENTENCE.search(plain(data))
    return Counts(*(int(said[name] or 0) for name in Counts._fields)) if said else None


def in_csv(data: bytes) -> Counts:
    rows = list(csv.DictReader(io.StringIO(data.decode())))
    there = [row for row in rows if row["state"] != "absent"]
    primary = [row for row in there if row["folded"] == "no"]
    return Counts(
        raw=len(there),
        findings=sum(row["suppressed"] == "no" for row in primary),
        suppressed=sum(row["suppressed"] == "yes" for row in primary),
        folded=len(there) - len(primary),
        absent=len(rows) - len(there),
    )


def in_json(data: bytes) -> Counts:
    told = json.loads(data)
    suppressed = sum(each["suppressed"] for each in told["findings"])
    return Counts(
        raw=len(told["findings"]) + len(told["folded"]),
        findings=len(told["findings"]) - suppressed,
        suppressed=suppressed,
        folded=len(told["folded"]),
        absent=sum(not each["folded"] for each in told["absent"]),
    )


def in_junit(data: bytes) -> Counts:
    root = ET.fromstring(data)  # noqa: S314 - we have just written it
    facts = {each.get("name"): each.get("value") for each in root.iter("property")}
    return Counts(*(int(facts.get(name) or 0) for name in Counts._fields))


def in_sarif(data: bytes) -> Counts:
    """Count as any reader of SARIF can; it has no word for flaws that several tools lost."""
    results = [each for run in json.loads(data)["runs"] for each in run.get("results") or ()]
    there = [each for each in results if each.get("baselineState") != "absent"]
    primary = [each for each in there if not each["properties"].get("drawgate/folded")]
    excused = sum(
        bool(each.get("suppressions"))
        and all(one.get("status", "accepted") == "accepted" for one in each["suppressions"])
        for each in primary
    )
    return Counts(len(there), len(primary) - excused, excused, len(there) - len(primary), None)


def in_verdict(data: bytes) -> Counts:
    told = json.loads(data)
    totals, known = told["totals"], told["baseline"] or {"absent": 0}
    return Counts(*(totals[name] for name in Counts._fields[:-1]), known["absent"])


READERS: Final[dict[str, Callable[[bytes], Counts | None]]] = {
    "csv": in_csv, "github": in_words, "html": in_words, "json": in_json,
    "junit": in_junit, "markdown": in_words, "terminal": in_words,
}  # fmt: skip


def test_every_format_is_read() -> None:
    """Whoever adds a format says how its numbers are read; GitLab's knows what counts only."""
    assert set(FORMATS) == {*READERS, "gitlab"}


@pytest.mark.parametrize("pack", ["default", "strict"])
@given(scan=scans())
@settings(deadline=None, max_examples=60)
def test_counts_add_up_in_every_report(scan: Scan, pack: str) -> None:
    verdict = judge(scan, load_pack(pack))
    view = make_view(scan, verdict)
    expected = in_verdict(to_json(verdict))
    read = {name: READERS[name](FORMATS[name].render(view)) for name in READERS}

    assert expected.raw == sum((expected.findings, expected.suppressed, expected.folded))  # type: ignore[arg-type]
    same = expected.raw == expected.findings and not expected.absent
    assert {
        name: None if same and READERS[name] is in_words else expected for name in READERS
    } == read
    assert expected._replace(absent=None) == in_sarif(emit(scan))
    counting = [row for row in view.rows if row.breaks or not row.finding.suppressed]
    assert len(counting) == len(json.loads(FORMATS["gitlab"].render(view)))


@given(scan=scans())
@settings(deadline=None, max_examples=60)
def test_states_add_up_in_every_report(scan: Scan) -> None:
    """New and known ones are all that is counted, and what is gone is in no total."""
    verdict = judge(scan, load_pack("default"))
    view = make_view(scan, verdict)
    facts = verdict.baseline
    told: dict[str, Any] = {}
    for name in ("github", "html", "markdown", "terminal", "junit", "json"):
        said = SINCE.search(plain(FORMATS[name].render(view)))
        told[name] = States(*(int(said[key]) for key in States._fields)) if said else None

    if facts is None:
        assert {None} == set(told.values())
        return
    known = facts.unchanged + facts.updated
    assert facts.new + known == verdict.totals.findings
    assert {States(facts.new, known, facts.absent)} == set(told.values())
    assert sum(total(view.groups, fresh=True)) == facts.new + _excused(view, fresh=True)


def total(groups: Iterable[Any], *, fresh: bool) -> list[int]:
    return [group.count for group in groups if group.fresh is fresh]


def _excused(view: Any, *, fresh: bool) -> int:  # noqa: ANN401 - a View
    """Count what is suppressed and blocks all the same: it stands among the others."""
    return sum(
        row.finding.suppressed and (row.finding.state in (None, State.NEW)) is fresh
        for row in view.rows
        if row.breaks
    )
