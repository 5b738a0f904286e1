"""Masked findings that come back (from a cache, from a log) are masked and told the same again."""

from dataclasses import replace

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject, ToolFacts
from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.core.scan import Scan, TargetFacts
from drawgate.sarif.emit import emit
from drawgate.sarif.ingest import ingest
from drawgate.triage.identity import identify
from drawgate.triage.locate import locate
from drawgate.triage.mask import mask_of, mask_sources
from drawgate.triage.redact import mask_raw, redact
from drawgate.triage.roles import with_roles
from drawgate.triage.severity import with_severity
from drawgate.triage.steps import Knowledge, triage, triage_log

PATHS = ("a.py", "b.js", "c.yaml", "d", "Dockerfile", "tests/e.toml")
PIECES = (
    "p = 'hunter2!'",
    "password: hunter22",
    "p = '***'",
    "k = \"***'x1\"",
    "*** x***1 '***a9'",
    "aa***aa1 = 1",
    "token=ab12cd34",
    "eval(x)",
    '"""',
    "'",
    '"',
    "`",
    "k: |",
    "  v9v9v9",
    "# hunter22",
    "(",
    "\\",
    "",
    "-----BEGIN RSA " + "PRIVATE KEY-----",
)  # fmt: skip
GUIDS = ("6f1d6a52-6f0e-5c59-9d0e-0d6f7b7c2b11", "0e8a4f0c-58f5-4d39-8ea6-93a3a9d3a7f1")
"""Few, so that many findings come with the same one."""
words = st.sampled_from(PIECES) | st.text("ab1*'\"`=: \\x***", max_size=12) | st.text(max_size=8)
texts = st.lists(words, max_size=10).map("\n".join)
messages = st.lists(words, max_size=4).map(" ".join)
rules = st.builds(
    Rule, id=st.sampled_from(("R1", "R2")), description=messages, cwe=st.sampled_from(((), (798,)))
)
findings = st.builds(
    Finding,
    kind=st.sampled_from([Kind.CODE, Kind.SECRETS]),
    rule=rules,
    message=messages,
    location=st.none()
    | st.builds(
        Location,
        path=st.sampled_from(PATHS),
        line=st.none() | st.integers(1, 12),
        column=st.none() | st.integers(0, 9),
        end_line=st.none() | st.integers(1, 12),
    ),
    properties=st.dictionaries(st.sampled_from(("a", "hunter22")), messages, max_size=2),
    tool=st.sampled_from(["bandit", "x"]),
    identity=st.sampled_from(("", "", *GUIDS)),
)
many = st.lists(findings, max_size=8).map(tuple)
sources = st.dictionaries(st.sampled_from(PATHS), texts)


def _triaged(found: tuple[Finding, ...], files: dict[str, str]) -> tuple[Finding, ...]:
    mask = mask_of(found, files)
    masked = mask_sources(mask, found, files)
    found = locate(redact(found, mask), files, masked, mask)
    return identify(with_roles(with_severity(found)), files, masked, b"key")


_STARRED = {"a.py": "\n".join((PIECES[-1], PIECES[0], '"""', PIECES[2]))}
"""A file in which one value is what another one looks like when it is masked."""
_TOLD = Finding(kind=Kind.SECRETS, rule=Rule(id="R1", description=PIECES[0]), message="", tool="x")


@example(found=(replace(_TOLD, location=Location(path="a.py", line=1)),), files=_STARRED)
@given(found=many, files=sources)
def test_redaction_changes_nothing_twice(found: tuple[Finding, ...], files: dict[str, str]) -> None:
    mask = mask_of(found, files)
    once = redact(found, mask)

    assert once == redact(once, mask_of(once, files))


@given(found=many, files=sources)
def test_triaged_findings_stay_what_they_are(
    found: tuple[Finding, ...], files: dict[str, str]
) -> None:
    once = _triaged(found, files)

    assert once == _triaged(once, files)
    assert len({each.identity for each in once}) == len(once)


@given(found=many, more=many, files=sources)
def test_findings_from_a_cache_and_new_ones_make_the_same_scan(
    found: tuple[Finding, ...], more: tuple[Finding, ...], files: dict[str, str]
) -> None:
    """What a cache keeps is masked with its own file's values alone, and not located yet."""
    kept = redact(found, mask_of(found, files))

    assert _triaged((*found, *more), files) == _triaged((*kept, *more), files)


@given(found=many, files=sources, text=messages)
def test_any_text_is_masked_once(
    found: tuple[Finding, ...], files: dict[str, str], text: str
) -> None:
    mask = mask_of(found, files)
    once = mask.text(text)
    raw = mask_raw(mask, text.encode("utf-8", "replace"), frozenset({"a"}))

    assert once == mask.text(once)
    assert raw == mask_raw(mask, raw, frozenset({"a"}))


@given(found=many, files=sources)
def test_a_masked_file_has_nothing_left_to_mask(
    found: tuple[Finding, ...], files: dict[str, str]
) -> None:
    mask = mask_of(found, files)
    shown = mask_sources(mask, found, files)

    assert shown == {path: mask.own[path].without(text) if path in mask.own else text
                     for path, text in shown.items()}  # fmt: skip


def _scan(found: tuple[Finding, ...]) -> Scan:
    kinds = {
        kind: tuple(replace(f, kind=kind, tool=kind.value) for f in found if f.kind is kind)
        for kind in (Kind.CODE, Kind.SECRETS)
    }
    attempts = tuple(
        Ran(
            subject=Subject(name=kind.value, kind=kind),
            report=Report(findings=each, looked_at=frozenset(f.path for f in each if f.path)),
            tool=ToolFacts(version="1"),
        )
        for kind, each in kinds.items()
    )
    return Scan(target=TargetFacts(name="x"), attempts=attempts, as_of="2026-01-01T00:00:00Z")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(found=many, files=sources)
def test_a_log_of_ours_gives_the_same_log_again(
    found: tuple[Finding, ...], files: dict[str, str]
) -> None:
    """With the sources at hand, and, as `gate` and `report` have none, without them."""
    data = {path: text.encode("utf-8", "replace") for path, text in files.items()}
    told = Knowledge(read=lambda path: _read(data, path), look_up=lambda _: {})
    log = emit(triage(_scan(found), told).scan)
    bare = emit(triage_log(ingest(log, "log")))

    assert log == emit(triage(ingest(log, "log"), told).scan)
    assert bare == emit(triage_log(ingest(bare, "log")))
    identities = [each.identity for each in ingest(bare, "log").findings]
    assert len(set(identities)) == len(identities)


def _read(data: dict[str, bytes], path: str) -> bytes:
    if path not in data:
        raise FileNotFoundError(path)
    return data[path]
