"""Which repository a run is about, as far as its log tells: runs of two are never one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

import msgspec

from drawgate.sarif import names
from drawgate.sarif.objects import encode
from drawgate.sarif.skeleton import LogPart, RunPart
from drawgate.sarif.uri import is_absolute, to_uri

Json = dict[str, Any]

_ADDRESS: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/@]*@)?(.*?)(?:\.git)?/*")
_PORT: Final = re.compile(r"^([^/:]+):(?:\d{1,5}/)?/*")
"""`host:owner/name`, as git over ssh writes it, is `host/owner/name`; a port says nothing."""
_SAID: Final = "versionControlProvenance"
_ROOT: Final = re.compile(r"(?i)root")


@dataclass(frozen=True, slots=True)
class Origin:
    """What tells the repository of one run from that of another; all empty: nobody knows."""

    targets: tuple[bytes, ...] = ()
    """What our own scans in the same log looked at."""
    addresses: tuple[str, ...] = ()
    """Of its version control (§3.14.15)."""
    roots: tuple[str, ...] = ()
    """Names of the folders that its places are relative to (§3.14.14): where a checkout lies
    differs from machine to machine, and what it is called seldom does."""
    name: str = ""
    """A word for it that can stand in a category."""


def origins(log: LogPart) -> Iterator[tuple[RunPart, Origin]]:
    """Say for each run of a log where it comes from."""
    scans = [target for run in log.runs if (target := _target(run)) is not None]
    everything = tuple(sorted({encode([one.get("name"), one.get("commit")]) for one in scans}))
    for run in log.runs:
        own = _target(run)
        if own is None and (mark := _mark(run)):  # of a merged log, which has several scans
            own = next((scan for scan in scans if _label(scan) == mark), None)
        scanned = scans if own is None else [own]
        targets = (encode([own.get("name"), own.get("commit")]),) if own else everything
        addresses, roots = tuple(sorted(_addresses(run.body))), tuple(sorted(_roots(run.body)))
        called = scanned[0].get("name", "") if len(scanned) == 1 else ""
        found = str(called) or next((each for each in (*addresses, *roots)), "")
        name = to_uri(found.rstrip("/").rpartition("/")[2], safe="")
        yield run, Origin(targets, addresses, roots, name)


class _Run(msgspec.Struct):
    said: Any = msgspec.field(name=_SAID, default=None)


class _Log(msgspec.Struct):
    runs: list[_Run]


def repositories(data: bytes) -> dict[int, str]:
    """Say of each run of a sound log which repository it names, if the log names several."""
    if _SAID.encode() not in data:
        return {}
    runs = msgspec.json.decode(data, type=_Log).runs
    said = {number: sorted(_addresses({_SAID: run.said})) for number, run in enumerate(runs)}
    found = {number: " ".join(addresses) for number, addresses in said.items() if addresses}
    return found if len(set(found.values())) > 1 else {}


def mark(logs: Iterable[LogPart]) -> None:
    """Write on each run which repository our scan beside it was about, if there are several.

    Two scans of one commit are about one repository, whatever its folder is called.
    """
    scans = {
        number: {_label(held) for run in log.runs if (held := _target(run)) is not None}
        for number, log in enumerate(logs)
    }
    if len(set().union(*scans.values())) < 2:  # noqa: PLR2004 - nothing to tell apart
        return
    for number, log in enumerate(logs):
        label = next(iter(scans[number])) if len(scans[number]) == 1 else ""
        for run in log.runs:
            if label and run.tool != names.SCAN and not _mark(run):
                run.body.setdefault("properties", {})[names.ORIGIN] = label


def _label(target: Json) -> str:
    return str(target.get("commit") or target.get("name") or "")


def _mark(run: RunPart) -> str:
    held = (run.body.get("properties") or {}).get(names.ORIGIN)
    return held if isinstance(held, str) else ""


def _target(run: RunPart) -> Json | None:
    held = (run.body.get("properties") or {}).get(names.TARGET)
    return held if run.tool == names.SCAN and isinstance(held, dict) else None


def _addresses(body: Json) -> set[str]:
    """Give the repositories' addresses, without scheme, user and `.git`."""
    said = body.get(_SAID)
    said = said if isinstance(said, list) else []  # whatever is wrong in it, others refuse
    uris = (one.get("repositoryUri") for one in said if isinstance(one, dict))
    return {_address(uri) for uri in uris if isinstance(uri, str) and uri}


def _address(uri: str) -> str:
    match = _ADDRESS.fullmatch(uri)
    return _PORT.sub(r"\1/", match[1] if match else uri).lower()


def _roots(body: Json) -> set[str]:
    places = (body.get("originalUriBaseIds") or {}).items()
    roots = [
        place.get("uri")
        for name, place in places
        if _ROOT.search(name) and isinstance(place, dict) and not place.get("uriBaseId")
    ]
    absolute = (uri for uri in roots if isinstance(uri, str) and is_absolute(uri))
    return {last for uri in absolute if (last := unquote(uri).rstrip("/").rpartition("/")[2])}
