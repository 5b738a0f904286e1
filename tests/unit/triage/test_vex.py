"""What VEX statements do to findings: only the newest one about this package, with its reason."""

from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.finding import Finding, Kind, State
from drawgate.core.purl import parse_purl
from drawgate.core.vex import Component, Product, Statement, Status, Versions, settled
from drawgate.triage.vex import Heard, hear, uses
from drawgate.triage.vex_documents import choose
from drawgate.triage.vex_products import Fit, fit, own_of
from samples.vex import AS_OF, CVE, SHOP, document, flaw, product, statement, suppressed


def heard(
    *statements: Statement, finding: Finding | None = None, products: tuple[str, ...] = ()
) -> Heard:
    vex = choose([document(statements)], ["Acme"], products)
    return hear((finding or flaw(),), vex, AS_OF)


def excused(*statements: Statement, **facts: Any) -> bool:  # noqa: ANN401 - those of `heard`
    return heard(*statements, **facts).findings[0].suppressed


def told(result: Heard) -> tuple[str, ...]:
    return uses(result, result.findings)[0].said


def test_a_reason_excuses_and_stands_beside_the_finding() -> None:
    (finding,) = heard(statement(reason="component_not_present: removed")).findings

    (one,) = finding.suppressions
    assert finding.suppressed
    assert ("S-1", "acme.json", "not_affected", "Acme", "component_not_present: removed") == (
        one.by, one.source, one.type, one.owner, one.justification
    )  # fmt: skip


@pytest.mark.parametrize(
    ("status", "where", "counts"),
    [
        (Status.NOT_AFFECTED, "pkg:pypi/django", False),
        (Status.NOT_AFFECTED, "pkg:pypi/Django@2.2.3", False),
        (Status.NOT_AFFECTED, "pkg:pypi/django@2.2.4", True),
        (Status.FIXED, "pkg:pypi/django@2.2.3", False),
        (Status.FIXED, "pkg:pypi/django", True),
        (Status.AFFECTED, "pkg:pypi/django@2.2.3", True),
        (Status.UNDER_INVESTIGATION, "pkg:pypi/django@2.2.3", True),
        (Status.NOT_AFFECTED, "pkg:pypi/flask@2.2.3", True),
        (Status.NOT_AFFECTED, "pkg:npm/django@2.2.3", True),
        (Status.NOT_AFFECTED, "pkg:pypi/django@2.2.3?arch=x", True),
        (Status.NOT_AFFECTED, "pkg:pypi/django@2.2.3#part", True),
        (Status.NOT_AFFECTED, "django", True),
    ],
)
def test_status_and_version_decide(status: Status, where: str, counts: bool) -> None:  # noqa: FBT001 - a table's column
    assert counts is not excused(statement(status, product(where)))


def test_without_a_reason_nothing_is_excused_and_that_is_said() -> None:
    result = heard(statement(reason=""))

    assert not result.findings[0].suppressions
    (said,) = told(result)
    assert said == (
        "VEX acme.json: 1 statement does not count: "
        "not_affected needs a justification or an impact statement"
    )


def test_under_investigation_counts_and_is_noted() -> None:
    result = heard(statement(Status.UNDER_INVESTIGATION))

    (use,) = uses(result, result.findings)
    assert "underReview" == result.findings[0].suppressions[0].status
    assert (0, 1) == (use.excused, use.under_investigation)


def test_a_decision_of_ones_own_stands_while_somebody_investigates() -> None:
    """SARIF calls a result suppressed only if all of its suppressions are accepted."""
    waived = flaw(suppressions=(suppressed("accepted"),))

    assert excused(statement(Status.UNDER_INVESTIGATION), finding=waived)


@pytest.mark.parametrize("order", [1, -1])
def test_a_decision_settles_what_is_only_looked_into(order: int) -> None:
    """Whichever of the two comes first: waivers are applied behind VEX."""
    noted = heard(statement(Status.UNDER_INVESTIGATION)).findings[0].suppressions[0]
    waived = suppressed("accepted")
    refused = suppressed("accepted", status="rejected")

    assert (waived,) == settled((noted, waived)[::order])
    assert {noted, refused} == set(settled((noted, refused)[::order]))


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_statement_decides(order: int) -> None:
    old = statement(time="2024-01-01T00:00:00Z", id_="old")
    new = statement(Status.AFFECTED, time="2025-01-01T00:00:00Z", id_="new")
    swapped = (replace(old, time=new.time), replace(new, time=old.time))

    assert not excused(*(old, new)[::order])
    assert excused(*swapped[::order])


