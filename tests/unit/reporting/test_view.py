"""What the view says, and that reports/README.md says what is in it."""

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import pytest

from drawgate import resources
from drawgate.core.attempt import Failed, Skipped, Subject, Why
from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import Kind, Rule
from drawgate.core.severity import Severity
from drawgate.policy.flags import no_gate
from drawgate.policy.pack import load_pack
from drawgate.reporting.advice import Fix, fix_first
from drawgate.reporting.formats import json as json_format
from drawgate.reporting.groups import Group, Spot, group, what
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import Missed, NotRun, PassedOver, Reason, Row, View

Make = Callable[..., Any]
NONE: frozenset[str] = frozenset()


def documented() -> dict[str, list[str]]:
    """Read the tables of reports/README.md: title to first column."""
    text = (resources.data("reports") / "README.md").read_text()
    sections = re.split(r"^##+ (.+)$", text, flags=re.MULTILINE)[1:]
    rows = {
        title: re.findall(r"^\| (`.+?) \|", body, flags=re.MULTILINE)
        for title, body in zip(sections[::2], sections[1::2], strict=True)
    }
    return {title: re.findall(r"`(\w+)`", " ".join(cells)) for title, cells in rows.items()}


@pytest.mark.parametrize("shape", [View, Reason, Fix, Group, Spot, NotRun, Missed, PassedOver, Row])
def test_every_field_is_documented(shape: type) -> None:
    assert [field.name for field in dataclasses.fields(shape)] == documented()[shape.__name__]


def test_every_format_and_key_is_documented(red: View) -> None:
    import json

    document = json.loads(json_format.render(red))

    assert sorted(FORMATS) == sorted(documented()["Formats"])
    assert sorted(document["findings"][0]) == sorted(documented()["Keys of the JSON report"])
    readme = (resources.data("reports") / "README.md").read_text()
    assert [] == [key for key in document if f"`{key}`" not in readme]


@pytest.mark.parametrize(
    ("build", "headline"),
    [
        (
            "red",
            (
                "1 secret, 2 code flaws and 5 package flaws break 4 of 5 rules; "
                "too little was looked at; the scan is incomplete as well"
            ),
        ),
        ("green", "No rule is broken; 1 finding listed"),
        (
            "incomplete",
            "No rule is broken, but the scan is incomplete, so this proves nothing",
        ),
    ],
)
def test_headlines(request: pytest.FixtureRequest, build: str, headline: str) -> None:
    assert headline == request.getfixturevalue(build).headline


def test_a_clean_build_has_a_short_headline(view: Make, ran: Make) -> None:
    kinds = (Kind.CODE, Kind.SECRETS, Kind.DEPENDENCIES)

    assert "No rule is broken" == view(*(ran(kind.value, kind) for kind in kinds)).headline


def test_coverage_alone_can_fail_a_build(view: Make, ran: Make) -> None:
    from drawgate.core.target import NotAssessed

    kinds = (Kind.CODE, Kind.SECRETS, Kind.DEPENDENCIES)
    target = {"not_assessed": (NotAssessed(subject="x", reason="locked"),)}
    seen = view(*(ran(kind.value, kind) for kind in kinds), target=target)

    assert ("FAILED", "too little was looked at") == (seen.status, seen.headline)


def test_warnings_name_everything_that_decides_nothing(view: Make, ran: Make, flaw: Make) -> None:
    """--exit-zero, advisory rules, requirements, notes of the target, a narrowed scan."""
    seen = view(
        ran("bandit", Kind.CODE, flaw("a.py", 1, "B602")),
        pack=no_gate(load_pack("default")),
        target={"notes": ("a note",), "partial": "--files"},
        exit_zero=True,
    )

    assert [
        "--exit-zero: the process answers 0, the gate says 3",
        "No high or critical flaws in the code: 1 found, 0 allowed (advisory)",
        "a note",
        "only a part of the target was looked at (--files)",
    ] == [warning.text for warning in seen.warnings]
    assert "Change the code as the scanner's page on the rule says." == seen.warnings[1].hint
    assert ((), 0) == (seen.rows[0].breaks, seen.groups[0].blocking)


def test_a_reason_shows_its_fix_if_it_has_one(red: View) -> None:
    """Of several, the most urgent stand in a section of their own."""
    hints = {reason.text.partition(":")[0]: reason.hint for reason in red.reasons}

    assert "" == hints["No packages with high or critical vulnerabilities"]
    assert (
        "Remove evil 6.6.6 and rotate every credential of the machines it ran on."
        == hints["No malicious packages"]
    )


