"""The log for GitHub code scanning: within its limits by construction, and saying what it lacks.

GitHub takes every run for all that a tool has to say, and closes the alerts that a run does not
repeat. So a tool that failed has no run here, nor has one of which nothing shows that it looked at
anything, and a partial scan has no log at all.
"""

import gzip
import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Final

import msgspec

from drawgate.core.adapter import Report
from drawgate.core.attempt import Failed, Ran
from drawgate.core.finding import Finding, Kind, sort_key
from drawgate.core.scan import Scan
from drawgate.core.words import count
from drawgate.sarif import fingerprint, model, names
from drawgate.sarif.emit import driver_of
from drawgate.sarif.emit_notes import declare, left_out
from drawgate.sarif.emit_rules import LEVELS, Index, index_rules
from drawgate.sarif.github_limits import MESSAGE, NAME, PLAIN, RESULTS, RUNS, SIZE
from drawgate.sarif.github_place import Anchors, anchors, places, repository_path
from drawgate.sarif.github_rules import cut, fitted, rule_id
from drawgate.sarif.text import as_text

NAME_OF_LOG: Final = "github.sarif"
_ENCODER: Final = msgspec.json.Encoder()
_HASH: Final = "primaryLocationLineHash"
_LINK: Final = re.compile(r"\]\s*\(")
_ENVELOPE: Final = 1_000
"""Bytes of a log beside its runs, and to spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What can be uploaded, and what a reader must know about it."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    """By name: `github.sarif`, and `github-2.sarif` and so on where one can't hold all runs."""
    said: tuple[str, ...] = ()
    """Sentences about what GitHub will not see."""
    refusal: str = ""
    """Why there is nothing to upload."""


def prepare(scan: Scan) -> Upload:
    """Write what GitHub shall see of a scan."""
    if scan.target.partial:
        why = f"only a part of the target was looked at ({scan.target.partial})"
        return Upload(refusal=f"{why}; GitHub would close the alerts of all the rest")
    ran = [each for each in scan.attempts if isinstance(each, Ran) and _shows(each)]
    if not ran and any(isinstance(each, Ran) for each in scan.attempts):
        return Upload(refusal="nothing shows that a scanner looked; GitHub would close all alerts")
    if not ran:
        return Upload(refusal="no scanner ran; an empty log would close all alerts")
    where = anchors(scan)
    written = [_written(attempt, where, scan.label(attempt.subject)) for attempt in ran]
    files = {file_name(n): _log(runs) for n, runs in enumerate(_packed(written), 1)}
    said = [*_absent(scan), *(run.said for run in written if run.said), *_several(len(files))]
    return Upload(files=files, said=tuple(said))


def _shows(attempt: Ran) -> bool:
    """Tell whether its findings are all there are, so that alerts it does not repeat are mended.

    A list of components never has any, and makes no tool of code scanning.
    """
    return attempt.subject.kind is not Kind.SBOM and not _saw_nothing(attempt.report)


def _saw_nothing(report: Report) -> bool:
    return not report.proven or bool(
        report.not_assessed and not report.looked_at and not report.findings
    )


def with_notes(scan: Scan, upload: Upload) -> Scan:
    """Have the scan say what its upload lacks, so that the verdict and every report say it."""
    target = scan.target
    return replace(scan, target=replace(target, notes=(*target.notes, *upload.said)))


