"""What holds for every scan that is written as SARIF and read back."""

import json
import os
from dataclasses import replace
from datetime import UTC
from functools import cache

import jsonschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawgate.core.adapter import Grain, Report
from drawgate.core.advisory import AdvisoryData, Held, Source
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Subject, ToolFacts, Why
from drawgate.core.baseline import Compared, OtherVersion
from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Membership,
    Region,
    Rule,
    Scope,
    State,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.scan import Offline, Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.target import Exclusion, Form, NotAssessed, Unscanned
from drawgate.core.vex import Use
from drawgate.core.waiver import Justification, Match, Waiver, Waivers, WaiverType
from drawgate.resources import data
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.validate import validate

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
paths = (
    st.binary(min_size=1, max_size=12)
    .filter(lambda name: b"\0" not in name and not name.startswith((b"./", b"/")))
    .map(os.fsdecode)
)
line_numbers = st.integers(1, 2**31 - 1)
maybe_line = st.none() | line_numbers
columns = st.none() | st.integers(0, 2**31 - 1)
strings = st.dictionaries(words, text, max_size=2)


@st.composite
def locations(draw: st.DrawFn) -> Location:
    """Draw a place that does not end before it begins."""
    line = draw(maybe_line)
    return Location(
        path=draw(paths),
        line=line,
        column=draw(columns),
        end_line=draw(st.none() | st.integers(line, 2**31)) if line else None,
        end_column=draw(columns),
        unit=draw(st.sampled_from(Unit)),
    )


further = st.builds(lambda path, line: Location(path=path, line=line), paths, maybe_line)


@st.composite
def regions(draw: st.DrawFn) -> Region:
    """Draw a region that does not end before it begins."""
    line, column = draw(line_numbers), draw(maybe_line)
    return Region(
        start_line=line,
        start_column=column,
        end_line=draw(st.none() | st.integers(line, 2**31)),
        end_column=draw(st.none() | st.integers(column or 1, 2**31)),
    )


rules = st.builds(
    Rule,
    id=st.sampled_from(["B1", "B1/2", "B2"]) | words,
    name=text,
    description=text,
    help=text,
    help_uri=text | st.just("https://example.org/rules#B1"),
    cwe=st.lists(st.integers(1, 1500), max_size=2, unique=True).map(tuple),
    tags=st.lists(text, max_size=2).map(tuple),
)
days = st.dates().map(str)
some_day = st.just("") | days
shares = st.floats(0, 1)
exploits = st.builds(
    lambda kev, scores: Exploit(**kev, **scores),
    st.fixed_dictionaries(
        {
            "kev": st.sampled_from(Listed),
            "kev_date": some_day,
            "added": some_day,
            "due": some_day,
            "ransomware": st.none() | st.booleans(),
        }
    ),
    st.just({})
    | st.fixed_dictionaries(
        {"epss": shares, "percentile": st.none() | shares, "epss_date": some_day}
    ),
)
dependencies = st.builds(
    Dependency,
    ecosystem=words,
    name=words,
    version=text,
    advisory=words,
    aliases=st.lists(text, max_size=2).map(tuple),
    fixed=st.lists(text, max_size=2).map(tuple),
    vector=text,
    malicious=st.booleans(),
    rated_by=text,
    exploit=exploits,
    direct=st.none() | st.booleans(),
    via=st.lists(text, max_size=3).map(tuple),
    scope=st.sampled_from(Scope),
)
moments = st.datetimes(timezones=st.just(UTC)).map(
    lambda at: f"{at.replace(microsecond=0, tzinfo=None).isoformat()}Z"
)
suppressions = st.builds(
    Suppression,
    kind=st.sampled_from(SuppressionKind),
    justification=text,
    status=st.sampled_from(["accepted", "underReview", "rejected"]),
    by=text,
    source=text,
    type=text,
    owner=text,
    approver=text,
    expires=text,
    why=text,
    label=text,
)
codes = st.lists(st.uuids().map(lambda name: f"line:{name}"), max_size=2).map(tuple)
matches = (
    st.builds(Match, identity=st.lists(words, min_size=1, max_size=2).map(tuple), code=codes)
    | st.builds(
        Match,
        advisory=words,
        package=words,
        versions=st.lists(words, min_size=1, max_size=2).map(tuple),
    )
    | st.builds(
        Match,
        rule=st.lists(words, min_size=1, max_size=2).map(tuple),
        tool=text,
        paths=st.lists(words, min_size=1, max_size=2).map(tuple),
    )
)


@st.composite
def waivers(draw: st.DrawFn) -> Waiver:
    """Draw a waiver that does not end before it begins."""
    first, last = sorted((draw(st.dates()), draw(st.dates())))
    return Waiver(
        id=draw(words),
        match=draw(matches),
        type=draw(st.sampled_from(WaiverType)),
        reason=draw(text),
        owner=draw(text),
        created=first.isoformat(),
        expires=last.isoformat(),
        severity=draw(st.sampled_from(Severity)),
        approver=draw(text),
        ticket=draw(text),
        justification=draw(st.none() | st.sampled_from(Justification)),
        until_fix=draw(st.booleans()),
        kev=draw(st.booleans()),
    )