def test_exit_zero_on_a_green_build_is_no_warning(view: Make, ran: Make) -> None:
    kinds = (Kind.CODE, Kind.SECRETS, Kind.DEPENDENCIES)
    seen = view(*(ran(kind.value, kind) for kind in kinds), exit_zero=True)

    assert [] == [w.text for w in seen.warnings if "--exit-zero" in w.text]


SEE = "see what it wrote in raw/, and its command in attempts.json"


def test_what_did_not_run_stands_with_what_to_do(view: Make) -> None:
    """Failed attempts first, the rest by how much can be done about it."""

    def skipped(name: str, why: Why) -> Skipped:
        return Skipped(subject=Subject(name=name, kind=Kind.IAC), why=why, reason="so it is")

    seen = view(
        skipped("a", Why.NOT_APPLICABLE),
        skipped("b", Why.NOT_SELECTED),
        skipped("c", Why.UNAVAILABLE),
        Failed(subject=Subject(name="d", kind=Kind.IAC, category="x"), error="it broke"),
        Failed(subject=Subject(name="d", kind=Kind.IAC, category="y"), error="it hung"),
        Failed(subject=Subject(name="e", kind=Kind.IAC), error="it broke", hint="mend it"),
    )

    assert [
        ("d (x)", "failed", "it broke", SEE),
        ("d (y)", "failed", "it hung", SEE),
        ("e", "failed", "it broke", "mend it"),
        ("c", "unavailable", "so it is", "`drawgate tools doctor` says how to get it"),
        ("b", "not selected", "so it is", ""),
        ("a", "not applicable", "so it is", ""),
    ] == [(n.name, n.state.value, n.reason, n.next_step) for n in seen.not_run]  # fmt: skip


def test_rows_name_the_rules_they_break(red: View) -> None:
    breaks = {row.finding.rule.id: row.breaks for row in red.rows}

    assert ("dependencies", "malicious") == breaks["MAL-1"]
    assert ("secrets",) == breaks["SECRET"]
    assert () == breaks["GHSA-bbbb"]
    assert 19 == len(red.rows)


def test_not_assessed_inputs_stand_by_reason_the_most_first(red: View) -> None:
    expected = (
        Missed(
            reason="Python 2 print statement",
            count=5,
            examples=("old/1.py", "old/2.py", "old/3.py"),
        ),
        Missed(reason="over the size limit", count=1, examples=("dump.sql",)),
    )
    assert expected == red.not_assessed


def test_upgrades_are_given_by_package_and_manifest(package: Make) -> None:
    """The lowest version that closes all; what has no fix is told apart."""
    found = [
        package("jinja2", "2.10", "A", "2.10.1", severity=Severity.LOW),
        package("jinja2", "2.10", "B", "3.1.4"),
        package("jinja2", "2.10", "C", severity=Severity.CRITICAL),
        package("jinja2", "2.10", "A", "2.10.1", path="dev.txt", line=8),
        package("jinja2", "2.9", "A", "2.10.1", path="dev.txt", line=9),
    ]
    fixes = fix_first(found, NONE)

    assert [
        ("Replace jinja2 2.10: 1 known flaw without a fixed version", "critical", 1,
         ("requirements.txt:3",)),
        ("Upgrade jinja2 2.10 to 3.1.4", "high", 2, ("requirements.txt:3",)),
        ("Upgrade jinja2 2.10 to 2.10.1", "high", 1, ("dev.txt:8",)),
        ("Upgrade jinja2 2.9 to 2.10.1", "high", 1, ("dev.txt:9",)),
    ] == [(f.text, f.severity.value, f.closes, f.places) for f in fixes]  # fmt: skip


def test_versions_that_cannot_be_compared(package: Make) -> None:
    found = [package("x", "r1", "A", "r2"), package("x", "r1", "B", "r3")]

    expected = "Upgrade x r1 to a version that all of its advisories call fixed"
    assert [expected] == [fix.text for fix in fix_first(found, NONE)]


