"""What has not changed is not scanned twice: answers of earlier scans, and what to keep of this."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

import msgspec

from drawgate.core.adapter import Grain, Job, Need, Report
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import Attempt, Ran
from drawgate.core.finding import Finding
from drawgate.core.target import NotAssessed
from drawgate.plan import Planned
from drawgate.run.basis import basis_of
from drawgate.run.cache import Cache
from drawgate.run.contents import Contents
from drawgate.run.tools import Resolved

Masked = Sequence[Finding | None]
"""An attempt's findings in their order, each as it may be written down; None: not at all."""
Unchanged = Callable[[str, bytes], bool]
"""Tells whether a file still has the content of this SHA-256."""

_PATIENCE: Final = 4 * 3600
"""Seconds before a tool tries a file again that it had no time for."""
_WHOLE: Final = ""
"""Stands for all of a target where an answer can't be told apart by file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """All that a tool said about one unit, both passes taken together."""

    findings: tuple[Finding, ...]
    assumed: bool
    documents: dict[str, bytes] = field(default_factory=dict)
    not_assessed: tuple[NotAssessed, ...] = ()
    """What the tool had no time for: the answer counts for a few hours only."""
    at: float = 0.0
    """When that was, in seconds since the epoch."""

    @property
    def counts(self) -> bool:
        """Whether it still does."""
        return not self.not_assessed or 0 <= time.time() - self.at < _PATIENCE


_DECODER: Final = msgspec.msgpack.Decoder(_Answer)
_ENCODER: Final = msgspec.msgpack.Encoder()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unit:
    """The least that an answer is kept for: a file, or the whole target."""

    name: bytes
    """What the cache calls it."""
    subjects: frozenset[str]
    digests: Mapping[str, bytes]
    """The files it rests on."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """One scan's use of the cache; `recall` and `note` may be called from any thread.

    Kept are answers that rest on files and advisory data alone, of adapters whose grain is
    FILE or TREE, and only what was looked at: what could not be assessed is tried again, but
    for files that a tool ran out of time on, which would be paid for in every scan.
    """

    cache: Cache
    contents: Contents = field(init=False)
    units: dict[str, dict[str, _Unit]] = field(default_factory=dict)
    """By adapter, and by path or `_WHOLE`."""
    recalled: dict[str, frozenset[str]] = field(default_factory=dict)
    complete: dict[str, frozenset[str]] = field(default_factory=dict)
    late: dict[str, frozenset[str]] = field(default_factory=dict)
    """By adapter: files that were not assessed for lack of time."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.contents = Contents(cache=self.cache)

    def recall(
        self, planned: Planned, tool: Resolved, advisories: AdvisoryData | None
    ) -> tuple[Planned, Report]:
        """Give what is left to do of a plan, and what is known about the rest."""
        adapter = planned.adapter
        lasts = adapter.grain in {Grain.FILE, Grain.TREE} and adapter.needs <= {Need.ADVISORIES}
        basis = basis_of(planned, tool, advisories, self.contents) if lasts else None
        if basis is None:
            return planned, Report()
        units = dict(_units(planned, basis, self.cache))
        kept = self.cache.read(unit.name for unit in units.values())
        read = {key: _decoded(kept.get(unit.name), key) for key, unit in units.items()}
        known = {key: answer for key, answer in read.items() if answer and answer.counts}
        with self.lock:
            self.units[adapter.name] = units
            self.recalled[adapter.name] = frozenset(known)
        return _without(planned, frozenset(known)), _report(units, known)

    def note(self, name: str, subjects: frozenset[str], late: frozenset[str]) -> None:
        """Hear about which subjects this scan got an adapter's complete answer, or one too late."""
        with self.lock:
            self.complete[name] = subjects
            self.late[name] = late

    def keep(self, done: Iterable[tuple[Attempt, Masked]], unchanged: Unchanged) -> None:
        """Keep the complete answers of attempts, as far as they may be written down."""
        values: dict[bytes, bytes] = {}
        for attempt, masked in done:
            units = self.units.get(attempt.subject.name, {})
            if isinstance(attempt, Ran) and units:
                fresh = self._fresh(attempt.subject.name, unchanged)
                late = self.late.get(attempt.subject.name, frozenset())
                for key, answer in _answers(attempt, masked, fresh, late):
                    with suppress(UnicodeEncodeError):  # a name that is not UTF-8 (PEP 383)
                        values[units[key].name] = _ENCODER.encode(answer)
        self.cache.write(values | self.contents.fresh, (*self._used(), *self.contents.used))

    def _fresh(self, name: str, unchanged: Unchanged) -> Iterator[str]:
        complete = self.complete.get(name, frozenset()) | self.late.get(name, frozenset())
        for key, unit in self.units[name].items():
            whole = unit.subjects <= complete and unit.subjects
            if whole and all(unchanged(path, digest) for path, digest in unit.digests.items()):
                yield key

    def _used(self) -> Iterator[bytes]:
        for name, keys in self.recalled.items():
            yield from (self.units[name][key].name for key in keys)


