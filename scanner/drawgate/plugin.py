"""Everything an adapter may import; this module is the interface other people build on."""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from posixpath import normpath
from textwrap import shorten
from typing import Any, Final, NoReturn, TypeAlias

from drawgate.core.adapter import Adapter, Command, Grain, Job, Need, Output, Report, Tool
from drawgate.core.dependency import Graph, Inventory, Pin
from drawgate.core.errors import ScannerError
from drawgate.core.exploit import MALWARE
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Rule,
    Suppression,
    SuppressionKind,
    Unit,
)
from drawgate.core.manifest import is_manifest
from drawgate.core.target import Encoding, File, NotAssessed, Target
from drawgate.resources import rules, ruleset

__all__ = [
    "Adapter",
    "Command",
    "Dependency",
    "Encoding",
    "File",
    "Finding",
    "Grain",
    "Inventory",
    "Job",
    "Json",
    "Kind",
    "Location",
    "Need",
    "NotAssessed",
    "Output",
    "Pin",
    "Report",
    "Rule",
    "ScannerError",
    "Suppression",
    "Target",
    "Tool",
    "Unit",
    "as_argument",
    "as_path",
    "by_comment",
    "call",
    "check_code",
    "check_list",
    "is_manifest",
    "json_answer",
    "manifests",
    "needs",
    "not_audited",
    "not_looked_at",
    "not_parsed",
    "not_utf8",
    "pins",
    "python_files",
    "rules",
    "ruleset",
    "vulnerable",
    "weaknesses",
]

Json: TypeAlias = Any
"""A decoded answer of a tool: nobody knows what is in it before it is read."""


def as_argument(path: str) -> str:
    """Write a path of the target so that no tool can take it for an option."""
    return f"./{path}"


def as_path(reported: str) -> str:
    """Undo `as_argument` on a path that a tool printed, which may have put more before it."""
    return normpath(reported)


def call(
    job: Job,
    *options: str,
    ok: Collection[int] = (0,),
    files: Mapping[str, bytes] | None = None,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> Command:
    """Make a command of options, with the job's files behind them."""
    args = (*options, *map(as_argument, job.inputs))
    return Command(args=args, ok=frozenset(ok), files=files or {}, cwd=cwd, env=env or {})


_RUNNERS: Final = ("python", "pypy", "uv", "pipx")


def python_files(target: Target) -> tuple[str, ...]:
    """Give the files of Python source, by name or by the interpreter of their `#!` line."""
    named = target.named("*.[pP][yY]", "*.[pP][yY][wW3]")
    return tuple(sorted({*named, *target.scripts(*_RUNNERS)}))


def not_utf8(file: File) -> str:
    """Say why a tool that reads and writes plain UTF-8 can't be given a file, or nothing."""
    if file.encoding is not Encoding.UTF8:
        return "it reads UTF-8 only, which this file is not"
    return "" if file.path.isprintable() else "it can't write this name: not all of it is text"


def by_comment(tool: str) -> tuple[Suppression, ...]:
    """Mark a finding that the tool itself says a comment in the source hides."""
    said = f"a comment in the source, which {tool} obeys"
    return (Suppression(kind=SuppressionKind.IN_SOURCE, justification=said),)


def json_answer(
    tool: str,
) -> Callable[[Callable[[Json, Output], Report]], Callable[[Output], Report]]:
    """Make a `parse` of a function that takes what the tool printed, decoded, and the output.

    Whatever such a function stumbles over (a missing key, a null, a text for a number) means
    that the tool gave no full answer, and so does what is no JSON.
    """

    def decorate(read: Callable[[Json, Output], Report]) -> Callable[[Output], Report]:
        @wraps(read)
        def parse(output: Output) -> Report:
            try:
                return read(json.loads(output.stdout, parse_constant=_no_number), output)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
                what = f"{tool}'s answer can't be read: {type(error).__name__}: {error}"
                raise ScannerError(what) from error

        return parse

    return decorate


def check_list(value: list[Json]) -> list[Json]:
    """Refuse what is no list: an empty object, too, would look like one without findings."""
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def check_code(tool: str, output: Output, findings: Collection[object], found: int = 1) -> None:
    """Refuse an exit code that contradicts the list; `found` is the one for "has findings"."""
    if bool(findings) != (output.code == found):
        raise ScannerError(f"{tool} exited with {output.code} but listed {len(findings)} findings")


def not_looked_at(path: str, reason: str) -> NotAssessed:
    """Say why a file of the target is not assessed."""
    return NotAssessed(subject=path, path=path, reason=reason)


def not_parsed(path: str, tool: str, python: str) -> NotAssessed:
    """Say which Python could not parse a file; triage adds which one would do."""
    reason = f"{tool} runs on Python {python or '(unknown)'}, which can't parse this file"
    return NotAssessed(subject=path, path=path, reason=reason, unparsed=python)


def vulnerable(
    pin: Pin, advisory: str, *, aliases: Iterable[str], fixed: Iterable[str], text: str
) -> Finding:
    """Make a finding of what a database says about a pinned package of Python."""
    from packaging.version import Version  # noqa: PLC0415 - most adapters do without

    others = tuple(sorted({*aliases} - {advisory}))  # the tools' order changes from run to run
    later = sorted({*map(Version, fixed)})
    mended = tuple(str(fix) for fix in later if fix > Version(pin.version))
    summary = shorten(text, 160, placeholder="…")
    known = f"{advisory} ({', '.join(others)})" if others else advisory
    remedy = f"Fixed in {', '.join(mended)}." if mended else "No fixed version is known."
    return Finding(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=advisory, description=summary),
        message=f"{pin.name} {pin.version} has {known}: {summary.rstrip('.')}. {remedy}",
        location=Location(path=pin.manifest, line=pin.line),
        dependency=Dependency(
            ecosystem=pin.ecosystem,
            name=pin.name,
            version=pin.version,
            advisory=advisory,
            aliases=others,
            fixed=mended,
            malicious=any(name.startswith(MALWARE) for name in (advisory, *others)),
        ),
    )


