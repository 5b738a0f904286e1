"""Whole outputs of every format, kept as files in tests/golden/reporting.

After a change on purpose: `pytest tests/unit/reporting --snapshot-update`, then read the diff.
"""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.attempt import Skipped, Subject, Why
from drawgate.core.finding import Kind, Region
from drawgate.core.severity import Severity
from drawgate.policy.pack import load_pack
from drawgate.reporting.color import wants_color
from drawgate.reporting.formats import terminal
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import View

Make = Callable[..., Any]


GOLDEN = Path(__file__).parents[2] / "golden" / "reporting"
NAMES = {
    "csv": "findings.csv",
    "github": "annotations.txt",
    "gitlab": "gl-code-quality-report.json",
    "html": "report.html",
    "json": "report.json",
    "junit": "junit.xml",
    "markdown": "summary.md",
    "terminal": "summary.txt",
}
"""What each format's golden file is called; whoever adds a format adds its files."""


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Make:
    """Give a golden file's bytes; with --snapshot-update, write them first."""

    def read(name: str, actual: bytes) -> bytes:
        if pytestconfig.getoption("update_snapshots"):  # syrupy's flag, for all kept outputs
            GOLDEN.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_bytes(actual)
        return (GOLDEN / name).read_bytes()

    return read


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("build", ["red", "green", "incomplete", "compared"])
def test_whole_outputs(golden: Make, request: pytest.FixtureRequest, name: str, build: str) -> None:
    """A build that is red for every reason, a green one, and one that proves nothing."""
    rendered = FORMATS[name].render(request.getfixturevalue(build))

    assert golden(f"{build}-{NAMES[name]}", rendered) == rendered


def test_a_scanner_that_looked_at_nothing(incomplete: View) -> None:
    """No format gives it the sign of one that looked, and each says so in words."""
    shown = {name: FORMATS[name].render(incomplete).decode() for name in FORMATS}
    plain = terminal.draw(incomplete, ascii_only=True)

    row = " hadolint 1.2.3 (iac): 0 findings, 0 LOOKED AT, 1 NOT ASSESSED\n"
    assert f"  !{row}" in shown["terminal"]
    assert f"  !{row}" in plain
    assert "  + bandit 1.2.3 (code): 0 findings, 1 looked at\n" in plain
    assert "- ⚠️ `hadolint 1.2.3` (iac): 0 findings, **0 looked at**, " in shown["markdown"]
    assert "- ✅ `bandit 1.2.3` (code): 0 findings, 1 looked at\n" in shown["markdown"]
    assert '<span aria-hidden="true">!</span> ran, 0 looked at' in shown["html"]


def test_a_narrow_terminal_without_unicode(golden: Make, red: View) -> None:
    drawn = terminal.draw(red, width=50, ascii_only=True)

    assert drawn.isascii()
    assert [] == [line for line in drawn.splitlines() if len(line) > 50]
    assert golden("red-narrow.txt", drawn.encode()) == drawn.encode()


def test_a_wide_terminal_with_colour(golden: Make, red: View) -> None:
    drawn = terminal.draw(red, width=120, color=True).encode()

    assert golden("red-color.txt", drawn) == drawn


@pytest.mark.parametrize("width", [1, 40, 80, 120, 500])
@pytest.mark.parametrize("build", ["red", "green", "incomplete"])
def test_lines_fit_the_terminal(request: pytest.FixtureRequest, width: int, build: str) -> None:
    drawn = terminal.draw(request.getfixturevalue(build), width=width)

    assert max(40, min(width, 120)) >= max(map(len, drawn.splitlines()))
    assert all(line == line.rstrip() for line in drawn.splitlines())


def test_colour_changes_nothing_but_colour(red: View) -> None:
    import re

    colored = terminal.draw(red, color=True)

    assert colored != terminal.draw(red)
    assert terminal.draw(red) == re.sub(r"\x1b\[[0-9;]*m", "", colored)