def _units(planned: Planned, basis: bytes, cache: Cache) -> Iterator[tuple[str, _Unit]]:
    if planned.adapter.grain is Grain.FILE:
        for path, digest in planned.digests.items():
            name = cache.name(basis, _bytes(path), digest)
            yield path, _Unit(name=name, subjects=frozenset({path}), digests={path: digest})
    else:
        files = sorted(planned.digests.items())
        parts = (part for path, digest in files for part in (_bytes(path), digest))
        subjects = frozenset(subject for job in planned.jobs for subject in job.subjects)
        name = cache.name(basis, *parts)
        yield _WHOLE, _Unit(name=name, subjects=subjects, digests=planned.digests)


def _answers(
    attempt: Ran, masked: Masked, fresh: Iterable[str], late: frozenset[str]
) -> Iterator[tuple[str, _Answer]]:
    """Put answers together; one with a finding that may not be kept is none."""
    found: dict[str, list[Finding | None]] = {key: [] for key in fresh}
    for finding, shown in zip(attempt.report.findings, masked, strict=True):
        for key in {finding.path, _WHOLE} & found.keys():
            found[key].append(shown)
    for key, findings in found.items():
        missed = tuple(i for i in attempt.report.not_assessed if key in late and i.subject == key)
        if None in findings or (key in late and not missed):  # its reason had to be masked
            continue
        answer = _Answer(
            findings=tuple(finding for finding in findings if finding),
            assumed=attempt.report.assumed,
            documents=dict(attempt.report.documents),
            not_assessed=missed,
            at=time.time() if missed else 0.0,
        )
        yield key, answer


def _decoded(value: bytes | None, key: str) -> _Answer | None:
    """Read an answer; one that is not about this file is none."""
    try:
        answer = _DECODER.decode(value) if value is not None else None
    except msgspec.MsgspecError:
        return None
    if answer is None or key == _WHOLE:
        return answer
    about = {*(each.path for each in answer.findings), *(i.subject for i in answer.not_assessed)}
    return answer if about <= {key} else None


def _without(planned: Planned, known: frozenset[str]) -> Planned:
    if _WHOLE in known:
        return replace(planned, jobs=(), second=None)
    if not known:
        return planned
    return replace(
        planned,
        jobs=tuple(_less(job, known) for job in planned.jobs),
        second=_less(planned.second, known) if planned.second else None,
        sizes={path: size for path, size in planned.sizes.items() if path not in known},
    )


def _less(job: Job, known: frozenset[str]) -> Job:
    return replace(job, inputs=tuple(path for path in job.inputs if path not in known))


def _report(units: Mapping[str, _Unit], known: Mapping[str, _Answer]) -> Report:
    return Report(
        findings=tuple(finding for answer in known.values() for finding in answer.findings),
        looked_at=frozenset(
            subject
            for key, answer in known.items()
            if not answer.not_assessed
            for subject in units[key].subjects
        ),
        not_assessed=tuple(_remembered(i) for a in known.values() for i in a.not_assessed),
        assumed=any(answer.assumed for answer in known.values()),
        documents={n: data for each in known.values() for n, data in each.documents.items()},
    )


def _remembered(item: NotAssessed) -> NotAssessed:
    """Say that it was not tried again: on a machine with less to do it may succeed."""
    told = f"remembered; it is tried again {_PATIENCE // 3600} hours later, or with --no-cache"
    return replace(item, reason=f"{item.reason} ({told})")


def _bytes(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
