"""What an adapter gave, checked before anything relies on it: it may be anybody's code."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from drawgate.core.adapter import Adapter, Command, Grain, Job, Report
from drawgate.core.border import ASK
from drawgate.core.errors import ScannerError
from drawgate.core.finding import Finding, Location
from drawgate.core.target import NotAssessed
from drawgate.core.words import plain

_MOST: Final = 1 << 31
_LONGEST: Final = 1 << 20
"""Characters of a text. No person reads more, and each report holds it several times."""
_WORST: Final = 10.0


def check_command(command: object) -> None:
    """Make sure that it can be started; raises ScannerError."""
    if not isinstance(command, Command):
        raise ScannerError(f"the adapter gave {type(command).__name__} instead of a Command")
    _expect("args", command.args, tuple, str)
    _expect("ok", command.ok, frozenset, int)
    _expect("files", command.files, Mapping, str)
    _expect("the content of files", tuple(command.files.values()), tuple, bytes)
    _expect("env", command.env, Mapping, str)
    _expect("the values of env", tuple(command.env.values()), tuple, str)
    if type(command.timeout) not in (int, float) or not command.timeout >= 0:
        raise ScannerError("the adapter is wrong: timeout shall be a number of seconds", hint=ASK)
    if any("\0" in word for word in (*command.args, *command.env, *command.env.values())):
        raise ScannerError("the adapter's command holds a NUL, which ends a word")
    for name in command.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts:
            raise ScannerError(f"the adapter wants to write outside of its directory: {name}")


def check_report(report: object, adapter: Adapter, job: Job) -> None:
    """Make sure that it is a report throughout, about this job and nothing else.

    Later stages open the files it names and count what it says was looked at. Raises
    ScannerError.
    """
    if not isinstance(report, Report):
        raise ScannerError(f"the adapter gave {type(report).__name__} instead of a Report")
    _expect("findings", report.findings, tuple, Finding)
    _expect("looked_at", report.looked_at, frozenset, str)
    _expect("not_assessed", report.not_assessed, tuple, NotAssessed)
    for item in report.not_assessed:
        _check_missed(item)
    _expect("documents", report.documents, Mapping, str)
    _expect("the content of documents", tuple(report.documents.values()), tuple, bytes)
    for finding in report.findings:
        _check_finding(finding)
    places = [finding.location for finding in report.findings if finding.location is not None]
    _expect("the location of findings", places, list, Location)
    paths = sorted({place.path for place in places})
    _refuse("reports a finding in", _strange(paths, adapter, job))
    strangers = report.looked_at.difference(job.subjects, job.inputs)
    _refuse("says that it looked at", sorted(strangers))
    if adapter.grain is Grain.FILE and job.inventory is None:
        missed = {item.subject for item in report.not_assessed}
        _refuse("could not look at", sorted(missed.difference(job.inputs)))
    _expect("slow", report.slow, frozenset, str)
    _refuse("ran out of time on", sorted(report.slow.difference(job.inputs)))
    _refuse("made the document", (name for name in sorted(report.documents) if not _clean(name)))


def _check_finding(finding: Finding) -> None:
    """Refuse values of a wrong type: a tool's JSON may hold null or NaN where a text should be."""
    rule, place = finding.rule, finding.location
    texts = (
        finding.message, finding.reported_severity, finding.confidence, rule.id, rule.name,
        rule.description, rule.help, rule.help_uri, *rule.tags, *finding.properties.values(),
    )  # fmt: skip
    if not all(isinstance(text, str) for text in texts):
        raise ScannerError(f"a text is missing in a finding of {plain(str(rule.id))[:100]}")
    if max(map(len, texts)) > _LONGEST:
        raise ScannerError(f"a text in a finding of {plain(rule.id)[:100]} is endless")
    numbers = [*rule.cwe]
    if place is not None:
        numbers += [n for n in (place.line, place.end_line) if n is not None]
        columns = [n for n in (place.column, place.end_column) if n is not None]
        if not all(type(n) is int and 0 <= n <= _MOST for n in columns):
            raise ScannerError(f"a finding of {rule.id} has an impossible column")
    if not all(type(n) is int and 0 < n <= _MOST for n in numbers):
        raise ScannerError(f"a finding of {rule.id} has an impossible line or weakness number")
    if finding.score is not None and not 0 <= finding.score <= _WORST:
        raise ScannerError(f"a finding of {rule.id} has a score outside of 0 to 10")


def _check_missed(item: NotAssessed) -> None:
    texts = (item.subject, item.reason, item.path, item.unparsed)
    if not all(isinstance(text, str) for text in texts):
        raise ScannerError("a text is missing in what it says was not assessed")
    if max(map(len, texts)) > _LONGEST:
        raise ScannerError("a text in what it says was not assessed is endless")
    if item.line is not None and not (type(item.line) is int and 0 < item.line <= _MOST):
        raise ScannerError("what it says was not assessed has an impossible line")


def _strange(paths: Iterable[str], adapter: Adapter, job: Job) -> Iterator[str]:
    """Give the paths that no finding of this job can have."""
    known = _files(adapter, job)
    return (path for path in paths if not _clean(path) or (known and path not in known))


def _files(adapter: Adapter, job: Job) -> frozenset[str]:
    """Give the only files a finding may be in; none where a tool looks around by itself."""
    if job.inventory is not None:
        pinned = (pin.manifest for pin in job.inventory.pins)
        return frozenset((*job.inputs, *job.inventory.manifests, *pinned))
    return frozenset(job.inputs) if adapter.grain is Grain.FILE else frozenset()


def _clean(path: str) -> bool:
    """Tell whether it is relative, as short as can be, and stays below where it starts."""
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts and str(pure) == path != "."


def _refuse(what: str, wrong: Iterable[str]) -> None:
    for first in wrong:
        named = plain(first)[:200]
        raise ScannerError(f"the adapter {what} {named!r}, which it was not given", hint=ASK)


def _expect(name: str, value: Iterable[object], container: type, item: type) -> None:
    if isinstance(value, container) and all(isinstance(each, item) for each in value):
        return
    wanted = f"{container.__name__} of {item.__name__}"
    raise ScannerError(f"the adapter is wrong: {name} shall be {wanted}", hint=ASK)