class Stream:
    """A stream that is a terminal, or none."""

    def __init__(self, *, tty: bool) -> None:
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize(
    ("choice", "tty", "environ", "expected"),
    [
        ("auto", True, {}, True),
        ("auto", False, {}, False),
        ("auto", True, {"NO_COLOR": "1"}, False),
        ("auto", True, {"NO_COLOR": ""}, True),
        ("auto", True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", False, {"FORCE_COLOR": "1"}, True),
        ("auto", True, {"TERM": "dumb"}, False),
        ("auto", True, {"CI": "true"}, False),
        ("always", False, {"NO_COLOR": "1"}, True),
        ("never", True, {"FORCE_COLOR": "1"}, False),
    ],
)
def test_who_gets_colour(
    choice: str, tty: object, environ: dict[str, str], expected: object
) -> None:
    assert expected == wants_color(choice, Stream(tty=bool(tty)), environ)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_view_gives_the_same_bytes(name: str, red: View) -> None:
    assert FORMATS[name].render(red) == FORMATS[name].render(red)


@pytest.fixture
def many(view: Make, ran: Make, flaw: Make, package: Make) -> View:
    """10,000 findings of 200 rules and 1,000 packages, in long paths with long messages."""
    severities = list(Severity)
    code = [
        flaw(
            f"package/{'sub/' * 20}module_{n}.py",
            n % 900 + 1,
            f"R{n % 200}",
            severity=severities[n % 6],
            message=f"flaw {n}: " + "a long explanation " * 30,
        )
        for n in range(9000)
    ]
    packages = [
        package(f"package-{n}", "1.0", f"GHSA-{n}", "1.1", severity=severities[n % 6], line=n + 1)
        for n in range(1000)
    ]
    return view(  # type: ignore[no-any-return]
        ran("bandit", Kind.CODE, *code),
        ran("detect-secrets", Kind.SECRETS),
        ran("pip-audit", Kind.DEPENDENCIES, *packages),
    )


def test_ten_thousand_findings_stay_short_and_quick(many: View) -> None:
    """People get a page, programs get everything, in two seconds of CPU for all formats."""
    start = time.process_time()
    sizes = {name: len(output.render(many)) for name, output in FORMATS.items()}
    spent = time.process_time() - start

    assert 2 >= spent
    assert 60_000 >= sizes["markdown"]
    assert 110 >= FORMATS["terminal"].render(many).count(b"\n")
    assert 35 >= FORMATS["github"].render(many).count(b"\n")
    assert 10_000 == len(json.loads(FORMATS["json"].render(many))["findings"])


def test_a_summary_of_long_texts_is_cut_and_says_so(view: Make, ran: Make, flaw: Make) -> None:
    """Thirty groups of three places with four-byte characters are more than fits."""
    wide = "\N{GRINNING FACE}" * 300
    found = [
        flaw(f"{wide}{n}{place}.py", 1, f"{n}{wide}", message=wide, severity=Severity.CRITICAL)
        for n in range(60)
        for place in range(3)
    ]
    summary = FORMATS["markdown"].render(view(ran("bandit", Kind.CODE, *found)))

    assert 50_000 < len(summary) <= 60_000
    assert summary.decode().endswith(
        "*This summary was cut here. Everything is in `results.sarif`.*\n"
    )


def test_long_lists_end_with_a_count(view: Make, ran: Make) -> None:
    """Exclusions and inputs nobody could assess are as many as a target likes."""
    from drawgate.core.target import Exclusion, NotAssessed

    target = {
        "exclusions": tuple(
            Exclusion(origin="--exclude", pattern=f"{n}/", files=n) for n in range(30)
        ),
        "not_assessed": tuple(
            NotAssessed(subject=f"{n}.py", reason=f"reason {n}") for n in range(30)
        ),
    }
    seen = view(ran("bandit", Kind.CODE), target=target)
    drawn, summary = (FORMATS[name].render(seen).decode() for name in ("terminal", "markdown"))

    assert "  … and 25 more patterns in verdict.json\n" in drawn
    assert "  … and 25 for 25 other reasons in results.sarif\n" in drawn
    assert "- … and 10 more patterns\n" in summary
    assert "- … and 10 more reasons\n" in summary


def test_annotations_are_capped_the_worst_first(view: Make, ran: Make, flaw: Make) -> None:
    """GitHub shows ten of each level and drops the rest without a word."""
    found = [
        flaw(f"{severity}{n:02}.py", 1, "B602", severity=severity)
        for severity in (Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
        for n in range(15)
    ]
    lines = FORMATS["github"].render(view(ran("bandit", Kind.CODE, *found))).decode().splitlines()

    starts = [line.split("::")[1].partition(" ")[0] for line in lines if line.startswith("::")]
    assert ["error"] * 10 + ["warning"] * 10 + ["notice"] * 10 == starts
    errors = [line for line in lines if line.startswith("::error file")]
    assert all("title=critical%3A B602" in line for line in errors)
    assert [
        "… and 23 more errors in results.sarif",
        "… and 5 more warnings in results.sarif",
        "… and 5 more notices in results.sarif",
    ] == lines[30:33]


def test_many_reasons_leave_room_for_findings(view: Make, ran: Make, flaw: Make) -> None:
    from drawgate.core.attempt import Failed, Subject

    broken = [
        Failed(subject=Subject(name=f"tool{n}", kind=Kind.CODE), error="it broke")
        for n in range(20)
    ]
    rendered = FORMATS["github"].render(view(*broken, ran("b", Kind.CODE, flaw("a.py", 1, "B602"))))
    lines = rendered.decode().splitlines()

    assert lines[4].startswith("::error title=Drawgate::")
    assert lines[5].startswith("::error file=a.py,line=1,")


def test_a_flaw_over_several_lines_has_no_columns(view: Make, ran: Make, flaw: Make) -> None:
    region = Region(start_line=3, start_column=2, end_line=5, end_column=9)
    rendered = FORMATS["github"].render(
        view(ran("bandit", Kind.CODE, flaw("a.py", 3, "B602", region=region)))
    )

    expected = "::error file=a.py,line=3,endLine=5,title=high%3A B602 (bandit)::B602 was found here"
    assert expected in rendered.decode().splitlines()


def test_a_finding_without_a_place(view: Make, ran: Make, flaw: Make) -> None:
    from dataclasses import replace

    nowhere = replace(flaw("x", 1, "B602"), location=None, region=None)
    shown = {n: f.render(view(ran("b", Kind.CODE, nowhere))).decode() for n, f in FORMATS.items()}

    assert "::error title=high%3A B602 (bandit)::B602 was found here" in shown["github"]
    assert "the target  B602 was found here" in shown["terminal"]
    assert "- the target B602 was found here" in shown["markdown"]
    assert "" == json.loads(shown["json"])["findings"][0]["path"]


def test_strict_counts_what_a_comment_excuses(red: View, view: Make, ran: Make, flaw: Make) -> None:
    """A suppressed finding that breaks a rule stands among the others, not apart."""
    from drawgate.core.finding import Suppression, SuppressionKind

    excused = flaw("a.py", 1, "B602", suppressions=(Suppression(kind=SuppressionKind.IN_SOURCE),))
    strict = view(ran("bandit", Kind.CODE, excused), pack=load_pack("strict"))
    default = view(ran("bandit", Kind.CODE, excused))

    assert ([1], []) == ([g.count for g in strict.groups], [g.count for g in strict.suppressed])
    assert ([], [1]) == ([g.count for g in default.groups], [g.count for g in default.suppressed])
    assert b"::error file=a.py" in FORMATS["github"].render(strict)
    assert b"file=a.py" not in FORMATS["github"].render(default)
    assert b"suppressed: a.py:1 B602 (bandit): suppressed by a comment in the source\n" in FORMATS[
        "github"
    ].render(default)


@pytest.mark.parametrize("width", [60, 80, 120])
def test_place_rule_and_message_are_readable(view: Make, ran: Make, flaw: Make, width: int) -> None:
    """A path of the repository's root is long, and must push neither line nor message away."""
    deep = f"fixtures/targets/{'services/' * 10}shop/settings.py"
    found = flaw(deep, 1234, "B324", message="Use of weak MD5 hash for security.")
    drawn = terminal.draw(view(ran("bandit", Kind.CODE, found)), width=width)
    why = drawn[drawn.index("Why") : drawn.index("Scanners")].splitlines()

    places = [line.strip() for line in why if "settings.py:1234" in line]
    assert ["fixtures/", "fixtures/"] == [place[:9] for place in places]
    assert all("…" in place for place in places)
    assert any(line.strip() == "B324: Use of weak MD5 hash for security." for line in why)
    assert "closes 1 finding" in "\n".join(why)
    assert width >= max(map(len, drawn.splitlines()))


def test_all_places_of_a_change_are_counted(view: Make, ran: Make, flaw: Make) -> None:
    """Five are kept, and thirty are not four more."""
    found = [flaw(f"{n}.py", 1, "B602") for n in range(31)]
    seen = view(ran("bandit", Kind.CODE, *found))
    drawn, summary = (FORMATS[name].render(seen).decode() for name in ("terminal", "markdown"))

    assert "     0.py:1 and 30 more places; closes 31 findings\n" in drawn
    assert "`11.py:1`, `12.py:1` and 26 more places\n" in summary


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("terminal", "· hadolint, zizmor: not selected: --only names bandit\n"),
        ("markdown", "- `hadolint`, `zizmor`: not selected: `--only` names bandit\n"),
    ],
)
def test_what_stands_by_for_one_reason_is_one_line(view: Make, name: str, expected: str) -> None:
    """A hook that runs two scanners of nine shall not list seven excuses."""
    idle = [
        Skipped(
            subject=Subject(name=each, kind=Kind.IAC),
            why=Why.NOT_SELECTED,
            reason="--only names bandit",
        )
        for each in ("hadolint", "zizmor")
    ]

    assert expected in FORMATS[name].render(view(*idle)).decode()