many_waivers = st.lists(waivers(), max_size=2).map(tuple)


memberships = st.builds(
    Membership,
    group=words | st.uuids(version=5).map(str),
    folded=st.booleans(),
    reporters=st.lists(text, max_size=2).map(tuple),
    alone=st.sampled_from(Severity),
    basis=text,
)


baselines = st.builds(
    Compared,
    source=text,
    target=text,
    commit=text,
    ref=text,
    digest=text,
    tools=st.lists(st.builds(OtherVersion, tool=text, before=text, now=text), max_size=2).map(
        tuple
    ),
    warnings=st.lists(text, max_size=2).map(tuple),
)


@st.composite
def findings(draw: st.DrawFn, tool: str, states: tuple[State | None, ...] = (None,)) -> Finding:
    """Draw a finding of a tool; only one with a place can have a region."""
    location = draw(st.none() | locations())
    return Finding(
        kind=draw(st.sampled_from(Kind)),
        rule=draw(rules),
        message=draw(text),
        location=location,
        region=draw(st.none() | regions()) if location else None,
        reported_severity=draw(text),
        confidence=draw(text | st.sampled_from(["HIGH", "low"])),
        score=draw(st.none() | st.floats(0, 10)),
        dependency=draw(st.none() | dependencies),
        properties=draw(strings),
        tool=draw(st.just(tool) | text),
        severity=draw(st.sampled_from(Severity)),
        snippet=draw(text),
        role=draw(text),
        masked=draw(st.booleans()),
        elsewhere=draw(st.lists(further, max_size=2).map(tuple)) if location else (),
        suppressions=draw(st.lists(suppressions, max_size=1).map(tuple)),
        fingerprints=draw(strings),
        identity=draw(text | st.uuids(version=5).map(str)),
        membership=draw(st.none() | memberships),
        state=draw(st.sampled_from(states)),
        matched_by=draw(text),
        newly_disclosed=draw(st.booleans()),
        first_seen=draw(st.just("") | moments),
    )


@st.composite
def gaps(draw: st.DrawFn) -> NotAssessed:
    """Draw something nobody could look at: a file, a package of a file, or neither."""
    path = draw(st.just("") | paths)
    subject = path if path and draw(st.booleans()) else draw(words)
    return NotAssessed(
        subject=subject,
        reason=draw(words),
        path=path,
        line=draw(maybe_line) if path else None,
        uncounted=draw(st.booleans()),
    )


many_gaps = st.lists(gaps(), max_size=2).map(tuple)
names_looked_at = st.frozensets(
    paths | words.map(lambda name: f"requirements.txt: {name}"), max_size=3
)


@st.composite
def reports(draw: st.DrawFn, tool: str, states: tuple[State | None, ...] = (None,)) -> Report:
    """Draw what a tool reported; all of it was compared with a baseline, or none of it."""
    return Report(
        findings=draw(st.lists(findings(tool, states), max_size=3).map(tuple)),
        looked_at=draw(names_looked_at),
        not_assessed=draw(many_gaps),
        assumed=draw(st.booleans()),
    )


facts = st.builds(
    ToolFacts,
    version=text | st.sampled_from(["1.8.2", "2.0.0-rc.1+build"]),
    python=text,
    advisories=st.none()
    | st.builds(
        AdvisoryData,
        source=text,
        records=st.integers(0, 9**9),
        newest=text,
        digest=text,
        ecosystems=st.lists(
            st.builds(Held, ecosystem=text, records=st.integers(0, 9**9), newest=text), max_size=2
        ).map(tuple),
        sources=st.lists(
            st.builds(
                Source,
                name=text,
                kind=text,
                file=text,
                records=st.integers(0, 9**9),
                newest=text,
                digest=text,
            ),
            max_size=2,
        ).map(tuple),
    ),
)


@st.composite
def attempts(draw: st.DrawFn, name: str, category: str) -> Attempt:
    """Draw an attempt of an adapter: it ran, was skipped, or failed."""
    subject = Subject(
        name=name,
        kind=draw(st.sampled_from(Kind)),
        grain=draw(st.sampled_from(Grain)),
        homepage=draw(text | st.just("https://example.org/")),
        applicable=draw(st.booleans()),
        category=category,
    )
    became = draw(st.sampled_from([Ran, Skipped, Failed]))
    if became is not Skipped:  # a log says of a run which repository it is about
        subject = replace(subject, origin=draw(text))
    match became:
        case t if t is Ran:
            compared = draw(st.booleans())
            states = (State.NEW, State.UNCHANGED, State.UPDATED) if compared else (None,)
            gone = st.lists(findings(name, (State.ABSENT,)), max_size=2).map(tuple)
            return Ran(
                subject=subject,
                report=draw(reports(name, states)),
                tool=draw(facts),
                absent=draw(gone) if compared else (),
            )
        case t if t is Failed:
            return Failed(
                subject=subject,
                error=draw(words),
                hint=draw(text),
                partial=draw(reports(name)),
                tool=draw(facts),
            )
    return Skipped(
        subject=subject,
        why=draw(st.sampled_from(Why)),
        reason=draw(words),
        not_assessed=draw(many_gaps),
    )


