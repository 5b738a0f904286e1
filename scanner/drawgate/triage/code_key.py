"""What a finding's code was when somebody approved it, as keys that a waiver keeps.

A key looks like a UUID, so that no secret scanner takes the hashes of a waiver for credentials.
"""

from collections.abc import Iterable
from typing import Final

from drawgate.core.finding import Finding
from drawgate.triage.digest import digest
from drawgate.triage.identity import LINE_TEXT, SECRET, TOKENS, WHOLE

_KEYS: Final = {"line": (LINE_TEXT,), "region": (WHOLE, TOKENS), "secret": (SECRET,)}
"""By name, the fingerprints that tell it, the one that tells most first."""


def code_of(finding: Finding) -> tuple[str, ...]:
    """Give the keys to keep; none for a package, whose version says it all."""
    if finding.dependency:
        return ()
    told = {name: map(finding.fingerprints.get, keys) for name, keys in _KEYS.items()}
    known = {name: next(filter(None, values), "") for name, values in told.items()}
    return tuple(f"{name}:{_as_uuid(value)}" for name, value in known.items() if value)


def same_code(approved: Iterable[str], finding: Finding) -> bool:
    """Tell whether the code is still what was approved, whatever a formatter did to a region.

    A secret that has a keyed hash must have the same one, where one was kept. Code without any
    key can't be compared, and is not the same.
    """
    kept = frozenset(approved)
    if not kept or finding.dependency:
        return True
    now = dict(key.split(":", 1) for key in code_of(finding))
    names = {key.partition(":")[0] for key in kept}
    if "secret" in names and "secret" in now and f"secret:{now['secret']}" not in kept:
        return False
    name = "region" if _spans(finding) and "region" in now else "line"
    return name in now and f"{name}:{now[name]}" in kept


def _spans(finding: Finding) -> bool:
    region = finding.region
    return region is not None and (region.end_line or region.start_line) > region.start_line


def _as_uuid(value: str) -> str:
    text = digest(value)
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))
