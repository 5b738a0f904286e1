"""What every adapter must hold to, whatever its scanner: recordings and hostile bytes go in."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drawgate.core.adapter import Adapter, Job, Output, Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.dependency import Inventory, Pin
from drawgate.core.errors import ScannerError
from drawgate.core.finding import PACKAGES, Kind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.target import Encoding, File, Form, Target
from drawgate.registry import builtin
from drawgate.run.check import check_report
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.sarif.validate import validate

RECORDINGS = Path(__file__).parents[2] / "fixtures" / "adapters"
ADAPTERS = [pytest.param(adapter, id=name) for name, adapter in builtin().items()]
CASES = [
    pytest.param(builtin()[folder.parent.name], folder, id=f"{folder.parent.name}/{folder.name}")
    for folder in sorted(RECORDINGS.glob("*/case-*"))
]
DOCUMENTS = [param for param in CASES if "document" in str(param.id)]
FINDINGS = [param for param in CASES if "findings" in str(param.id)]

every_adapter = pytest.mark.parametrize("adapter", ADAPTERS)
every_case = pytest.mark.parametrize(("adapter", "folder"), CASES)
every_case_with_findings = pytest.mark.parametrize(("adapter", "folder"), FINDINGS)
every_telling_case = pytest.mark.parametrize(("adapter", "folder"), FINDINGS + DOCUMENTS)


def _job(facts: dict[str, Any]) -> Job:
    pins = [
        Pin(ecosystem=ecosystem, name=name, version=version, manifest=manifest, line=line)
        for ecosystem, name, version, manifest, line in facts.get("pins", ())
    ]
    inputs = tuple(facts["inputs"])
    inventory = Inventory(manifests=inputs, pins=tuple(pins)) if pins else None
    return Job(
        root=Path("/target"),
        inputs=inputs,
        inventory=inventory,
        scratch=Path("/scratch"),
        endpoint=facts.get("endpoint", ""),
        python=facts.get("python", ""),
    )


def _recorded(folder: Path) -> Output:
    return Output(
        job=_job(json.loads((folder / "job.json").read_bytes())),
        code=int((folder / "code.txt").read_text()),
        stdout=(folder / "stdout.txt").read_bytes(),
        stderr=(folder / "stderr.txt").read_bytes(),
    )


def _shown(report: Report) -> dict[str, Any]:
    """Write a report as a person would: sorted, without what is empty or set by triage."""
    return {
        "findings": [_without_empty(asdict(finding)) for finding in report.findings],
        "looked_at": sorted(report.looked_at),
        "not_assessed": [_without_empty(asdict(item)) for item in report.not_assessed],
        "assumed": report.assumed,
        **{name: json.loads(content) for name, content in report.documents.items()},
    }


_EMPTY = ("", None, [], {}, ())
_BY_TRIAGE = ("severity", "masked", "newly_disclosed", "exploit")


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        shown = {key: _without_empty(each) for key, each in value.items()}
        return {
            key: each for key, each in shown.items() if each not in _EMPTY and key not in _BY_TRIAGE
        }
    return [_without_empty(each) for each in value] if isinstance(value, (list, tuple)) else value


@every_adapter
def test_has_recordings_with_and_without_findings(adapter: Adapter) -> None:
    """What makes a list of components finds nothing: of it the list is recorded."""
    cases = {folder.name for folder in (RECORDINGS / adapter.name).glob("case-*")}
    wanted = {"case-document"} if adapter.kind is Kind.SBOM else {"case-clean", "case-findings"}

    assert wanted <= cases


@every_adapter
def test_a_scanner_is_one_short_file(adapter: Adapter) -> None:
    """What adapters share is in `drawgate.plugin`, so that the next one is as easy to write."""
    lines = Path(str(sys.modules[adapter.parse.__module__].__file__)).read_text().splitlines()

    assert len(lines) < 80


@every_case
def test_a_recording_parses_to_what_is_expected(adapter: Adapter, folder: Path) -> None:
    """`expected.json` stands beside the recording; where it is missing, it is written once."""
    told = _shown(adapter.parse(_recorded(folder)))
    expected = folder / "expected.json"
    if not expected.exists():
        expected.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")
        pytest.fail(f"{expected} is new: it is what people will be told, so read it")

    assert json.loads(expected.read_bytes()) == told


@every_case
def test_the_runner_takes_the_report(adapter: Adapter, folder: Path) -> None:
    """Its types are right throughout, and it is about the files of the job."""
    output = _recorded(folder)

    check_report(adapter.parse(output), adapter, output.job)


@every_case
def test_every_subject_is_accounted_for_once(adapter: Adapter, folder: Path) -> None:
    output = _recorded(folder)
    report = adapter.parse(output)
    missed = {item.subject for item in report.not_assessed}

    assert set(output.job.subjects) == report.looked_at | missed
    assert not report.looked_at & missed


@every_case_with_findings
def test_findings_say_what_they_must(adapter: Adapter, folder: Path) -> None:
    """Each has the adapter's kind, a rule, a sentence and a place among the inputs."""
    output = _recorded(folder)
    findings = adapter.parse(output).findings

    assert findings
    for finding in findings:
        assert finding.kind is adapter.kind
        assert finding.rule.id
        assert finding.message.strip()
        assert finding.path in output.job.inputs