targets = st.builds(
    TargetFacts,
    name=text,
    form=st.none() | st.sampled_from(Form),
    commit=text,
    files=st.integers(0, 10**9),
    exclusions=st.lists(
        st.builds(
            Exclusion,
            origin=text,
            pattern=text,
            files=st.integers(0, 99),
            folders=st.integers(0, 99),
        ),
        max_size=2,
    ).map(tuple),
    not_assessed=many_gaps,
    notes=st.lists(text, max_size=2).map(tuple),
    folders=st.lists(paths, max_size=2).map(tuple),
    links=st.lists(st.tuples(paths, paths), max_size=2).map(tuple),
    sizes=st.dictionaries(paths, st.integers(0, 10**9), max_size=3),
    unscanned=st.lists(
        st.builds(
            Unscanned,
            name=text,
            kind=st.sampled_from(Kind),
            files=st.integers(1, 99),
            example=paths,
            scanners=st.lists(text, max_size=2).map(tuple),
            left_out=text,
            advice=text,
        ),
        max_size=2,
        unique_by=lambda item: (item.kind, item.name, item.left_out),
    ).map(lambda rows: tuple(sorted(rows, key=lambda row: (row.kind, row.name, row.left_out)))),
    partial=text,
)


uses = st.builds(
    Use,
    source=text,
    format=text,
    id=text,
    author=text,
    digest=text,
    statements=st.integers(0, 9**9),
    version=text,
    used=st.booleans(),
    excused=st.integers(0, 9**9),
    under_investigation=st.integers(0, 9**9),
    said=st.lists(text, max_size=2).map(tuple),
)


@st.composite
def scans(draw: st.DrawFn) -> Scan:
    """Draw a scan; an adapter and category stand in it once."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(["bandit", "pip-audit", "drawgate", "a/b"]), text),
            max_size=3,
            unique=True,
        )
    )
    return Scan(
        target=draw(targets),
        attempts=tuple(draw(attempts(*key)) for key in sorted(keys)),
        as_of=draw(text),
        offline=draw(st.sampled_from(Offline)),
        vex=draw(st.lists(uses, max_size=2, unique=True).map(tuple)),
        waivers=draw(
            st.none()
            | st.builds(
                Waivers, source=text, digest=text, waivers=many_waivers, proposed=many_waivers
            )
        ),
        baseline=draw(st.none() | baselines),
    )


@cache
def schema() -> jsonschema.Draft4Validator:
    path = data("policies") / "schema" / "sarif-2.1.0.json"
    return jsonschema.Draft4Validator(json.loads(path.read_text(encoding="utf-8")))


def sorted_findings(scan: Scan) -> Scan:
    """Put findings into a fixed order: a log has one, a drawn scan has none."""

    def in_order(report: Report) -> Report:
        return Report(
            findings=tuple(sorted(report.findings, key=repr)),
            looked_at=report.looked_at,
            not_assessed=report.not_assessed,
            assumed=report.assumed,
        )

    def one(attempt: Attempt) -> Attempt:
        match attempt:
            case Ran():
                return Ran(
                    subject=attempt.subject,
                    report=in_order(attempt.report),
                    tool=attempt.tool,
                    absent=tuple(sorted(attempt.absent, key=repr)),
                )
            case Failed():
                return Failed(
                    subject=attempt.subject,
                    error=attempt.error,
                    hint=attempt.hint,
                    partial=in_order(attempt.partial),
                    tool=attempt.tool,
                )
            case Skipped():
                return attempt

    return Scan(
        target=scan.target,
        attempts=tuple(map(one, scan.attempts)),
        as_of=scan.as_of,
        offline=scan.offline,
        baseline=scan.baseline,
        vex=scan.vex,
    )


slow = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@slow
@given(scans())
def test_what_is_written_is_read_back(scan: Scan) -> None:
    """No fact of a scan is lost or changed on its way through a log."""
    log = emit(scan)

    assert sorted_findings(scan) == sorted_findings(ingest(log, "scan.sarif"))


@slow
@given(scans())
def test_same_scan_same_bytes(scan: Scan) -> None:
    """A scan that was read back is written as the same bytes, and so is a shuffled one."""
    log = emit(scan)
    shuffled = Scan(
        target=scan.target,
        attempts=tuple(reversed(scan.attempts)),
        as_of=scan.as_of,
        offline=scan.offline,
        baseline=scan.baseline,
        vex=scan.vex,
        waivers=scan.waivers,
    )

    assert log == emit(ingest(log, "scan.sarif"))
    assert log == emit(shuffled)


@slow
@given(scans())
def test_every_log_is_valid(scan: Scan) -> None:
    """The official schema and our own checks find nothing wrong with a log of ours."""
    log = emit(scan)

    assert [] == [error.message for error in schema().iter_errors(json.loads(log))]
    assert [] == [problem for problem in validate(log) if problem.serious]
