"""One run of a log into one attempt: it ran, or it failed."""

from collections.abc import Iterator
from functools import cache
from typing import Final

import msgspec

from drawgate.core.adapter import Grain, Report
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import Failed, Ran, Subject, ToolFacts
from drawgate.core.finding import Finding, Kind, State
from drawgate.resources import read_table
from drawgate.sarif import names
from drawgate.sarif.decode import log_error
from drawgate.sarif.ingest_notes import read_notes
from drawgate.sarif.ingest_places import Places
from drawgate.sarif.ingest_results import Reader
from drawgate.sarif.ingest_rules import Rules
from drawgate.sarif.model import ArtifactLocation, Result, Run
from drawgate.sarif.references import below
from drawgate.sarif.uri import from_uri

_TARGET_ROLE: Final = "analysisTarget"
_NO_PROBLEM: Final = frozenset({"pass", "notApplicable"})
"""Result kinds that say there is no problem (§3.27.9)."""


class _Coverage(msgspec.Struct):
    """The part of `drawgate/coverage` that can't be counted again."""

    assumed: bool = False


class _Own(msgspec.Struct, kw_only=True):
    """What Drawgate says about an attempt, under its own names."""

    kind: Kind | None = msgspec.field(name=names.KIND, default=None)
    grain: Grain = msgspec.field(name=names.GRAIN, default=Grain.TREE)
    homepage: str = msgspec.field(name=names.HOMEPAGE, default="")
    applicable: bool = msgspec.field(name=names.APPLICABLE, default=True)
    python: str = msgspec.field(name=names.PYTHON, default="")
    ruleset: str = msgspec.field(name=names.RULESET, default="")
    advisories: AdvisoryData | None = msgspec.field(name=names.ADVISORIES, default=None)
    coverage: _Coverage | None = msgspec.field(name=names.COVERAGE, default=None)
    origin: str = msgspec.field(name=names.ORIGIN, default="")


def read_run(run: Run, log: str, number: int, category: str, origin: str = "") -> Ran | Failed:
    """Read the run at `$.runs[number]` of the log.

    `origin` says which repository it is about where the run does not say so itself.
    """
    try:
        return _read(run, category, origin)
    except msgspec.ValidationError as error:
        raise log_error(error, log, f"$.runs[{number}]") from error


def _read(run: Run, category: str, origin: str) -> Ran | Failed:
    with below("properties"):
        own = msgspec.convert(run.properties, _Own)
    kind = own.kind or kind_of(run.tool.driver.name)
    subject, tool = _subject(run, own, kind, category, origin), _tool(run, own)
    if outside := _outside(run):
        return Failed(subject=subject, error=outside, tool=tool)
    places = Places(run)
    findings, absent = _findings(run, kind, places)
    notes = read_notes(run, places, found=bool(findings))
    looked_at = _looked_at(run, places, ours=own.coverage is not None)
    report = Report(
        findings=findings,
        looked_at=looked_at,
        not_assessed=notes.not_assessed,
        assumed=own.coverage.assumed if own.coverage else True,
        # An empty list alone is what a tool also writes that never got to look.
        proven=bool(run.results or run.invocations or looked_at),
    )
    error = notes.error or _missing(run)
    if error:
        return Failed(subject=subject, error=error, hint=notes.hint, partial=report, tool=tool)
    return Ran(subject=subject, report=report, tool=tool, absent=absent)


def category_of(run: Run, *, several: bool) -> str:
    """Give what tells runs of one tool apart: our own part, else the SARIF category (§3.17.3).

    A foreign category is only kept where the log has several runs of the tool.
    """
    details = run.automation_details
    identifier = (details.id if details else None) or ""
    own = names.part_of(run.tool.driver.name, identifier)
    if own is not None:
        return own
    return identifier.rpartition("/")[0] if several else ""


def kind_of(tool: str) -> Kind:
    """Look the tool up by its name, or by the name's first word ("Trivy Vulnerability …")."""
    kinds, name = _kinds(), tool.lower()
    return kinds.get(name) or kinds.get(name.partition(" ")[0]) or Kind.CODE


@cache
def _kinds() -> dict[str, Kind]:
    return read_table("tool_kinds", lambda raw: {k: Kind(v) for k, v in raw["tools"].items()})


def _findings(
    run: Run, kind: Kind, places: Places
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """Read the problems: those that are there, and those that are not any more (§3.27.24)."""
    reader = Reader(run=run, rules=Rules(run), places=places, kind=kind)
    findings = []
    for index, result in enumerate(run.results or ()):
        if _is_problem(result):
            with below(f"results[{index}]"):
                findings.append(reader.read(result))
    present = tuple(each for each in findings if each.state is not State.ABSENT)
    return present, tuple(each for each in findings if each.state is State.ABSENT)


def _is_problem(result: Result) -> bool:
    """Leave out what the tool itself says is no problem.

    A result that passed can't have a level (§3.27.10): one that says both counts as a problem.
    """
    return result.kind not in _NO_PROBLEM or result.level not in (None, "none")


def _looked_at(run: Run, places: Places, *, ours: bool) -> frozenset[str]:
    """Take the analysis targets, and for a foreign log everything it names as a file."""
    artifacts = {
        from_uri(artifact.location.uri) if ours else _artifact(places, number, artifact.location)
        for number, artifact in enumerate(run.artifacts)
        if artifact.location
        and artifact.location.uri
        and (_TARGET_ROLE in artifact.roles or (not ours and not artifact.roles))
    }
    if ours:
        packages = (place.fully_qualified_name for place in run.logical_locations)
        return frozenset(artifacts | {name for name in packages if name})
    return frozenset((artifacts | set(_in_results(run, places))) - {""})


def _artifact(places: Places, number: int, location: ArtifactLocation) -> str:
    return places.path(location, f"artifacts[{number}].location.index")


def _in_results(run: Run, places: Places) -> Iterator[str]:
    for index, result in enumerate(run.results or ()):
        with below(f"results[{index}]"):
            yield from (path for _, path, _ in places.of_result(result))


def _subject(run: Run, own: _Own, kind: Kind, category: str, origin: str) -> Subject:
    driver = run.tool.driver
    return Subject(
        name=driver.name,
        kind=kind,
        grain=own.grain,
        homepage=own.homepage or driver.information_uri or "",
        applicable=own.applicable,
        category=category,
        origin=own.origin or origin,
    )


def _tool(run: Run, own: _Own) -> ToolFacts:
    driver = run.tool.driver
    return ToolFacts(
        version=driver.version or driver.semantic_version or "",
        python=own.python,
        ruleset=own.ruleset,
        advisories=own.advisories,
    )


def _missing(run: Run) -> str:
    """Say that results should be there and are not: no results is no clean bill (§3.14.23)."""
    if run.results is None:
        return "the log has no results for this run: the tool did not get as far as looking"
    return ""


def _outside(run: Run) -> str:
    """Say what other files hold that the results can't be judged without (§3.15).

    Not even the results that are here are then read: their rules, levels or places may be there.
    """
    files = run.external_property_file_references
    kept = [name for name in msgspec.structs.asdict(files) if getattr(files, name)] if files else []
    if not kept:
        return ""
    return f"the log keeps {' and '.join(kept)} of this run in other files, which are not read"