def test_malware_comes_first_and_is_removed(package: Make) -> None:
    found = [
        package("x", "1", "A", "2", severity=Severity.CRITICAL),
        package("evil", "1", "MAL", "2", malicious=True, severity=Severity.LOW),
        package("evil", "1", "B", "2", severity=Severity.LOW),
    ]
    first, second = fix_first(found, NONE)

    assert "Remove evil 1, which is malicious, and rotate the credentials it saw" == first.text
    assert (2, "Upgrade x 1 to 2") == (first.closes, second.text)


def test_ten_bad_packages_do_not_hide_a_leaked_key(flaw: Make, package: Make) -> None:
    """The best change of each kind comes first, then all others by severity."""
    found = [
        package(f"p{n}", "1", "A", "2", severity=Severity.CRITICAL, line=n) for n in range(1, 4)
    ]
    found += [
        flaw("a.py", 1, "CODE", severity=Severity.HIGH),
        flaw("b.py", 1, "MILD", severity=Severity.LOW),
        flaw("c.py", 1, "KEY", severity=Severity.CRITICAL, kind=Kind.SECRETS),
    ]
    blocking = frozenset(finding.identity for finding in found)

    assert [
        "Take out and revoke: KEY was found here",
        "Upgrade p1 1 to 2",
        "Repair: CODE was found here",
        "Upgrade p2 1 to 2",
        "Upgrade p3 1 to 2",
        "Repair: MILD was found here",
    ] == [fix.text for fix in fix_first(found, blocking)]
    assert ["KEY", "p1 1", "CODE", "p2 1", "p3 1", "MILD"] == [
        item.name for item in group(found, blocking)
    ]
    assert ["KEY", "p1 1", "p2 1", "p3 1", "CODE", "MILD"] == [
        item.name for item in group(found, NONE)
    ]


def test_where_something_blocks_only_what_unblocks_is_named(flaw: Make, package: Make) -> None:
    """An upgrade also closes what does not block."""
    blocks = flaw("a.py", 1, "B602")
    vulnerable = package("x", "1", "A", "2")
    found = [
        blocks,
        flaw("b.py", 1, "B602"),
        flaw("c.py", 1, "B101"),
        vulnerable,
        package("x", "1", "B", "3", severity=Severity.LOW),
        package("y", "1", "C", "2"),
    ]
    fixes = fix_first(found, frozenset({blocks.identity, vulnerable.identity}))

    assert [
        ("Upgrade x 1 to 3", 2),
        ("Repair: B602 was found here", 1),
    ] == [(fix.text, fix.closes) for fix in fixes]


def test_what_is_exploited_is_named_though_it_breaks_no_rule(flaw: Make, package: Make) -> None:
    """A pack may let it pass; whoever reads the report must not."""
    blocks, used = flaw("a.py", 1, "B602"), package("x", "1", "A", "2", severity=Severity.LOW)
    told = dataclasses.replace(
        used.dependency, exploit=Exploit(kev=Listed.YES), direct=False, via=("y", "z")
    )
    used = dataclasses.replace(used, dependency=told)
    fixes = fix_first([blocks, used], frozenset({blocks.identity}))

    assert ["Upgrade x 1 to 2, which y brings in", "Repair: B602 was found here"] == [
        fix.text for fix in fixes
    ]


def test_places_of_a_change_stand_once_and_are_few(flaw: Make) -> None:
    found = [flaw(f"{n // 2}.py", 1, "B602", message=str(n)) for n in range(20)]
    found.append(dataclasses.replace(flaw("x", 1, "B602"), location=None))
    (fix,) = fix_first(found, NONE)

    assert (21, ("0.py:1", "1.py:1", "2.py:1", "3.py:1", "4.py:1")) == (fix.closes, fix.places)
    assert 5 == fix.more


def test_secrets_are_taken_out_and_revoked(flaw: Make) -> None:
    secret = dataclasses.replace(
        flaw("a", 1, "key", kind=Kind.SECRETS, message="A key"), rule=Rule(id="key", name="key")
    )

    assert ["Take out and revoke key: A key"] == [fix.text for fix in fix_first([secret], NONE)]


def test_a_rule_without_a_name_is_told_by_its_description_or_message(flaw: Make) -> None:
    bare = dataclasses.replace(flaw("a", 1, "x", message="it is bad"), rule=Rule(id="x"))
    described = dataclasses.replace(bare, rule=Rule(id="x", description="do not"))

    assert ["Repair x: it is bad"] == [fix.text for fix in fix_first([bare], NONE)]
    assert ["Repair x: do not"] == [fix.text for fix in fix_first([described], NONE)]
    assert ["it is bad", "do not"] == [group([f], NONE)[0].title for f in (bare, described)]