@every_telling_case
def test_a_truncated_answer_is_a_failure(adapter: Adapter, folder: Path) -> None:
    """A scanner that was killed while it printed has not said anything."""
    output = _recorded(folder)
    whole = output.stdout.rstrip()

    for length in [*range(0, len(whole), max(1, len(whole) // 150)), len(whole) - 1]:
        with pytest.raises(ScannerError):
            adapter.parse(replace(output, stdout=whole[:length]))


@every_case
@pytest.mark.parametrize(
    "said", ["", " \n", "null", "[]", "{}", '"x"', "1", "true", "[null]", "[[]]", "{", "\ufeff{}"]
)
def test_an_answer_of_another_shape_is_a_failure(adapter: Adapter, folder: Path, said: str) -> None:
    """An empty list is an answer only where that is what the tool says of files it looked at."""
    recorded = _recorded(folder)
    answer = replace(recorded, stdout=said.encode())
    if recorded.stdout.strip() == said.encode():
        assert set(recorded.job.subjects) == adapter.parse(answer).looked_at
        return

    with pytest.raises(ScannerError):
        adapter.parse(answer)


@every_adapter
@given(noise=st.binary(max_size=60))
def test_random_bytes_are_a_failure(adapter: Adapter, noise: bytes) -> None:
    output = _recorded(min((RECORDINGS / adapter.name).glob("case-*")))
    assume(noise.strip() != output.stdout.strip())

    with pytest.raises(ScannerError):
        adapter.parse(replace(output, stdout=noise))


@every_case_with_findings
def test_a_part_of_another_shape_never_hides_a_finding(adapter: Adapter, folder: Path) -> None:
    """Wherever the answer is damaged: a failure, or an input left over, or the same findings."""
    output = _recorded(folder)
    findings = adapter.parse(output).findings

    for damaged in _damaged(_answer(output.stdout)):
        try:
            report = adapter.parse(replace(output, stdout=json.dumps(damaged).encode()))
        except ScannerError:
            continue
        missed = {item.subject for item in report.not_assessed}
        incomplete = set(output.job.subjects) != report.looked_at | missed
        assert incomplete or len(report.findings) == len(findings)


def _answer(stdout: bytes) -> Any:  # noqa: ANN401 - a tool's answer
    """Read a recorded answer; safety says around its own that it is an old way to ask."""
    if stdout.lstrip().startswith(b"["):
        return json.loads(stdout)
    return json.loads(stdout[stdout.index(b"{") : stdout.rindex(b"}") + 1])


def _damaged(answer: Any) -> Iterator[Any]:  # noqa: ANN401 - a tool's answer
    """Give the answer with one value at a time replaced by one of another type, two levels deep."""
    if isinstance(answer, list):
        for number, item in enumerate(answer):
            for wrong in (*_others(item), *_damaged(item)):
                yield [*answer[:number], wrong, *answer[number + 1 :]]
        return
    for key, value in answer.items():
        for wrong in _others(value):
            yield {**answer, key: wrong}
        if isinstance(value, dict):
            for inner, deep in value.items():
                for wrong in _others(deep):
                    yield {**answer, key: {**value, inner: wrong}}
        yield {other: each for other, each in answer.items() if other != key}


def _others(value: object) -> Iterator[object]:
    candidates: tuple[object, ...] = (None, 7, "x", True, [], {}, [None], {"x": None})
    empty_list = isinstance(value, list)  # an empty list is a list: no shape can tell
    for candidate in candidates:
        if type(candidate) is not type(value) and not (empty_list and candidate == []):
            yield candidate


names = st.builds(
    lambda start, end: f"{start}qzx{end}",
    st.text(st.characters(exclude_characters="\0/"), max_size=5),
    st.sampled_from(["", ".py", " ", "\n", ".txt"]),
) | st.sampled_from(["-rqzx", "--config=qzx", "-c/etc/qzx", "\nqzx", "qzx\udcff", "@qzx", "=qzx"])


@every_adapter
@given(name=names)
def test_no_name_in_the_target_becomes_an_option(adapter: Adapter, name: str) -> None:
    """Names come after `./` or are part of a value; a name alone could be an option."""
    pin = Pin(ecosystem="PyPI", name="qzx", version="1", manifest=name)
    needs_pins = adapter.kind in PACKAGES
    inventory = Inventory(manifests=(name,), pins=(pin,)) if needs_pins else None
    job = Job(root=Path("/target"), inputs=(name,), inventory=inventory, scratch=Path("/scratch"))
    arguments = [argument for argument in adapter.command(job).args if "qzx" in argument]

    assert all(argument.startswith(("./", "/")) for argument in arguments)


@every_case
def test_the_command_is_pure(adapter: Adapter, folder: Path) -> None:
    """The same job gives the same call, on a machine that has neither target nor scratch."""
    job = _recorded(folder).job

    assert adapter.command(job) == adapter.command(job)
    assert adapter.command(job).ok


@every_adapter
def test_markers_are_lower_case(adapter: Adapter) -> None:
    """They are searched for in lower-cased text."""
    assert [marker.lower() for marker in adapter.markers] == list(adapter.markers)


@every_adapter
def test_nothing_to_look_at_means_it_does_not_apply(adapter: Adapter) -> None:
    binary = File(path="logo.png", size=9, encoding=Encoding.BINARY)
    target = Target(root=Path("/target"), form=Form.DIRECTORY, files=(binary,))

    assert () == adapter.inputs(target)


@every_case
def test_findings_survive_the_log(adapter: Adapter, folder: Path) -> None:
    """The SARIF log that is written is valid, and what the adapter said comes back out of it."""
    report = adapter.parse(_recorded(folder))
    subject = Subject(name=adapter.name, kind=adapter.kind, grain=adapter.grain)
    named = tuple(replace(finding, tool=adapter.name) for finding in report.findings)
    attempt = Ran(subject=subject, report=replace(report, findings=named))
    scan = Scan(target=TargetFacts(name="x"), attempts=(attempt,), as_of="2026-01-01T00:00:00Z")

    log = emit(scan)
    read = ingest(log, "results.sarif").findings

    assert [] == validate(log)
    assert [(f.rule.id, f.path, f.line, f.message) for f in scan.findings] == [
        (f.rule.id, f.path, f.line, f.message) for f in read
    ]
