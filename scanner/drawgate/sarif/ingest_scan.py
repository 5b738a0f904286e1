"""Our own run about the scan itself: target, skipped adapters, date, offline (see emit.py)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import TypeVar

import msgspec

from drawgate.core.adapter import Grain
from drawgate.core.attempt import Skipped, Subject, Why
from drawgate.core.baseline import Compared
from drawgate.core.finding import Kind
from drawgate.core.scan import Offline, TargetFacts
from drawgate.core.target import Exclusion, Form, NotAssessed, Unscanned
from drawgate.core.vex import Use
from drawgate.core.waiver import Waivers
from drawgate.sarif import names
from drawgate.sarif.decode import log_error
from drawgate.sarif.ingest_notes import read_not_assessed
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.model import Notification, Run
from drawgate.sarif.uri import from_uri

T = TypeVar("T")

_WEAKEST_FIRST = (Offline.UNENFORCED, Offline.NOT_ASKED, Offline.LANDLOCK, Offline.NAMESPACE)


class _Target(msgspec.Struct, kw_only=True):
    """`drawgate/target`."""

    name: str
    files: int
    form: Form | None = None
    commit: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    notes: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    partial: str = ""


class _Facts(msgspec.Struct, kw_only=True):
    """The properties of the run."""

    target: _Target = msgspec.field(name=names.TARGET)
    as_of: str = msgspec.field(name=names.AS_OF)
    offline: Offline = msgspec.field(name=names.OFFLINE)
    baseline: Compared | None = msgspec.field(name=names.COMPARED, default=None)
    waivers: Waivers | None = msgspec.field(name=names.WAIVERS, default=None)
    vex: tuple[Use, ...] = msgspec.field(name=names.VEX, default=())


class _Subject(msgspec.Struct, kw_only=True):
    """`drawgate/subject` of a notification; for a gap only name and category are written."""

    name: str
    kind: Kind | None = None
    grain: Grain = Grain.TREE
    homepage: str = ""
    category: str = ""
    applicable: bool = msgspec.field(name=names.APPLICABLE, default=True)


class _Unscanned(msgspec.Struct, kw_only=True):
    """`drawgate/unscanned` of a notification."""

    name: str
    kind: Kind
    files: int
    scanners: tuple[str, ...] = ()
    left_out: str = msgspec.field(name="leftOut", default="")
    advice: str = ""


class _Note(msgspec.Struct, kw_only=True):
    """The properties of a notification."""

    unscanned: _Unscanned | None = msgspec.field(name=names.UNSCANNED, default=None)

    subject: _Subject | None = msgspec.field(name=names.SUBJECT, default=None)
    why: Why | None = msgspec.field(name=names.WHY, default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanFacts:
    """What the log says about the scan; `target` is None in a foreign log."""

    target: TargetFacts | None = None
    skipped: tuple[Skipped, ...] = ()
    as_of: str = ""
    offline: Offline = Offline.NOT_ASKED
    baseline: Compared | None = None
    waivers: Waivers | None = None
    vex: tuple[Use, ...] = ()


def is_scan_run(run: Run) -> bool:
    """Tell whether the run is ours and about the scan."""
    return run.tool.driver.name == names.SCAN and names.TARGET in run.properties


def read_scan_runs(runs: Iterable[tuple[int, Run]], log: str) -> ScanFacts:
    """Read the scan run; a merged log may have several, which are then joined."""
    all_facts = [_read(run, log, f"$.runs[{number}]") for number, run in runs]
    if not all_facts:
        return ScanFacts()
    targets = [facts.target for facts in all_facts if facts.target]
    return ScanFacts(
        target=targets[0] if len(targets) == 1 else _join(targets),
        skipped=tuple(skip for facts in all_facts for skip in facts.skipped),
        as_of=max(facts.as_of for facts in all_facts),
        offline=min((facts.offline for facts in all_facts), key=_WEAKEST_FIRST.index),
        baseline=_same(facts.baseline for facts in all_facts),
        waivers=_same(facts.waivers for facts in all_facts),
        vex=tuple(dict.fromkeys(use for facts in all_facts for use in facts.vex)),
    )


def _same(facts: Iterable[T | None]) -> T | None:
    """Give the baseline, or the waivers, where all scans have the same."""
    different = set(facts)
    return different.pop() if len(different) == 1 else None


def _read(run: Run, log: str, path: str) -> ScanFacts:
    try:
        facts = msgspec.convert(run.properties, _Facts)
        execution = _execution(run)
        return ScanFacts(
            target=replace(_target(facts.target, execution), sizes=_sizes(run)),
            skipped=_skipped(run, execution),
            as_of=facts.as_of,
            offline=facts.offline,
            baseline=facts.baseline,
            waivers=facts.waivers,
            vex=facts.vex,
        )
    except msgspec.ValidationError as error:
        raise log_error(error, log, f"{path}.properties") from error


def _execution(run: Run) -> list[tuple[_Note, NotAssessed]]:
    places = Places(run)
    notes = [note for one in run.invocations for note in one.tool_execution_notifications]
    return [(_note(note), read_not_assessed(note, places, names.SCAN)) for note in notes]


def _note(note: Notification) -> _Note:
    return msgspec.convert(note.properties, _Note)


def _target(target: _Target, execution: list[tuple[_Note, NotAssessed]]) -> TargetFacts:
    gaps = [item for note, item in execution if not note.subject and not note.unscanned]
    return TargetFacts(
        name=target.name,
        form=target.form,
        commit=target.commit,
        files=target.files,
        exclusions=target.exclusions,
        not_assessed=tuple(gaps),
        notes=target.notes,
        folders=tuple(map(from_uri, target.folders)),
        links=tuple((from_uri(link), from_uri(place)) for link, place in target.links),
        unscanned=_together(_unscanned(note.unscanned, item) for note, item in execution),
        partial=target.partial,
    )


def _unscanned(told: _Unscanned | None, place: NotAssessed) -> Iterator[Unscanned]:
    if told:
        yield Unscanned(
            name=told.name,
            kind=told.kind,
            files=told.files,
            example=place.path,
            scanners=told.scanners,
            left_out=told.left_out,
            advice=told.advice,
        )


def _sizes(run: Run) -> dict[str, int]:
    """Read the bytes of files; where merged logs say two things of one, the larger counts."""
    sizes: dict[str, int] = {}
    for one in run.artifacts:
        if one.location and one.location.uri and one.length is not None and one.length >= 0:
            path = from_uri(one.location.uri)
            sizes[path] = max(one.length, sizes.get(path, 0))
    return sizes


def _together(told: Iterable[Iterable[Unscanned]]) -> tuple[Unscanned, ...]:
    """Add up what several scans did not look at; one that is told twice counts once."""
    rows: dict[tuple[Kind, str, str], Unscanned] = {}
    for each in dict.fromkeys(chain.from_iterable(told)):
        known = rows.get((each.kind, each.name, each.left_out))
        files = each.files + (known.files if known else 0)
        rows[(each.kind, each.name, each.left_out)] = replace(known or each, files=files)
    return tuple(rows[key] for key in sorted(rows))


def _skipped(run: Run, execution: list[tuple[_Note, NotAssessed]]) -> tuple[Skipped, ...]:
    gaps: dict[tuple[str, str], list[NotAssessed]] = {}
    for note, item in execution:
        if subject := note.subject:
            gaps.setdefault((subject.name, subject.category), []).append(item)
    notes = [note for one in run.invocations for note in one.tool_configuration_notifications]
    return tuple(_skip(note, gaps) for note in notes)


def _skip(note: Notification, gaps: dict[tuple[str, str], list[NotAssessed]]) -> Skipped:
    facts = _note(note)
    if facts.subject is None or facts.subject.kind is None or facts.why is None:
        raise msgspec.ValidationError("a skipped tool is not described in full")
    subject = facts.subject
    return Skipped(
        subject=Subject(
            name=subject.name,
            kind=facts.subject.kind,
            grain=subject.grain,
            homepage=subject.homepage,
            applicable=subject.applicable,
            category=subject.category,
        ),
        why=facts.why,
        reason=note.message.text or "",
        not_assessed=tuple(gaps.get((subject.name, subject.category), ())),
    )


def _join(targets: list[TargetFacts]) -> TargetFacts:
    """Join what several scans of ours looked at."""
    forms, commits = {one.form for one in targets}, {one.commit for one in targets}
    # One that was judged by two files of waivers is one target.
    files = {(one.name, one.commit, one.files) for one in targets}
    return TargetFacts(
        name=" + ".join(dict.fromkeys(one.name for one in targets)),
        form=forms.pop() if len(forms) == 1 else None,
        commit=commits.pop() if len(commits) == 1 else "",
        files=sum(number for *_, number in files),
        exclusions=tuple(dict.fromkeys(item for one in targets for item in one.exclusions)),
        not_assessed=tuple(item for one in targets for item in one.not_assessed),
        notes=tuple(dict.fromkeys(note for one in targets for note in one.notes)),
        folders=tuple(dict.fromkeys(folder for one in targets for folder in one.folders)),
        links=tuple(dict.fromkeys(link for one in targets for link in one.links)),
        sizes=dict(sorted(pair for one in targets for pair in one.sizes.items())),
        unscanned=_together(one.unscanned for one in targets),
        partial="; ".join(dict.fromkeys(one.partial for one in targets if one.partial)),
    )
