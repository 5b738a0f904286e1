"""Scans to report on, built from the core types."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.adapter import Report
from drawgate.core.advisory import AdvisoryData
from drawgate.core.attempt import Attempt, Failed, Ran, Skipped, Subject, ToolFacts, Why
from drawgate.core.baseline import Compared, OtherVersion
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Membership,
    Region,
    Rule,
    State,
    Suppression,
    SuppressionKind,
)
from drawgate.core.scan import Offline, Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.shadow import Both, Flaw, OnlyTheirs, OtherLog, Shadow
from drawgate.core.target import Exclusion, Form, NotAssessed
from drawgate.core.waiver import Standing, Told, Waived, WaiverType
from drawgate.policy.gate import judge
from drawgate.policy.model import Pack
from drawgate.policy.pack import load_pack
from drawgate.reporting.view import View, make_view

Make = Callable[..., Any]
CORPUS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "</code></pre><h1>big</h1>",
    "[click](javascript:alert(1))",
    "![](https://evil.example/pixel.png)",
    "https://evil.example www.evil.example me@evil.example",
    "@everyone @org/team #1 GH-2 org/repo#3",
    "| a | table |\n|---|---|",
    "# heading\n## another",
    "``` fence\n~~~",
    "` one `` two ``` three",
    "`",
    "ends with a tick`",
    "$x$ $$y$$ $`z`$",
    "*a* _b_ ~~c~~ &lt; &#60; \\",
    "- [ ] task\n1. list\n> quote",
    ":+1: {{ 7*7 }} ${7*7} <%= 7 %>",
    "\n::set-output name=x::y",
    "\r::add-mask::secret",
    "  ::stop-commands::token",
    "x\u2028::error::y\u2029::warning::z\x85::notice::",
    "x\x0b::debug::y\x0c::debug::z\x1c::debug::",
    "##[set-env name=PATH;]evil",
    "##vso[task.setvariable variable=x]y",
    "##teamcity[buildStatus status='SUCCESS']",
    "a%0A::error::b%0D%25",
    "file=x,line=1,title=a::b",
    "\x1b[2J\x1b[1;1HPASSED",
    "\x1b]8;;https://evil.example\x07link\x1b]8;;\x07",
    "\x1b]0;title\x1b\\",
    "\x9b31mred\x9d8;;x\x9c",
    "\x1bPq#0\x1b\\ \x1bc \x1b(0",
    "section_start:0:x\r\x1b[0K",
    "\u202eTXET\u2066\u2069\u200b\u200e\ufeff\u061c",
    "\x00\x07\x08\x7f\x9f",
    "tag\U000e0041\U000e007f",
    "\udce9\ud800",
    "",
    " ",
    "\t\n",
    "a" * 5000,
    "word " * 2000,
    "\N{GRINNING FACE}" * 400,
    "\u0301" * 100,
    "\uff1a\uff1aset-output",
]
DATA = AdvisoryData(source="OSV", records=40, newest="2026-11-15T00:00:00Z", digest="d" * 64)


def _flaw(path: str, line: int, rule: str, **given: Any) -> Finding:  # noqa: ANN401 - any field
    names = {
        "B602": ("subprocess_popen_with_shell_equals_true", (78,)),
        "B101": ("assert_used", (703,)),
        "SECRET": ("AWS access key", (798,)),
    }
    name, cwe = names.get(rule, ("", ()))
    defaults: dict[str, Any] = {
        "kind": Kind.CODE,
        "tool": "bandit",
        "message": f"{rule} was found here",
        "severity": Severity.HIGH,
        "region": Region(start_line=line, start_column=5, end_line=line, end_column=20),
        "identity": f"{path}:{line}:{rule}:{given.get('message', '')}",
    }
    defaults["location"] = Location(path=path, line=line)
    return Finding(
        rule=Rule(id=rule, name=name, cwe=cwe, help_uri=f"https://example.org/{rule}"),
        **(defaults | given),
    )


def _package(name: str, version: str, advisory: str, *fixed: str, **given: Any) -> Finding:  # noqa: ANN401 - any field
    dependency = Dependency(
        ecosystem="PyPI",
        name=name,
        version=version,
        advisory=advisory,
        fixed=fixed,
        malicious=given.pop("malicious", False),
    )
    line = given.pop("line", 3)
    return _flaw(
        given.pop("path", "requirements.txt"),
        line,
        advisory,
        **{
            "kind": Kind.DEPENDENCIES,
            "tool": "pip-audit",
            "message": f"{advisory} in {name}",
            "dependency": dependency,
            "region": None,
        }
        | given,
    )


@pytest.fixture
def flaw() -> Make:
    """Make a finding: path, line, rule, then fields."""
    return _flaw


@pytest.fixture
def package() -> Make:
    """Make a dependency finding: name, version, advisory, fixed versions, then fields."""
    return _package


@pytest.fixture
def ran() -> Make:
    def make(name: str, kind: Kind, *findings: Finding) -> Ran:
        report = Report(findings=findings, looked_at=frozenset(["a.py"]))
        data = DATA if kind is Kind.DEPENDENCIES else None
        tool = ToolFacts(version="1.2.3", advisories=data)
        return Ran(subject=Subject(name=name, kind=kind), report=report, tool=tool)

    return make


@pytest.fixture
def scan() -> Make:
    def make(*attempts: Attempt, **given: Any) -> Scan:  # noqa: ANN401 - any field
        target: dict[str, Any] = {
            "name": "shop",
            "form": Form.GIT,
            "commit": "5e1f" * 10,
            "files": 34,
        }
        target |= given.pop("target", {})
        given.setdefault("as_of", "2026-11-20T00:00:00Z")
        return Scan(target=TargetFacts(**target), attempts=attempts, **given)

    return make


@pytest.fixture
def view(scan: Make) -> Make:
    """Make the view of a scan with these attempts, under the default pack or another one."""

    def make(*attempts: Attempt, pack: Pack | None = None, **given: Any) -> View:  # noqa: ANN401 - any field
        exit_zero, waived = given.pop("exit_zero", False), given.pop("waived", None)
        beside = given.pop("shadow", None)
        scanned = scan(*attempts, **given)
        verdict = judge(scanned, pack or load_pack("default"), exit_zero=exit_zero, waived=waived)
        # A golden file shows neither our own version nor the pack's bytes.
        policy = replace(verdict.policy, digest="0" * 64)
        return make_view(scanned, replace(verdict, drawgate="0.0.0", policy=policy), beside)

    return make


@pytest.fixture
def red(view: Make, ran: Make) -> View:
    """Make a build that is red for every sort of reason at once."""
    waived = (Suppression(kind=SuppressionKind.IN_SOURCE, justification="checked"),)
    code = [
        _flaw(
            "shop/reports.py",
            12,
            "B602",
            membership=Membership(
                group="g", reporters=("bandit", "ruff"), alone=Severity.HIGH, basis="word"
            ),
        ),
        _flaw("shop/reports.py", 40, "B602"),
        _flaw("shop/app.py", 7, "B602", severity=Severity.MEDIUM),
        _flaw("shop/app.py", 9, "B602", suppressions=waived),
        *(
            _flaw(f"tests/test_{n}.py", n, "B101", severity=Severity.LOW, role="test")
            for n in range(1, 9)
        ),
    ]
    repeat = _flaw(
        "shop/reports.py", 12, "S602", tool="ruff", severity=Severity.MEDIUM,
        membership=Membership(group="g", folded=True, alone=Severity.MEDIUM),
    )  # fmt: skip
    secret = _flaw(
        "shop/settings.py", 4, "SECRET", kind=Kind.SECRETS, tool="detect-secrets",
        severity=Severity.CRITICAL, message="AWS access key: ***",
    )  # fmt: skip
    packages = [
        _package("jinja2", "2.10", "GHSA-aaaa", "2.10.1", severity=Severity.HIGH),
        _package("jinja2", "2.10", "GHSA-bbbb", "2.11.3", severity=Severity.MEDIUM),
        _package("jinja2", "2.10", "GHSA-cccc", "3.1.4", severity=Severity.CRITICAL),
        _package("jinja2", "2.10", "GHSA-dddd", "3.1.3", severity=Severity.UNKNOWN),
        _package("oldlib", "1.0", "GHSA-eeee", severity=Severity.HIGH, line=5),
        _package("evil", "6.6.6", "MAL-1", malicious=True, severity=Severity.UNKNOWN, line=6),
    ]
    bandit = ran("bandit", Kind.CODE, *code)
    missed = tuple(
        NotAssessed(subject=f"old/{n}.py", path=f"old/{n}.py", reason="Python 2 print statement")
        for n in range(1, 6)
    )
    bandit = replace(bandit, report=replace(bandit.report, not_assessed=missed))
    return view(  # type: ignore[no-any-return]
        bandit,
        ran("detect-secrets", Kind.SECRETS, secret),
        Failed(
            subject=Subject(name="gitleaks", kind=Kind.SECRETS),
            error="it was killed after 900 s",
            hint="raise --timeout",
        ),
        Skipped(
            subject=Subject(name="npm-audit", kind=Kind.DEPENDENCIES, applicable=False),
            why=Why.NOT_APPLICABLE,
            reason="the target holds nothing for it",
        ),
        ran("pip-audit", Kind.DEPENDENCIES, *packages),
        ran("ruff", Kind.CODE, repeat),
        Skipped(
            subject=Subject(name="safety", kind=Kind.DEPENDENCIES),
            why=Why.UNAVAILABLE,
            reason="it needs an API key",
        ),
        target={
            "exclusions": (Exclusion(origin="--exclude", pattern="vendor/", files=120),),
            "notes": ("3 symbolic links not followed",),
            "not_assessed": (NotAssessed(subject="dump.sql", reason="over the size limit"),),
        },
        offline=Offline.UNENFORCED,
    )


@pytest.fixture
def green(view: Make, ran: Make) -> View:
    """Make a build with nothing to say but that everything was looked at."""
    return view(  # type: ignore[no-any-return]
        ran("bandit", Kind.CODE),
        ran("detect-secrets", Kind.SECRETS),
        ran("pip-audit", Kind.DEPENDENCIES, _package("x", "1", "GHSA-x", severity=Severity.LOW)),
        offline=Offline.NAMESPACE,
    )


@pytest.fixture
def compared(view: Make, ran: Make) -> View:
    """Make a build that was compared: something of every state, waived, folded, gone, disclosed."""
    waiver = Suppression(
        kind=SuppressionKind.EXTERNAL, by="W-12", source=".drawgate/waivers.yaml", type="accepted",
        owner="team-shop", approver="team-security", expires="2027-01-31",
        justification="behind a wall",
    )  # fmt: skip
    lapsed = replace(waiver, by="W-3", status="rejected", justification="it expired on 2026-11-01")
    comment = (Suppression(kind=SuppressionKind.IN_SOURCE),)
    moved: dict[str, Any] = {"state": State.UPDATED, "matched_by": "the same code in another file"}
    low: dict[str, Any] = {"state": State.NEW, "severity": Severity.LOW}
    joined = Membership(group="g", reporters=("bandit", "ruff"), alone=Severity.HIGH, basis="word")
    code = [
        _flaw("shop/new.py", 12, "B602", state=State.NEW, membership=joined),
        _flaw("shop/new.py", 40, "B101", **low),
        _flaw("shop/old.py", 7, "B602", state=State.UNCHANGED, suppressions=(lapsed,)),
        _flaw("shop/moved.py", 9, "B602", **moved),
        _flaw("shop/app.py", 9, "B602", state=State.UNCHANGED, suppressions=(waiver,)),
        _flaw("shop/app.py", 11, "B101", suppressions=comment, **low),
    ]  # fmt: skip
    repeat = _flaw(
        "shop/new.py", 12, "S602", tool="ruff", severity=Severity.MEDIUM, state=State.NEW,
        membership=Membership(group="g", folded=True, alone=Severity.MEDIUM),
    )  # fmt: skip
    packages = [
        _package("jinja2", "2.10", "GHSA-aaaa", "2.10.1", state=State.UNCHANGED),
        _package("jinja2", "2.10", "GHSA-bbbb", "2.11.3", state=State.NEW, newly_disclosed=True),
    ]
    lost = (
        _flaw("shop/gone.py", 3, "B602", state=State.ABSENT),
        _flaw("shop/gone.py", 30, "B324", state=State.ABSENT, severity=Severity.MEDIUM),
    )
    repeated = _flaw("shop/gone.py", 3, "S602", tool="ruff", state=State.ABSENT)
    warning = "bandit was 1.2.2 in the baseline and is 1.2.3 now: what is new may be its rules"
    return view(  # type: ignore[no-any-return]
        replace(ran("bandit", Kind.CODE, *code), absent=lost),
        ran("detect-secrets", Kind.SECRETS),
        ran("pip-audit", Kind.DEPENDENCIES, *packages),
        replace(ran("ruff", Kind.CODE, repeat), absent=(repeated,)),
        target={"notes": (warning,)},
        baseline=Compared(
            source="origin/main",
            ref="origin/main",
            target="shop",
            commit="0a1b" * 10,
            tools=(OtherVersion(tool="bandit", before="1.2.2", now="1.2.3"),),
            warnings=(warning,),
        ),
        shadow=_beside("what stands there"),
    )


@pytest.fixture
def incomplete(view: Make, ran: Make) -> View:
    """Make a build of which little is known: a scanner is missing, another could read nothing."""
    unread = NotAssessed(subject="Dockerfile", path="Dockerfile", reason="no instruction in it")
    return view(  # type: ignore[no-any-return]
        ran("bandit", Kind.CODE),
        replace(ran("hadolint", Kind.IAC), report=Report(not_assessed=(unread,))),
        Skipped(
            subject=Subject(name="detect-secrets", kind=Kind.SECRETS),
            why=Why.UNAVAILABLE,
            reason="detect-secrets is not installed",
        ),
        Skipped(
            subject=Subject(name="pip-audit", kind=Kind.DEPENDENCIES, applicable=False),
            why=Why.NOT_APPLICABLE,
            reason="the target holds nothing for it",
        ),
    )


@pytest.fixture(params=CORPUS, ids=lambda item: ascii(item)[:30])
def evil(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def crowd(view: Make, ran: Make, flaw: Make) -> View:
    """Make a view with a finding for each hostile text, which is its message and its path."""
    found = [
        flaw("a.py", 1, "B602", message=evil, identity=str(n), location=Location(path=evil, line=1))
        for n, evil in enumerate(CORPUS)
    ]
    return view(ran("bandit", Kind.CODE, *found))  # type: ignore[no-any-return]


_TOLD = (Standing.IN_FORCE, Standing.LAPSED, Standing.EXPIRING, Standing.UNMATCHED)


def _waiver(evil: str, status: str) -> Suppression:
    return Suppression(
        kind=SuppressionKind.EXTERNAL,
        status=status,
        type="accepted",
        justification=evil,
        by=evil or "x",
        source=evil,
        owner=evil,
        approver=evil,
        expires=evil,
        why=evil,
    )


def _told(evil: str, standing: Standing) -> Told:
    return Told(
        id=evil,
        about=evil,
        type=WaiverType.ACCEPTED,
        owner=evil,
        approver=evil,
        created="2026-01-01",
        expires="2026-12-01",
        ticket=evil,
        standing=standing,
        findings=int(standing in (Standing.IN_FORCE, Standing.EXPIRING)),
        lapsed=int(standing is Standing.LAPSED),
        why=(evil,),
        reason=evil,
    )


def _beside(text: str) -> Shadow:
    """Make a comparison with another log in which a text stands everywhere."""
    one = Flaw(
        tool=text, rule=text, title=text, kind=Kind.CODE, severity=Severity.HIGH,
        path=text, line=3, also=(text,),
    )  # fmt: skip
    return Shadow(
        logs=(OtherLog(name=text, digest=text, tools=(text,), reports=3),),
        both=(Both(theirs=one, ours=replace(one, id=text), note=text),),
        only_theirs=(OnlyTheirs(flaw=one, reason=text),),
        only_ours=(one,),
        known=1,
        notes=(text,),
    )


@pytest.fixture
def poisoned(view: Make, ran: Make, flaw: Make, package: Make, evil: str) -> View:
    """Make a view that holds the text in every field that somebody else writes."""
    code = replace(
        flaw("a.py", 1, "B602", message=evil, snippet=evil),
        rule=Rule(id=evil, name=evil, description=evil, help_uri=evil),
        location=Location(path=evil, line=1),
        identity="1",
    )
    vulnerable = package(evil, evil, evil, evil, message=evil, path=evil)
    tool = replace(code, tool=evil, identity="2")
    waived = [
        replace(code, identity=status, suppressions=(_waiver(evil, status),))
        for status in ("accepted", "rejected")
    ]
    excused = Suppression(
        kind=SuppressionKind.EXTERNAL, by=evil, source=evil, type=evil, owner=evil,
        approver=evil, expires=evil, justification=evil,
    )  # fmt: skip
    heard = replace(code, identity="3", suppressions=(excused,), matched_by=evil)
    doubted = replace(
        code, identity="4", suppressions=(replace(excused, status=evil or "rejected"),),
        state=State.UPDATED, matched_by=evil,
    )  # fmt: skip
    gone = replace(code, identity="5", state=State.ABSENT)
    failed = Failed(subject=Subject(name=evil, kind=Kind.IAC, category=evil), error=evil, hint=evil)
    skipped = [
        Skipped(subject=Subject(name=evil, kind=Kind.IAC), why=why, reason=evil) for why in Why
    ]
    return view(  # type: ignore[no-any-return]
        failed,
        *skipped,
        ran(evil, Kind.CODE, code, tool, *waived),
        ran("pip-audit", Kind.DEPENDENCIES, vulnerable),
        replace(ran("ruff", Kind.CODE, heard, doubted), absent=(gone,)),
        waived=Waived(
            source=evil,
            digest="0" * 64,
            findings=1,
            waivers=tuple(_told(evil, standing) for standing in _TOLD),
            proposed=(evil, evil),
            proposed_findings=2,
        ),
        baseline=Compared(
            source=evil,
            ref=evil,
            target=evil,
            commit=evil,
            digest=evil,
            tools=(OtherVersion(tool=evil, before=evil, now=evil),),
            warnings=(evil,),
        ),
        shadow=_beside(evil),
        target={
            "name": evil,
            "commit": evil,
            "partial": evil,
            "notes": (evil,),
            "exclusions": (Exclusion(origin=evil, pattern=evil, files=1),),
            "not_assessed": (NotAssessed(subject=evil, reason=evil),),
        },
    )
