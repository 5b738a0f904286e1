"""What leaves as VEX: valid documents that never call an accepted risk harmless."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from drawgate.core.adapter import Grain, Report
from drawgate.core.attempt import Ran, Subject, ToolFacts
from drawgate.core.errors import UsageError
from drawgate.core.finding import Finding, Kind, State, Suppression, SuppressionKind
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.vex import Use
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.readers.vex import read_vex
from drawgate.reporting.publisher import Publisher, publisher_of
from drawgate.reporting.render import PUBLISHED
from drawgate.reporting.vex import JUSTIFICATIONS, Risk
from drawgate.reporting.view import make_view
from drawgate.triage.steps import triage_log
from drawgate.triage.vex_documents import choose
from samples.vex import AS_OF, CVE, SHOP, flaw, suppressed

SCHEMA = json.loads(
    (Path(__file__).parents[3] / "fixtures/vex/openvex-0.2.0.schema.json").read_text()
)
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
CYCLONEDX = JsonStrictValidator(SchemaVersion.V1_6)
PACK = load_pack("default")
ACME = Publisher(author="Acme", product=SHOP)
OPENVEX = {
    "not_affected": "not_affected",
    "resolved": "fixed",
    "in_triage": "under_investigation",
    "exploitable": "affected",
}


def scan_of(*findings: Finding, absent: tuple[Finding, ...] = ()) -> Scan:
    subject = Subject(name="pip-audit", kind=Kind.DEPENDENCIES, grain=Grain.TREE, homepage="")
    report = Report(findings=findings, looked_at=frozenset({"x"}))
    ran = Ran(subject=subject, report=report, tool=ToolFacts(), absent=absent)
    return Scan(target=TargetFacts(name="shop"), attempts=(ran,), as_of=AS_OF)


def written(name: str, *findings: Finding, absent: tuple[Finding, ...] = ()) -> Any:  # noqa: ANN401 - JSON
    scan = scan_of(*findings, absent=absent)
    view = replace(make_view(scan, judge(scan, PACK)), publisher=ACME)
    return json.loads(PUBLISHED[name].render(view))


def statuses(*findings: Finding, absent: tuple[Finding, ...] = ()) -> list[str]:
    """Give the statuses that both formats say, which must be the same."""
    openvex = written("openvex", *findings, absent=absent)
    cyclonedx = written("cyclonedx-vex", *findings, absent=absent)
    VALIDATOR.validate(openvex)
    assert CYCLONEDX.validate_str(json.dumps(cyclonedx)) is None
    told = [statement["status"] for statement in openvex["statements"]]
    assert told == [OPENVEX[each["analysis"]["state"]] for each in cyclonedx["vulnerabilities"]]
    return told


@pytest.mark.parametrize(
    ("suppressions", "status"),
    [
        ((), "under_investigation"),
        ((suppressed("false-positive"),), "not_affected"),
        ((suppressed("not_affected"),), "not_affected"),
        ((suppressed("false-positive", reason=" "),), "under_investigation"),
        ((suppressed("fixed"),), "fixed"),
        ((suppressed("fixed"), suppressed("not_affected")), "not_affected"),
        ((suppressed("under_investigation", status="underReview"),), "under_investigation"),
        ((suppressed("accepted"),), "affected"),
        ((suppressed("deferred"),), "affected"),
        ((suppressed("mitigated"),), "affected"),
        ((suppressed("accepted"), suppressed("false-positive")), "affected"),
        ((suppressed("accepted", status="rejected"),), "under_investigation"),
        ((suppressed("false-positive", status="underReview"),), "under_investigation"),
        ((suppressed(""),), "under_investigation"),
        ((suppressed("anything"), suppressed("false-positive")), "under_investigation"),
        ((Suppression(kind=SuppressionKind.IN_SOURCE, justification="x"),), "under_investigation"),
    ],
)
def test_what_was_decided_decides(suppressions: tuple[Suppression, ...], status: str) -> None:
    assert [status] == statuses(flaw(suppressions=suppressions))


TYPES = ("accepted", "deferred", "mitigated", "false-positive", "not_affected", "fixed",
         "under_investigation", "affected", "", "x")  # fmt: skip
some = st.lists(
    st.builds(
        Suppression,
        kind=st.sampled_from(SuppressionKind),
        justification=st.sampled_from(["", "why", *JUSTIFICATIONS, "component_not_present: x"]),
        status=st.sampled_from(["accepted"] * 8 + ["underReview", "rejected"]),
        by=st.sampled_from(["", "W-1"]),
        type=st.sampled_from(TYPES),
    ),
    min_size=1,
    max_size=3,
).map(tuple)


@settings(max_examples=500, deadline=None)
@given(st.lists(some | st.just(()), min_size=1, max_size=3), st.booleans())
def test_an_accepted_risk_is_never_called_harmless(
    several: list[tuple[Suppression, ...]],
    folded: bool,  # noqa: FBT001 - drawn
) -> None:
    """However many reports, manifests and suppressions of a flaw there are."""
    findings = [
        flaw(suppressions=each, identity=f"{n}", tool=f"tool{n}") for n, each in enumerate(several)
    ]
    scan = triage_log(scan_of(*findings), raw=not folded)
    found = scan.findings

    told = [each["status"] for each in written("openvex", *found)["statements"]]

    risky = any(s.type in set(Risk) for each in found for s in each.suppressions)
    open_ = any(not each.suppressed for each in found)
    assert 1 == len(told)
    if risky or open_:
        assert told[0] not in ("not_affected", "fixed")
    if told == ["not_affected"]:
        types = {s.type for each in found for s in each.suppressions}
        assert types <= {"false-positive", "not_affected", "fixed"}


@settings(deadline=None)
@given(some)
def test_malware_is_always_affected(suppressions: tuple[Suppression, ...]) -> None:
    assert ["affected"] == statuses(flaw(malicious=True, suppressions=suppressions))


def test_a_label_of_openvex_is_taken_off_the_reason() -> None:
    reason = "vulnerable_code_not_in_execute_path: nobody calls it"
    finding = flaw(suppressions=(suppressed("false-positive", reason),))

    (statement,) = written("openvex", finding)["statements"]
    analysis = written("cyclonedx-vex", finding)["vulnerabilities"][0]["analysis"]

    assert ("vulnerable_code_not_in_execute_path", "nobody calls it") == (
        statement["justification"], statement["impact_statement"]
    )  # fmt: skip
    assert ("code_not_reachable", "nobody calls it") == (
        analysis["justification"], analysis["detail"]
    )  # fmt: skip


def test_a_waiver_may_give_the_label_by_itself() -> None:
    given_ = suppressed("false-positive", "nobody calls it", label=JUSTIFICATIONS[0])
    other = suppressed("false-positive", "nobody calls it", label="anything")

    told = [
        (each.get("justification"), each["impact_statement"])
        for one in (given_, other)
        for each in written("openvex", flaw(suppressions=(one,)))["statements"]
    ]

    assert [(JUSTIFICATIONS[0], "nobody calls it"), (None, "nobody calls it")] == told


@pytest.mark.parametrize("label", JUSTIFICATIONS)
def test_no_label_is_lost(label: str) -> None:
    finding = flaw(suppressions=(suppressed("false-positive", label),))

    analysis = written("cyclonedx-vex", finding)["vulnerabilities"][0]["analysis"]

    assert ["not_affected"] == statuses(finding)
    assert analysis.get("justification") or label == analysis["detail"]


@pytest.mark.parametrize(
    ("type_", "action", "response"),
    [
        ("accepted", "The risk is accepted: because. Fixed in 2.2.4.", "will_not_fix"),
        ("deferred", "It will be mended later: because. Fixed in 2.2.4.", "update"),
        ("mitigated", "A mitigation is in place: because. Fixed in 2.2.4.", "workaround_available"),
    ],
)
def test_a_risk_that_stays_says_what_to_do(type_: str, action: str, response: str) -> None:
    finding = flaw(suppressions=(suppressed(type_, owner="Somebody"),), fixed=("2.2.4",))

    openvex, cyclonedx = written("openvex", finding), written("cyclonedx-vex", finding)

    assert action == openvex["statements"][0]["action_statement"]
    assert [response] == cyclonedx["vulnerabilities"][0]["analysis"]["response"]
    assert "Somebody" not in json.dumps((openvex, cyclonedx))


def test_what_is_gone_is_fixed_in_the_product_and_in_no_version_of_the_package() -> None:
    """Who brings the old version back shall not find it excused."""
    gone = flaw(state=State.ABSENT)

    assert ["fixed"] == statuses(absent=(gone,))
    (statement,) = written("openvex", absent=(gone,))["statements"]
    assert "pkg:pypi/django" == statement["products"][0]["subcomponents"][0]["@id"]


def test_what_is_gone_from_one_manifest_and_still_in_another_is_not_fixed() -> None:
    gone = flaw(version="2.2.1", aliases=("GHSA-aaaa-bbbb-cccc",), state=State.ABSENT)

    assert ["under_investigation"] == statuses(flaw(advisory="GHSA-aaaa-bbbb-cccc"), absent=(gone,))


def test_reports_that_share_a_name_are_one_vulnerability() -> None:
    ghsa = "GHSA-aaaa-bbbb-cccc"
    findings = (
        flaw(advisory=ghsa, identity="1"),
        flaw(suppressions=(suppressed("false-positive"),), identity="2"),
        flaw(advisory="PYSEC-2026-1", aliases=(ghsa, CVE), identity="3"),
    )

    assert ["under_investigation"] == statuses(*findings)
    vulnerability = written("openvex", *findings)["statements"][0]["vulnerability"]
    assert {"name": CVE, "aliases": [ghsa, "PYSEC-2026-1"]} == vulnerability


def test_the_same_bytes_each_time_and_in_any_order() -> None:
    findings = [flaw(name, identity=name) for name in ("a", "b", "c")]

    for name in ("openvex", "cyclonedx-vex"):
        assert written(name, *findings) == written(name, *findings[::-1])


@pytest.mark.parametrize("name", ["openvex", "cyclonedx-vex"])
def test_what_we_write_excuses_here_exactly_what_we_said(name: str) -> None:
    findings = tuple(
        flaw(package, suppressions=given_, identity=package)
        for package, given_ in {
            "false": (suppressed("false-positive"),),
            "patched": (suppressed("fixed"),),
            "accepted": (suppressed("accepted"),),
            "deferred": (suppressed("deferred"),),
            "mitigated": (suppressed("mitigated"),),
            "open": (),
        }.items()
    )
    data = json.dumps(written(name, *findings)).encode()
    bare = scan_of(*(replace(each, suppressions=()) for each in findings))

    vex = choose([read_vex(data, "own.json")], ["Acme"], [SHOP])
    done = triage_log(bare, vex=vex)
    elsewhere = triage_log(bare, vex=choose(vex.documents, ["Acme"], ["pkg:pypi/other@1"]))

    names = [each.dependency.name for each in done.findings if each.suppressed and each.dependency]
    assert ["false", "patched"] == sorted(names)
    assert 2 == done.vex[0].excused
    assert not any(each.suppressed for each in elsewhere.findings)


def test_a_fix_excuses_the_old_log_in_the_product_that_has_it() -> None:
    data = json.dumps(written("openvex", absent=(flaw(state=State.ABSENT),))).encode()
    document = read_vex(data, "own.json")

    def excused(product: str) -> bool:
        vex = choose([document], ["Acme"], [product])
        return triage_log(scan_of(flaw()), vex=vex).findings[0].suppressed

    assert excused(SHOP)
    assert not excused("pkg:pypi/shop@1.3")


def test_openvex_knows_no_document_without_a_statement() -> None:
    with pytest.raises(UsageError, match="nothing to say"):
        written("openvex")
    assert not written("cyclonedx-vex")["vulnerabilities"]


@pytest.mark.parametrize(
    ("author", "product", "said"),
    [
        ("", SHOP, "needs --author"),
        ("Acme", "", "needs --product"),
        ("Acme", "shop", "is no package URL"),
    ],
)
def test_nobody_publishes_without_a_name(author: str, product: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        publisher_of(author, product, "openvex")


def test_hostile_texts_stay_texts() -> None:
    evil = "\x1b[31m\u202e\ud800 <script>\n::error::"
    finding = flaw(evil, version=evil, suppressions=(suppressed("false-positive", evil),))

    assert ["not_affected"] == statuses(finding)


def _use(number: int, **facts: Any) -> Use:  # noqa: ANN401 - any field of Use
    return Use(
        source=f"{number}.json", format="", id="", author="Acme", digest="", statements=1, **facts
    )


def test_reports_say_by_whose_word_findings_do_not_count() -> None:
    scan = replace(scan_of(flaw()), vex=(_use(1, excused=2), _use(2, said=("Ignored.",))))
    view = make_view(scan, judge(scan, PACK))

    assert ("VEX of Acme excuses 2 findings (1.json)",) == view.excused
    assert "Ignored." in [warning.text for warning in view.warnings]


def test_many_documents_are_counted_where_a_list_gets_long() -> None:
    many = tuple(_use(number, excused=1, said=(f"{number}",)) for number in range(50))
    scan = replace(scan_of(flaw()), vex=many)
    view = make_view(scan, judge(scan, PACK))

    assert (21, "30 more VEX documents in verdict.json") == (len(view.excused), view.excused[-1])
    assert "30 more VEX warnings in verdict.json" in [each.text for each in view.warnings]