@pytest.mark.parametrize("order", [1, -1])
def test_of_one_moment_the_harsher_statement_decides(order: int) -> None:
    both = (statement(id_="a"), statement(Status.AFFECTED, id_="b"))

    assert not excused(*both[::order])


def test_a_newer_statement_without_reason_takes_the_older_ones_word_back() -> None:
    newer = statement(reason="", time="2025-06-01T00:00:00Z", id_="new")

    assert not excused(statement(), newer)


def test_a_statement_of_the_future_says_nothing_yet() -> None:
    result = heard(statement(time="2026-01-01T00:00:01Z"))

    assert not result.findings[0].suppressed
    assert "of a later moment" in told(result)[0]


def test_a_statement_without_a_time_is_older_than_any() -> None:
    assert excused(statement(time=""))
    assert not excused(statement(time=""), statement(Status.AFFECTED, id_="b"))


@pytest.mark.parametrize(
    ("whole", "parts", "products", "counts"),
    [
        (SHOP, ["pkg:pypi/django"], (SHOP,), False),
        (SHOP, [], (SHOP,), False),
        (SHOP, ["pkg:pypi/django"], (), True),
        (SHOP, ["pkg:pypi/flask"], (SHOP,), True),
        ("pkg:pypi/shop", ["pkg:pypi/django"], (SHOP,), False),
        (SHOP, ["pkg:pypi/django"], ("pkg:pypi/shop",), True),
        (SHOP, ["pkg:pypi/django"], ("pkg:pypi/shop@1.3",), True),
        ("Shop 1.2", ["pkg:pypi/django"], ("Shop 1.2",), False),
        ("pkg:pypi/other", ["pkg:pypi/django"], (SHOP,), True),
        ("pkg:pypi/django@2.2.3", ["pkg:generic/openssl"], (SHOP,), True),
    ],
)
def test_a_part_is_excused_in_its_own_product_only(
    whole: str,
    parts: list[str],
    products: tuple[str, ...],
    counts: bool,  # noqa: FBT001 - a table's column
) -> None:
    """That another shop does not call Django's code says nothing about this one."""
    result = statement(Status.NOT_AFFECTED, product(whole, *parts))

    assert counts is not excused(result, products=products)


@pytest.mark.parametrize(
    ("where", "products", "said"),
    [
        (product("pkg:pypi/other"), (), "about another product (pkg:pypi/other); if that"),
        (product(SHOP, "pkg:pypi/django"), ("pkg:pypi/shop",), f"about a version ({SHOP}) of what"),
        (product("pkg:pypi/django?arch=x"), (), "about a variant (pkg:pypi/django?arch=x)"),
    ],
)
def test_what_does_not_fit_is_said(where: Product, products: tuple[str, ...], said: str) -> None:
    assert said in told(heard(statement(Status.NOT_AFFECTED, where), products=products))[0]


def test_what_does_not_fit_is_not_said_where_something_else_excuses() -> None:
    other = statement(Status.NOT_AFFECTED, product("pkg:pypi/other"), id_="other")
    late = statement(time="2027-01-01T00:00:00Z", id_="late")

    assert () == told(heard(statement(), other, late))
    assert 2 == len(told(heard(other, late)))


@pytest.mark.parametrize(
    ("range_", "fits"),
    [
        ("vers:pypi/>=2.0|<3", Fit.EXACT),
        ("vers:pypi/<2.0", Fit.ELSEWHERE),
        ("vers:all/*", Fit.ANY),
        ("vers:npm/>=1.0.0", Fit.UNREAD),
        ("vers:pypi/>=x", Fit.UNREAD),
        ("vers:pypi/>=1|>=2", Fit.UNREAD),
        ("vers:pypi/" + "|".join(f">={n}" for n in range(5000)), Fit.UNREAD),
        ("2.2.3", Fit.UNREAD),
        ("", Fit.UNREAD),
    ],
)
def test_a_range_that_cannot_be_read_holds_nothing(range_: str, fits: Fit) -> None:
    package = parse_purl("pkg:pypi/django@2.2.3")
    told_of = Component(names=("pkg:pypi/django",), versions=Versions(ranges=(range_,)))

    assert package
    assert fits is fit(Product(whole=told_of), package, own_of(()))


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("pypi", "1.0", "1.0.0", True),
        ("pypi", "1.0", "1.0+patched", False),
        ("golang", "v1.2.0", "1.2.0", True),
        ("deb", "1:2-3", "2-3", False),
    ],
)
def test_a_rebuild_is_another_version(kind: str, one: str, other: str, same: bool) -> None:  # noqa: FBT001 - as above
    package = parse_purl(f"pkg:{kind}/x@{other}")

    assert package
    assert same is (fit(product(f"pkg:{kind}/x@{one}"), package, own_of(())) is Fit.EXACT)