def test_groups_stand_in_the_order_of_what_matters(flaw: Make) -> None:
    """Blocking ones, then the worst, then the largest; their worst places first."""
    found = [
        flaw("a.py", 1, "LOW", severity=Severity.LOW),
        flaw("b.py", 1, "TWICE", severity=Severity.MEDIUM),
        flaw("c.py", 1, "TWICE", severity=Severity.HIGH),
        flaw("d.py", 1, "ONCE", severity=Severity.HIGH),
        flaw("e.py", 1, "WORST", severity=Severity.CRITICAL),
        flaw("f.py", 1, "ODD", severity=Severity.UNKNOWN),
    ]
    groups = group(found, frozenset({found[0].identity}))

    assert [
        ("LOW", 1, 1), ("WORST", 1, 0), ("TWICE", 2, 0), ("ONCE", 1, 0), ("ODD", 1, 0),
    ] == [(g.name, g.count, g.blocking) for g in groups]  # fmt: skip
    assert ["c.py", "b.py"] == [spot.path for spot in groups[2].spots]


def test_places_that_block_stand_before_worse_ones(flaw: Make) -> None:
    blocks = flaw("a.py", 1, "R", severity=Severity.LOW)
    (only,) = group([flaw("b.py", 1, "R"), blocks], frozenset({blocks.identity}))

    assert ["a.py", "b.py"] == [spot.path for spot in only.spots]


def test_a_package_is_one_group_whatever_its_advisories(package: Make) -> None:
    found = [package("x", "1", f"GHSA-{n}") for n in range(5)] + [package("x", "1", "GHSA-0")]
    (only,) = group(found, NONE)

    assert ("x 1", "GHSA-0, GHSA-1, GHSA-2 and 2 more", 6, 5) == (
        only.name,
        only.title,
        only.count,
        len(only.spots),
    )


@pytest.mark.parametrize(
    ("rule", "message", "expected"),
    [
        (Rule(id="B411", name="blacklist"), "Do not use it.", "Do not use it."),
        (Rule(id="private-key", name="Private Key"), "It seems to hold one.", "Private Key"),
        (Rule(id="js/sql", name="Sql", description="A query of text"), "x y", "A query of text"),
        (Rule(id="a", name="a"), "b", "a"),
        (Rule(id="a"), "", "a"),
    ],
)
def test_a_rule_in_words(flaw: Make, rule: Rule, message: str, expected: str) -> None:
    """Some tools call a rule like a variable, and tell what is wrong in the message only."""
    found = dataclasses.replace(flaw("a", 1, "x", message=message), rule=rule)

    assert expected == what([found])


def test_a_place_that_is_reported_twice_stands_once(flaw: Make) -> None:
    twice = [flaw("a.py", 1, "B602", identity=str(n)) for n in range(2)]
    (only,) = group(twice, NONE)

    assert (2, 1) == (only.count, len(only.spots))


def test_what_the_reasons_say_is_not_said_twice(view: Make) -> None:
    """A scanner that a reason is about stands among the others, and points there."""
    missing = Skipped(
        subject=Subject(name="a", kind=Kind.CODE), why=Why.UNAVAILABLE, reason="it is not there"
    )
    other = Skipped(
        subject=Subject(name="b", kind=Kind.IAC), why=Why.UNAVAILABLE, reason="nor is it"
    )

    assert [("a", True), ("b", False)] == [(n.name, n.told) for n in view(missing, other).not_run]


def test_findings_passed_over_for_their_file_are_counted(red: View) -> None:
    """Who sees 8 asserts of which none blocks asks why."""
    expected = PassedOver(
        rule="No high or critical flaws in the code",
        count=8,
        roles="test, docs, vendored or generated",
    )

    assert (expected,) == red.passed_over


def test_tools_of_one_name_are_told_apart_by_their_folder(view: Make, ran: Make) -> None:
    parts = [ran("bandit", Kind.CODE) for _ in range(2)]
    named = [
        dataclasses.replace(each, subject=dataclasses.replace(each.subject, category=part))
        for each, part in zip(parts, ("api", "web"), strict=True)
    ]

    assert ["bandit (api)", "bandit (web)"] == [facts.name for facts in view(*named).ran]
    assert ["bandit"] == [facts.name for facts in view(named[0]).ran]
