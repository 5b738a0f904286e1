"""Many logs into one, without ever holding their results in memory.

Runs are folded by tool and category. The first pass reads every input to its end and keeps all
but the results; the second copies those, chunk by chunk, and takes them apart only where an
index changes. Results that are equal to the byte (but for blanks between tokens) are written
once. Links into a log's own text (`sarif:/runs/0/…`, §3.10.3) are copied as they are.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from drawgate.core.errors import OutputError, UsageError
from drawgate.sarif import names
from drawgate.sarif.decode import log_error
from drawgate.sarif.fold import Folded
from drawgate.sarif.merge_results import Masking, Source, as_standard, results
from drawgate.sarif.model import SCHEMA, VERSION
from drawgate.sarif.objects import Joint, encode
from drawgate.sarif.origins import Origin, mark, origins
from drawgate.sarif.remap import Remap
from drawgate.sarif.skeleton import LogPart, RunPart, read_skeleton
from drawgate.sarif.source import open_source, unreadable

Json = dict[str, Any]

_MEANINGS: Final = ("columnKind", "language", "defaultEncoding", "defaultSourceLanguage")
"""Properties that say how to read all others: runs that differ in one can't be folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeSummary:
    """What went in and what came out."""

    inputs: int
    runs_read: int
    runs: int
    results_read: int
    results: int
    collapsed: int
    """Results left out because one equal to the byte is there."""
    renamed_rules: int
    """Rules whose id already meant something else, and now ends in `/2`."""
    failed: tuple[str, ...]
    """Tools of runs that say they failed, or that have no results."""
    apart: tuple[str, ...]
    """Tools whose runs are of several repositories, and were not folded."""
    empty: tuple[str, ...]
    """Logs without a run: nobody knows what was looked at for them (§3.13.4)."""


@dataclass(slots=True, kw_only=True)
class _Group:
    """Runs that become one."""

    sources: list[Source]
    body: Json
    origin: Origin
    renamed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Masks:
    """What masks logs while they are merged; ours are `masks()` of `triage/merged.py`."""

    results: Callable[[Json], Masking | None]
    """Takes a run without its results; gives what masks those. ValidationError: it is no run."""
    body: Callable[[Json], None]
    """Masks a run without its results, or a log without its runs, in place."""
    look: Callable[[Sequence[Source]], bool] = lambda _: False
    """Looks all results over before any is written, and tells whether any line is shared."""


def merge(inputs: Sequence[Path], output: IO[bytes] | Path, masks: Masks) -> MergeSummary:
    """Merge logs; a file is written beside its name and renamed when it is complete.

    So the output may be one of the inputs, and an error leaves no output. `masks` masks
    credentials on the way. LogError: an input is no sound SARIF log. OutputError: the output
    can't be written.
    """
    if not inputs:
        raise UsageError("there is nothing to merge", hint="name at least one log")
    with ExitStack() as stack:
        logs = [_read(stack, path) for path in inputs]
        mark(logs)
        groups = [_fold(parts, origin, masks) for origin, parts in _grouped(logs)]
        apart = _tell_apart(groups)
        head = _head(logs)
        masks.body(head)
        shared = masks.look([source for group in groups for source in group.sources])
        with _opened(output) as sink:
            written = _write(sink, head, groups, shared=shared)
    return _summary(logs, groups, written, apart)


def _read(stack: ExitStack, path: Path) -> LogPart:
    source = stack.enter_context(open_source(path))
    try:
        return read_skeleton(source, str(path))
    except OSError as error:
        raise unreadable(path, error) from error


def _grouped(logs: list[LogPart]) -> list[tuple[Origin, list[RunPart]]]:
    groups: dict[tuple[object, ...], tuple[Origin, list[RunPart]]] = {}
    for log in logs:
        for part, origin in origins(log):
            groups.setdefault((origin, *_group_key(part)), (origin, []))[1].append(part)
    return list(groups.values())


def _group_key(part: RunPart) -> tuple[object, ...]:
    """Give what runs of one group share; two scans of ours about two targets stay two.

    So do two with other waivers: those of one must not excuse what the other found.
    """
    properties = part.body.get("properties", {})
    ours = (properties.get(name) for name in (names.TARGET, names.WAIVERS))
    meanings = (part.body.get(name) for name in _MEANINGS)
    return (part.tool, _category(part.body), encode([*meanings, *ours]))


def _category(body: Json) -> str:
    identifier = (body.get("automationDetails") or {}).get("id") or ""
    return str(identifier).rpartition("/")[0]


def _fold(parts: list[RunPart], origin: Origin, masks: Masks) -> _Group:
    maskings = [_masking(part, masks) for part in parts]  # before any index moves
    if any(part.chunks is not None for part in parts):
        for part in parts:
            _keep_failure(part)
    with as_standard(parts[0].where):
        folded = Folded(parts[0])
    remaps: list[Remap | None] = [None]
    for part in parts[1:]:
        with as_standard(part.where):
            remaps.append(folded.add(part))
    sources = [
        Source(part=part, remap=remap, masking=masking)
        for part, remap, masking in zip(parts, remaps, maskings, strict=True)
    ]
    with as_standard(parts[0].where):
        body = folded.finish()
    return _Group(sources=sources, body=body, origin=origin, renamed=folded.renamed)


