"""First pass over a log: everything but the results, and where in the file those are."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Final

import msgspec

from drawgate.core.errors import LogError
from drawgate.sarif.decode import (
    CUT,
    NO_RUNS,
    as_utf8,
    check_head,
    check_version,
    decode,
    log_error,
)
from drawgate.sarif.foreign import as_object
from drawgate.sarif.stream import Stream
from drawgate.sarif.twice import check_names, twice

_CHUNK: Final = 1 << 20
"""Results are fetched again in chunks of about this many bytes."""


_SUPPRESSIONS: Final = b'"suppressions"'
_TAXA: Final = b'"taxa"'


Json = dict[str, Any]


class _Target(msgspec.Struct, rename="camel"):
    tool_component: Json = {}


class _Relationship(msgspec.Struct):
    target: _Target


class _Descriptor(msgspec.Struct):
    id: str
    relationships: list[_Relationship] = []
    properties: Json = {}


class _Component(msgspec.Struct):
    name: str
    guid: str | None = None
    rules: list[_Descriptor] = []
    notifications: list[_Descriptor] = []
    taxa: list[_Descriptor] = []
    properties: Json = {}


class _Tool(msgspec.Struct):
    driver: _Component
    extensions: list[_Component] = []


class _Details(msgspec.Struct):
    id: str | None = None


class _Place(msgspec.Struct):
    index: int = -1


class _Element(msgspec.Struct, rename="camel"):
    index: int = -1
    parent_index: int = -1
    location: _Place | None = None


class _Run(msgspec.Struct, rename="camel"):
    """What folding relies on; the values themselves stay plain JSON."""

    tool: _Tool
    automation_details: _Details | None = None
    taxonomies: list[_Component] = []
    original_uri_base_ids: dict[str, Json] = {}
    artifacts: list[_Element] = []
    logical_locations: list[_Element] = []
    addresses: list[_Element] = []
    web_requests: list[_Element] = []
    web_responses: list[_Element] = []
    graphs: list[Json] = []
    thread_flow_locations: list[_Element] = []
    invocations: list[Json] = []
    properties: Json = {}


@dataclass(slots=True, kw_only=True)
class Chunk:
    """A row of results as it stands in the file: bytes from `offset`, the first's number."""

    offset: int
    length: int
    first: int


@dataclass(slots=True, kw_only=True)
class RunPart:
    """One run of one input: its properties but `results`, and the chunks of those."""

    log: str
    """The input's name."""
    source: BinaryIO
    path: str
    """Where it stands in the input: `$.runs[0]`."""
    body: dict[str, Any] = field(default_factory=dict)
    chunks: list[Chunk] | None = None
    """None when the run has no results, not even an empty list (§3.14.23)."""
    count: int = 0
    suppressions: bool = False
    """Whether any result may carry the property; then all of a run must (§3.27.23)."""
    taxa: bool = False
    """Whether any result may carry the property."""

    @property
    def where(self) -> str:
        """The input and the path in it, for errors."""
        return f"{self.log}: {self.path}"

    @property
    def tool(self) -> str:
        """The driver's name."""
        return str(self.body["tool"]["driver"]["name"])


@dataclass(slots=True, kw_only=True)
class LogPart:
    """One input: its properties but `runs`, and those."""

    name: str
    body: dict[str, Any]
    runs: list[RunPart]


def read_skeleton(source: BinaryIO, name: str) -> LogPart:
    """Read a log from its start to its end, without keeping a result in memory."""
    stream = Stream(source, name, begin=as_object)
    log = LogPart(name=name, body={}, runs=[])
    found = False
    for key in _once(stream, "$"):
        if key == "runs":
            log.runs = _runs(stream, source)
            found = True
        else:
            log.body[key] = _value(stream, f"$.{key}")
    stream.end()
    has = {"version": "version" in log.body, "runs": found}
    check_head([key for key, there in has.items() if not there], name)
    check_version(log.body["version"], name)
    return log


def _runs(stream: Stream, source: BinaryIO) -> list[RunPart]:
    if stream.peek() == b"n" and stream.value() == b"null":
        raise LogError(NO_RUNS, where=f"{stream.name}: $.runs")
    _expect(stream, b"[", "$.runs", "an array")
    return [_run(stream, source, f"$.runs[{number}]") for number in stream.elements()]


def _run(stream: Stream, source: BinaryIO, path: str) -> RunPart:
    _expect(stream, b"{", path, "an object")
    part = RunPart(log=stream.name, source=source, path=path)
    for key in _once(stream, path):
        if key == "results":
            _results(stream, part, f"{path}.results")
        else:
            part.body[key] = _value(stream, f"{path}.{key}")
    _check_shape(part)
    return part


def _once(stream: Stream, path: str) -> Iterator[str]:
    """Give the names of an object, and refuse one that stands there twice."""
    seen: set[str] = set()
    for key in stream.members():
        if key in seen:
            raise twice(key, stream.name, path)
        seen.add(key)
        yield key


def _value(stream: Stream, path: str) -> Any:  # noqa: ANN401 - any JSON value
    data = stream.value()
    value = decode(data, stream.name, Any, path)
    check_names(as_utf8(data, stream.name), stream.name, path)
    return value


def _results(stream: Stream, part: RunPart, path: str) -> None:
    if stream.peek() == b"n":
        if stream.value() != b"null":
            raise LogError("an array was expected", where=f"{stream.name}: {path}")
        return
    _expect(stream, b"[", path, "an array")
    part.chunks = []
    for offset, row, count in stream.rows(_CHUNK):
        part.suppressions = part.suppressions or _SUPPRESSIONS in row
        part.taxa = part.taxa or _TAXA in row
        last = part.chunks[-1] if part.chunks else None
        if last and offset + len(row) - last.offset <= _CHUNK:
            last.length = offset + len(row) - last.offset
        else:
            part.chunks.append(Chunk(offset=offset, length=len(row), first=part.count))
        part.count += count


def _expect(stream: Stream, opening: bytes, path: str, what: str) -> None:
    found = stream.peek()
    if not found:
        raise stream.error(CUT)
    if found != opening:
        raise LogError(f"{what} was expected", where=f"{stream.name}: {path}")


def _check_shape(part: RunPart) -> None:
    """Make sure that folding finds arrays and objects where it looks for them."""
    try:
        msgspec.convert(part.body, _Run)
    except msgspec.ValidationError as error:
        raise log_error(error, part.log, part.path) from error