def weaknesses(texts: list[Json]) -> tuple[int, ...]:
    """Give the numbers of texts like `CWE-89: …`; one without a number is an error."""
    return tuple(int(text.removeprefix("CWE-").partition(":")[0]) for text in texts)


def not_audited(pin: Pin, reason: str) -> NotAssessed:
    """Say why a pinned package is not assessed."""
    return NotAssessed(subject=pin.subject, path=pin.manifest, line=pin.line, reason=reason)


def manifests(target: Target) -> tuple[str, ...]:
    """Give the files that name packages: the inputs of every adapter that asks about them."""
    named = (file.path for file in target.files if is_manifest(file.path))
    return tuple(sorted({*named, *target.lists}))


def pins(job: Job, ecosystem: str) -> tuple[Pin, ...]:
    """Give the pinned packages of one ecosystem; a job may hold others as well."""
    known = job.inventory.pins if job.inventory else ()
    return tuple(pin for pin in known if pin.ecosystem == ecosystem)


_VERSIONS: Final = 50
Named = tuple[str, str]
"""A package: its name and version."""


def needs(job: Job, ecosystem: str) -> Mapping[Named, list[Named]]:
    """Give the pinned packages of which a manifest tells what they need, each with those it does.

    All is sorted. Where a manifest names a package without a version, each pin of that name in it
    is meant. What it needs with an extra only is left out: it may not be installed for it.
    """
    versions: dict[Named, set[str]] = {}
    for pin in pins(job, ecosystem):
        versions.setdefault((pin.manifest, pin.name), set()).add(pin.version)
    found: dict[Named, set[Named]] = {}
    for graph in job.inventory.graphs if job.inventory else ():
        for node in graph.nodes if graph.edges else ():
            for own in _meant(graph, (node.name, node.version), versions):
                needed = (each for need in node.needs for each in _meant(graph, need, versions))
                found.setdefault(own, set()).update(needed)
    return {own: sorted(found[own] - {own}) for own in sorted(found)}


def _meant(graph: Graph, named: Named, versions: Mapping[Named, set[str]]) -> Iterator[Named]:
    name, version = named
    known = versions.get((graph.manifest, name), ())
    if not version and len(known) > _VERSIONS:
        return  # a target may write so many that nobody could list who needs which
    yield from ((name, each) for each in known if version in ("", each))


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