def _masking(part: RunPart, masks: Masks) -> Masking | None:
    """Mask a run but for its results, and give what masks those."""
    try:
        masking = masks.results(part.body)
    except msgspec.ValidationError as error:
        raise log_error(error, part.log, part.path) from error
    masks.body(part.body)
    return masking


def _keep_failure(part: RunPart) -> None:
    """Say in words that a run has no results, as the empty list of another would hide it."""
    invocations = part.body.setdefault("invocations", [])
    if part.chunks is not None or any(not _successful(one) for one in invocations):
        return
    note = {
        "descriptor": {"id": names.FAILED},
        "level": "error",
        "message": {"text": "a run that was merged into this one has no results"},
    }
    invocations.append({"executionSuccessful": False, "toolExecutionNotifications": [note]})


def _successful(invocation: Json) -> bool:
    return invocation.get("executionSuccessful") is True


def _tell_apart(groups: list[_Group]) -> list[str]:
    """Give runs that share tool and category but can't be folded a category each.

    Those of several repositories are called by them; give the names of their tools.
    """
    alike: dict[tuple[str, str], list[_Group]] = {}
    for group in groups:
        key = (group.sources[0].part.tool, _category(group.body))
        alike.setdefault(key, []).append(group)
    taken, apart = set(alike), []
    for (tool, category), members in alike.items():
        several = len({group.origin for group in members}) > 1
        apart += [tool] if several and tool != names.SCAN else []
        for number, group in enumerate(members):
            name = group.origin.name if several else ""
            if number or name:
                free = _free(tool, f"{category}/{name}".strip("/"), taken, named=bool(name))
                group.body.setdefault("automationDetails", {})["id"] = f"{free}/"
                taken.add((tool, free))
    return apart


def _free(tool: str, category: str, taken: set[tuple[str, str]], *, named: bool) -> str:
    """Give a category that nobody has: a folder may be called `2`, too, and have one."""
    numbered = (f"{category}/{number}".lstrip("/") for number in count(2))
    candidates = chain((category,), numbered) if named else numbered
    return next(each for each in candidates if (tool, each) not in taken)


def _head(logs: list[LogPart]) -> Json:
    head = Joint({"$schema": SCHEMA, "version": VERSION})
    for log in logs:
        head.add({k: v for k, v in log.body.items() if k not in ("$schema", "version")})
    return head.mine


@contextmanager
def _opened(output: IO[bytes] | Path) -> Iterator[IO[bytes]]:
    """Open a file that takes its name only when all is written."""
    if not isinstance(output, Path):
        yield output
        return
    if output.exists() and not output.is_file():
        # A rename would put a plain file in the place of a device or a pipe.
        hint = "name a file that may be replaced"
        raise OutputError("is no regular file", where=str(output), hint=hint)
    beside = output.with_name(f".{output.name}.{secrets.token_hex(4)}")
    try:
        with beside.open("xb", buffering=1 << 20) as sink:
            yield sink
        beside.replace(output)
    except OSError as error:
        what = f"the merged log can't be written: {error.strerror}"
        raise OutputError(what, where=str(output)) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def _write(sink: IO[bytes], head: Json, groups: list[_Group], *, shared: bool) -> list[int]:
    """Write the log; give the number of results of each run."""
    sink.write(msgspec.json.encode(head)[:-1] + b',"runs":[')
    written = []
    for number, group in enumerate(groups):
        sink.write(b"," if number else b"")
        written.append(_write_run(sink, group, shared=shared))
    sink.write(b"]}\n")
    return written


def _write_run(sink: IO[bytes], group: _Group, *, shared: bool) -> int:
    sink.write(msgspec.json.encode(group.body)[:-1])
    if all(source.part.chunks is None for source in group.sources):
        sink.write(b"}")
        return 0
    sink.write(b',"results":[')
    count = 0
    for row in results(group.sources, shared=shared):
        sink.write(b"," if count and row else b"")
        sink.write(b",".join(row))
        count += len(row)
    sink.write(b"]}")
    return count


def _summary(
    logs: list[LogPart], groups: list[_Group], written: list[int], apart: list[str]
) -> MergeSummary:
    runs = [part for log in logs for part in log.runs]
    read = sum(part.count for part in runs)
    return MergeSummary(
        inputs=len(logs),
        runs_read=len(runs),
        runs=len(groups),
        results_read=read,
        results=sum(written),
        collapsed=read - sum(written),
        renamed_rules=sum(group.renamed for group in groups),
        apart=tuple(apart),
        empty=tuple(log.name for log in logs if not log.runs),
        failed=tuple(group.sources[0].part.tool for group in groups if _failed(group)),
    )


def _failed(group: _Group) -> bool:
    invocations = group.body.get("invocations", [])
    nothing = all(source.part.chunks is None for source in group.sources)
    return nothing or any(not _successful(one) for one in invocations)