def file_name(number: int, name: str = NAME_OF_LOG) -> str:
    """Give the name of the first, second, … file."""
    path = PurePath(name)
    return name if number == 1 else f"{path.stem}-{number}{path.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """One run, encoded."""

    data: bytes
    weight: int
    """Bytes it adds to a compressed file, at most."""
    said: str = ""


def _written(attempt: Ran, where: Anchors, label: str) -> _Written:
    """Write a run with the worst of its findings: as many as GitHub keeps, and as fit a file."""
    counted = sorted((f for f in attempt.report.findings if _counts(f)), key=_worst_first)
    kept = counted[:RESULTS]
    while True:
        said = _said(label, len(counted), len(kept))
        data = _ENCODER.encode(_run(attempt, kept, where, said))
        weight = len(gzip.compress(data, 6, mtime=0))
        room = min((SIZE - _ENVELOPE) / weight, (PLAIN - _ENVELOPE) / len(data))
        if room >= 1:
            return _Written(data=data, weight=weight, said=said)
        kept = kept[: int(len(kept) * room * 0.95)]


def _counts(finding: Finding) -> bool:
    """Tell whether it is an open problem that no other finding speaks for."""
    return not (finding.suppressed or finding.folded)


def _worst_first(finding: Finding) -> tuple[object, ...]:
    return (finding.severity.order, -(finding.score or 0.0), *sort_key(finding))


def _said(label: str, found: int, kept: int) -> str:
    if found == kept:
        return ""
    why = f"GitHub keeps {RESULTS:,} of a tool" if kept == RESULTS else "a file can't hold more"
    missing = f"{found - kept:,} of {count(found, 'finding')}"
    return f"{NAME_OF_LOG} leaves out {missing} of {label}, the least severe: {why}"


def _run(attempt: Ran, findings: list[Finding], where: Anchors, said: str) -> model.Run:
    rules = index_rules(findings)
    driver = driver_of(attempt)
    driver.name = cut(driver.name, NAME) or names.SCAN
    driver.rules = [fitted(rule) for _, rule in rules.values()]
    invocation = model.Invocation(
        execution_successful=True, tool_execution_notifications=[left_out(said)] if said else []
    )
    driver.notifications = declare(invocation)
    subject = attempt.subject
    return model.Run(
        tool=model.Tool(driver=driver),
        automation_details=model.AutomationDetails(
            id=names.category(subject.name, subject.category)
        ),
        invocations=[invocation],
        column_kind="utf16CodeUnits",
        results=_results(findings, rules, where),
    )


def _results(findings: list[Finding], rules: Index, where: Anchors) -> list[model.Result]:
    pairs = [(sort_key(f), _result(f, rules, where.of(f))) for f in findings]
    pairs.sort(key=lambda pair: (pair[0], _ENCODER.encode(pair[1])))
    return [result for _, result in pairs]


def _result(finding: Finding, rules: Index, anchor: str) -> model.Result:
    """Write one finding; it names its rule by id alone, and no other object by an index."""
    identifier = rule_id(rules[finding.rule][1].id)
    return model.Result(
        rule_id=identifier,
        level=LEVELS[finding.severity],
        message=model.Message(text=_message(finding) or identifier),
        locations=places(finding, anchor),
        partial_fingerprints={_HASH: _line_hash(finding)},
        properties={names.SEVERITY: finding.severity.value, names.KIND: finding.kind.value},
    )


def _message(finding: Finding) -> str:
    """Give the message; where it stands at an anchor, it says what place the tool named.

    GitHub makes links of `[text](target)`: a message of a scanned file shall make none.
    """
    text = as_text(finding.message).strip()
    if finding.path and not repository_path(finding.path):
        text = f"{text} (reported at {as_text(finding.path)})"
    return cut(_LINK.sub("] (", text), MESSAGE)


def _line_hash(finding: Finding) -> str:
    """Give what GitHub knows an alert again by, beside rule and path.

    A finding at an anchor must not be known by the anchor's first line: all of them would be one.
    """
    known = finding.fingerprints.get(_HASH, "")
    if repository_path(finding.path) and fingerprint.SHAPE.fullmatch(known):
        return known
    package = finding.dependency
    facts = (finding.rule.id, finding.path, str(finding.line), finding.message,
             f"{package.name} {package.version}" if package else "")  # fmt: skip
    source = finding.identity or "\0".join(facts)
    digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{digest[:16].lstrip('0') or '0'}:1"


def _packed(runs: Iterable[_Written]) -> Iterator[list[bytes]]:
    """Fill files in order: with as many runs, and as many bytes, as one may have."""
    file: list[bytes] = []
    weight = plain = _ENVELOPE
    for run in runs:
        over = weight + run.weight > SIZE or plain + len(run.data) > PLAIN
        if file and (len(file) == RUNS or over):
            yield file
            file, weight, plain = [], _ENVELOPE, _ENVELOPE
        file.append(run.data)
        weight, plain = weight + run.weight, plain + len(run.data) + 1
    yield file


def _log(runs: list[bytes]) -> bytes:
    empty = model.Log(schema=model.SCHEMA, version=model.VERSION, runs=[])
    head, tail = _ENCODER.encode(empty)[:-2], b"]}\n"
    return head + b",".join(runs) + tail


def _absent(scan: Scan) -> Iterator[str]:
    for attempt in scan.attempts:
        if isinstance(attempt, Failed):
            why = "which failed"
        elif isinstance(attempt, Ran) and not attempt.report.proven:
            why = "as nothing shows that it looked"
        elif isinstance(attempt, Ran) and _saw_nothing(attempt.report):
            why = "as it could look at nothing"
        else:
            continue
        label = scan.label(attempt.subject)
        yield f"{NAME_OF_LOG} has no run of {label}, {why}: its alerts stay as they are"


def _several(files: int) -> Iterator[str]:
    if more := [file_name(number) for number in range(2, files + 1)]:
        yield f"{NAME_OF_LOG} can't hold all runs: upload {', '.join(more)} as well"
