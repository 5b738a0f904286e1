"""`.drawgate/baseline.json`: a baseline that people commit, one finding a line.

It holds no times and no line numbers, so two branches that change it merge like any sorted list;
with git's union driver without a conflict, as each line ends in a comma and may stand twice.
Texts of the code are not in it, only what `identity` made of the masked ones.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from drawgate.core.baseline import Baseline, Tool
from drawgate.core.errors import LogError
from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule
from drawgate.core.severity import Severity
from drawgate.sarif.emit_results import is_guid
from drawgate.sarif.text import as_text
from drawgate.triage.identity import (
    LINE_HASH,
    LINE_TEXT,
    MESSAGE,
    SCOPE,
    SECRET,
    TOKENS,
    TOKENS_1,
    derived,
)

FORMAT: Final = "drawgate/baseline/v1"
_KEYS: Final = {
    "context": LINE_HASH,
    "line": LINE_TEXT,
    "message": MESSAGE,
    "scope": SCOPE,
    "code": TOKENS,
    "tokens": TOKENS_1,
    "value": SECRET,
}
"""What the keys are called in the file."""
_HINT: Final = "write it anew with `drawgate report LOG -f baseline -o FILE`"


_LONGEST: Final = 1 << 16
"""Characters of a text: longer than any path, name or key."""
_LAST_COLUMN: Final = (1 << 31) - 1

_Text = Annotated[str, Meta(max_length=_LONGEST)]
_Guid = Annotated[
    str, Meta(pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$", max_length=36)
]
_Column = Annotated[int, Meta(ge=0, le=_LAST_COLUMN)]


class _Package(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The vulnerable package, in any version."""

    ecosystem: _Text
    name: _Text
    advisory: _Text
    aliases: tuple[_Text, ...] = ()


