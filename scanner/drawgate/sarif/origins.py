"""Which repository a run is about, as far as its log tells: runs of two are never one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from drawgate.sarif import names
from drawgate.sarif.objects import encode
from drawgate.sarif.skeleton import LogPart, RunPart
from drawgate.sarif.uri import is_absolute, to_uri

Json = dict[str, Any]

_ADDRESS: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/@]*@)?(.*?)(?:\.git)?/*")
_PORT: Final = re.compile(r"^([^/:]+):(?:\d{1,5}/)?/*")
"""`host:owner/name`, as git over ssh writes it, is `host/owner/name`; a port says nothing."""
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
        scanned = scans if own is None else [own]
        targets = (encode([own.get("name"), own.get("commit")]),) if own else everything
        addresses, roots = tuple(sorted(_addresses(run.body))), tuple(sorted(_roots(run.body)))
        called = scanned[0].get("name", "") if len(scanned) == 1 else ""
        found = str(called) or next((each for each in (*addresses, *roots)), "")
        name = to_uri(found.rstrip("/").rpartition("/")[2], safe="")
        yield run, Origin(targets, addresses, roots, name)


def _target(run: RunPart) -> Json | None:
    held = (run.body.get("properties") or {}).get(names.TARGET)
    return held if run.tool == names.SCAN and isinstance(held, dict) else None


def _addresses(body: Json) -> set[str]:
    """Give the repositories' addresses, without scheme, user and `.git`."""
    said = body.get("versionControlProvenance")
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