@pytest.mark.parametrize("name", ["ghsa-aaaa-bbbb-cccc", "CVE-2026-0001"])
def test_any_name_of_the_vulnerability_will_do(name: str) -> None:
    finding = flaw(advisory="PYSEC-2026-1", aliases=("GHSA-aaaa-bbbb-cccc", CVE))

    assert excused(statement(names=("GO-1-1", name)), finding=finding)


def test_a_name_that_another_report_of_the_flaw_knows_will_do() -> None:
    first = flaw(advisory="GHSA-aaaa-bbbb-cccc")
    second = flaw(advisory=CVE, aliases=("GHSA-aaaa-bbbb-cccc",), tool="osv-scanner")
    vex = choose([document([statement()])], ["Acme"])

    done = hear((first, second), vex, AS_OF)

    assert [True, True] == [finding.suppressed for finding in done.findings]


@pytest.mark.parametrize(
    "finding",
    [
        flaw(malicious=True),
        flaw(aliases=("MAL-2026-1",)),
        flaw(advisory="MAL-2026-1", aliases=(CVE,)),
    ],
)
def test_malware_is_never_excused(finding: Finding) -> None:
    result = heard(statement(), finding=finding)

    assert not result.findings[0].suppressions
    assert "which nothing excuses" in told(result)[0]


@pytest.mark.parametrize("kind", [Kind.CODE, Kind.SECRETS, Kind.IAC, Kind.LICENSE, Kind.DAST])
def test_only_findings_about_packages_are_excused(kind: Kind) -> None:
    assert not excused(statement(), finding=flaw(kind=kind))
    assert not excused(statement(), finding=replace(flaw(), dependency=None))


def test_what_is_gone_is_left_alone() -> None:
    assert not excused(statement(), finding=flaw(state=State.ABSENT))


def test_hearing_again_gives_the_same_and_forgets_what_was_said_before() -> None:
    once = heard(statement())
    again = hear(once.findings, once.vex, AS_OF)
    other = hear(once.findings, choose([document([])], ["Acme"]), AS_OF)

    assert once.findings == again.findings
    assert not other.findings[0].suppressions


def test_a_document_by_a_stranger_is_ignored_and_that_is_said() -> None:
    vex = choose([document([statement()], authors=("Mallory",))], ["Acme"])

    done = hear((flaw(),), vex, AS_OF)

    (use,) = uses(done, done.findings)
    assert not done.findings[0].suppressions
    assert not use.used
    assert use.said[0].startswith("VEX by Mallory ignored: not among the authors allowed")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"authors": ()}, "VEX acme.json ignored: it names no author"),
        ({"draft": True}, "VEX acme.json ignored: its author calls it a draft"),
    ],
)
def test_what_nobody_stands_for_is_ignored(facts: dict[str, Any], said: str) -> None:
    (use,) = choose([document([statement()], **facts)], ["Acme"]).ignored

    assert (said,) == use.said


@pytest.mark.parametrize("order", [1, -1])
def test_of_two_versions_the_newer_counts(order: int) -> None:
    """Also where it takes a statement back by leaving it out."""
    old = document([statement()], version="9", digest="1" * 64, source="old.json")
    new = document([], version="10", digest="2" * 64, source="new.json")

    vex = choose([old, new][::order], ["Acme"])

    assert ["new.json"] == [each.source for each in vex.documents]
    assert ("VEX old.json ignored: new.json is a newer version of it",) == vex.ignored[0].said


def test_a_stranger_cannot_replace_a_document() -> None:
    mine = document([statement()], digest="1" * 64)
    theirs = document([], version="99", digest="2" * 64, authors=("Mallory",))

    assert (mine,) == choose([mine, theirs], ["Acme"]).documents


def test_documents_of_one_id_and_version_all_count() -> None:
    """A vendor's tool gives one id to several documents of a day."""
    both = [document([], digest=digit * 64) for digit in "12"]

    assert 2 == len(choose(both, ["Acme"]).documents)


def test_a_document_that_is_named_twice_counts_once() -> None:
    assert 1 == len(choose([document(), document()], ["Acme"]).documents)


def test_what_documents_say_is_masked() -> None:
    vex = choose([document([statement(reason="see s3cret")])], ["Acme"])

    done = hear((flaw(),), vex, AS_OF, lambda _, text: text.replace("s3cret", "***"))

    assert "see ***" == done.findings[0].suppressions[0].justification