class _Entry(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """One finding; what of its code is kept are hashes of masked lines."""

    id: _Guid
    tool: _Text
    rule: _Text
    kind: Kind
    severity: Severity
    path: _Text = ""
    column: _Column = 0
    keys: dict[_Text, _Text] = {}
    package: _Package | None = None


class _Tool(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A scanner that ran."""

    name: _Text
    version: _Text = ""


class _LookedAt(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A package that a scanner looked at: `MANIFEST: REQUIREMENT`."""

    tool: _Text
    package: _Text


class _File(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What an earlier scan found."""

    format: str
    target: _Text = ""
    tools: tuple[_Tool | None, ...] = ()
    packages: tuple[_LookedAt | None, ...] = ()
    findings: tuple[_Entry | None, ...]
    """Each list ends in a null, so that no line of a finding is one without a comma."""


def schema() -> dict[str, Any]:
    """Give the JSON Schema of the file."""
    text = _PRIVATE.sub(r"\1", json.dumps(msgspec.json.schema(_File)))
    made: dict[str, Any] = json.loads(text)
    made["$defs"]["File"]["properties"]["format"] = {"const": FORMAT}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate baseline",
        **made,
    }


_PRIVATE: Final = re.compile(r'(["/])_(?=[A-Z])')
"""Before the names of our own classes."""


def is_baseline_file(data: bytes) -> bool:
    """Tell a baseline file from a log."""
    return b'"drawgate/baseline/' in data[:200]


def write_baseline(baseline: Baseline) -> bytes:
    """Write a baseline; malware is left out, for nobody may accept it."""
    kept = [each for each in baseline.findings if not each.malicious]
    tools = [{"name": tool.name, "version": tool.version} for tool in baseline.tools]
    packages = [{"package": p, "tool": t.name} for t in baseline.tools for p in t.looked_at]
    lists = {
        "tools": sorted(map(_line, tools)),
        "packages": sorted(map(_line, packages)),
        "findings": sorted(map(_line, map(_entry, kept))),
    }
    head = [f' "format": {_line(FORMAT)}', f' "target": {_line(baseline.target)}']
    body = [f' "{name}": [{_rows(lines)}]' for name, lines in lists.items()]
    return ("{\n" + ",\n".join((*head, *body)) + "\n}\n").encode("ascii")


def _rows(lines: list[str]) -> str:
    return "\n  " + ",\n  ".join((*lines, "null")) + "\n "


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def _entry(finding: Finding) -> dict[str, Any]:
    """Give the facts of a finding; the path comes first, so that lines are sorted by it."""
    region, place = finding.region, finding.location
    column = (region.start_column if region else place.column if place else 0) or 0
    keys = {
        name: _grouped(finding.fingerprints[key])
        for name, key in _KEYS.items()
        if key in finding.fingerprints
    }
    facts: dict[str, Any] = {
        "path": finding.path,
        "tool": finding.tool,
        "rule": finding.rule.id,
        "id": _guid(finding.identity),
        "kind": finding.kind.value,
        "severity": finding.severity.value,
        "column": column,
        "keys": keys,
        "package": _package(finding.dependency) if finding.dependency else None,
    }
    return {key: value for key, value in facts.items() if value or key in _REQUIRED}


def _grouped(value: str) -> str:
    """Write a hash in groups, as secret scanners take a long one for a credential."""
    return _EIGHT.sub(r"\1-", value) if _HASH.fullmatch(value) else value


_HASH: Final = re.compile(r"[0-9a-f]{24,}")
_GROUPS: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{1,8}){2,}")
_EIGHT: Final = re.compile(r"([0-9a-f]{8})(?=.)")


def _joined(value: str) -> str:
    return value.replace("-", "") if _GROUPS.fullmatch(value) else value


def _guid(identity: str) -> str:
    """Give an identity that a log may have in any form the form that all others have."""
    return identity if is_guid(identity) else derived(("written", identity), 0)


_REQUIRED: Final = frozenset(("tool", "rule", "id", "kind", "severity"))


def _package(dependency: Dependency) -> dict[str, Any]:
    facts = {
        "ecosystem": dependency.ecosystem,
        "name": dependency.name,
        "advisory": dependency.advisory,
        "aliases": sorted(dependency.aliases),
    }
    return {key: value for key, value in facts.items() if value}


def read_baseline(data: bytes, name: str) -> Baseline:
    """Read a baseline file. LogError: it is broken, and where."""
    try:
        file = msgspec.convert(json.loads(data, object_pairs_hook=_once), _File)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise _broken(error, name) from error
    if file.format != FORMAT:
        raise LogError("is a baseline of another layout", where=f"{name}: $.format", hint=_HINT)
    findings = tuple(_distinct(filter(None, file.findings)))
    looked_at: dict[str, set[str]] = {}
    for item in filter(None, file.packages):
        looked_at.setdefault(item.tool, set()).add(item.package)
    return Baseline(
        source=name,
        findings=findings,
        target=file.target,
        tools=tuple(
            Tool(name=t.name, version=t.version, looked_at=frozenset(looked_at.get(t.name, ())))
            for t in {t.name: t for t in file.tools if t}.values()
        ),
    )


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a key that stands twice, as two branches may leave it: the first would be lost."""
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError
    return found


def _broken(error: Exception, name: str) -> LogError:
    """Say where it is broken, and repeat nothing that stands there."""
    match error:
        case json.JSONDecodeError(lineno=line, colno=column):
            where, what = f"{name}: line {line}, column {column}", "is no JSON (a merge conflict?)"
        case msgspec.ValidationError():
            said, _, path = str(error).rpartition(" - at ")
            where, what = f"{name}: {path.strip('`')}" if said else name, "is no baseline"
        case _:
            where, what = name, "is no baseline"
    return LogError(what, where=where, hint=_HINT)


def _distinct(entries: Iterable[_Entry]) -> Iterator[Finding]:
    """Give each finding once: two branches may have written it, one of them with another key."""
    yield from ({entry.id: _finding(entry) for entry in entries}.values())


def _finding(entry: _Entry) -> Finding:
    """Give the finding; only in a path may half a surrogate stand, for a byte that is no text."""
    keys: Mapping[str, str] = {
        _KEYS[name]: as_text(_joined(value)) for name, value in entry.keys.items() if name in _KEYS
    }
    return Finding(
        kind=entry.kind,
        rule=Rule(id=as_text(entry.rule)),
        message="",
        location=Location(path=entry.path, column=entry.column or None) if entry.path else None,
        dependency=_dependency(entry.package) if entry.package else None,
        tool=as_text(entry.tool),
        severity=entry.severity,
        fingerprints=keys,
        identity=entry.id,
    )


def _dependency(package: _Package) -> Dependency:
    return Dependency(
        ecosystem=as_text(package.ecosystem),
        name=as_text(package.name),
        version="",
        advisory=as_text(package.advisory),
        aliases=tuple(map(as_text, package.aliases)),
    )
