"""What reports say of waivers: seen by everybody, short, and in whole sentences."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from drawgate.core.finding import Suppression, SuppressionKind
from drawgate.core.scan import Scan
from drawgate.core.waiver import Limits, Match, WaiverType
from drawgate.policy.gate import judge
from drawgate.policy.model import Suppressed
from drawgate.policy.pack import load_pack
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import View, make_view
from drawgate.triage.suppress import suppress
from samples import waivers as made
from samples.waivers import OTHER, package, shell, waiver

Make = Callable[..., Any]
FLASK = Match(advisory="PYSEC-1", package="PyPI/flask", versions=("*",))


def view(scan: Scan, limits: Limits | None = None) -> View:
    done = suppress(scan, limits or Limits())
    return make_view(done.scan, judge(done.scan, load_pack("default"), waived=done.waived))


def whole(**given: Any) -> Scan:  # noqa: ANN401 - of `scan`
    """Make a scan of which one finding is waived, and one not any more."""
    comment = Suppression(kind=SuppressionKind.IN_SOURCE)
    return made.scan(
        shell(),
        shell(identity="c", suppressions=(comment,)),
        package(identity=OTHER),
        waivers=(
            waiver(approver="bob", reason="=1+1 <b>| only for developers"),
            waiver(FLASK, id="flask", expires="2026-01-31", type=WaiverType.DEFERRED),
            waiver(Match(rule=("B1",), paths=("**",)), id="old"),
        ),
        **given,
    )


def warnings(scan: Scan, limits: Limits | None = None) -> list[str]:
    return [each.text for each in view(scan, limits).warnings if "waive" in each.text]


def test_what_is_set_apart_is_counted_by_who_said_so() -> None:
    assert view(whole()).set_apart == (
        "1 finding waived by waivers.yaml",
        "1 finding suppressed by comments in the source",
    )


def test_the_first_line_tells_that_something_is_waived() -> None:
    assert view(whole()).headline.endswith("; 1 finding waived")


def test_waivers_that_need_somebody_are_warnings() -> None:
    assert warnings(whole()) == [
        "waiver flask: it expired on 2026-01-31, so 1 finding counts again",
        "1 waiver matches nothing: old",
    ]
    assert warnings(whole(as_of="2026-01-31")) == [
        "waiver flask ends on 2026-01-31, today; then 1 finding counts again",
        "1 waiver matches nothing: old",
    ]
    assert warnings(whole(), Limits(four_eyes=True)) == [
        "waiver flask: it expired on 2026-01-31, so 1 finding counts again",
        "1 waiver is refused by the pack: old",
    ]


def test_what_the_change_would_waive_is_a_warning() -> None:
    scan = made.proposing(made.scan(shell()), waiver(), waiver(FLASK, id="flask"))

    assert warnings(scan) == [
        "this change would newly waive 1 finding (shell, flask); its own waivers have no say"
    ]


def test_many_are_told_shortly() -> None:
    many = tuple(
        waiver(Match(rule=("B602",), paths=(f"/shop/**/{n}", "/shop/")), id=f"w{n}",
               expires="2026-01-15")
        for n in range(40)
    )  # fmt: skip

    said = warnings(made.scan(shell(), waivers=many))

    assert len(said) == 11
    assert said[-1] == "30 more waivers excuse less than they did, or nothing"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("terminal", "1 finding waived by waivers.yaml, listed in results.sarif"),
        ("markdown", "until `2026-03-31`, owner ann, approved by bob): 1 finding, in force"),
        ("markdown", "- `=1+1 <b>|` only for developers"),
        ("terminal", "shell: 1 finding, accepted, until 2026-03-31, owner ann, approved by bob:"),
        ("html", "owned by ann, approved by bob, in waivers.yaml): =1+1 &lt;b"),
        ("html", "It counts. Not waived by flask (rejected: it expired on 2026-01-31, deferred,"),
        ("github", "1 finding waived by waivers.yaml."),
        ("junit", '<skipped message="in force, 1 finding; accepted, until 2026-03-31, owner ann'),
    ],
)  # fmt: skip
def test_every_format_for_people_shows_them(name: str, said: str) -> None:
    assert said in " ".join(FORMATS[name].render(view(whole())).decode().split())


def test_junit_counts_a_waiver_as_skipped() -> None:
    root = ET.fromstring(FORMATS["junit"].render(view(whole())))  # noqa: S314 - our own

    (suite,) = [each for each in root if each.get("name") == "drawgate.waivers"]
    assert (suite.get("tests"), suite.get("skipped"), suite.get("failures")) == ("3", "1", "0")


def test_a_table_has_a_column_for_each_fact() -> None:
    rows = list(csv.DictReader(io.StringIO(FORMATS["csv"].render(view(whole())).decode())))

    facts = {row["waiver"]: row for row in rows}
    assert facts["shell"]["waiver_approver"] == "bob"
    assert facts["shell"]["suppressed"] == "yes"
    assert facts["shell"]["suppressed_by"].startswith("waived by shell (accepted, until")
    assert facts["flask"]["waiver_why"] == "it expired on 2026-01-31"
    assert facts["flask"]["suppressed"] == "no"


def test_programs_get_all_of_it() -> None:
    document = json.loads(FORMATS["json"].render(view(whole())))

    told = {each["id"]: each for each in document["verdict"]["waivers"]["waivers"]}
    assert {name: each["standing"] for name, each in told.items()} == {
        "shell": "in force",
        "flask": "expired",
        "old": "matches nothing",
    }
    (said,) = next(f["suppressions"] for f in document["findings"] if f["tool"] == "pip-audit")
    assert (said["by"], said["status"]) == ("flask", "rejected")


def test_a_pack_that_honours_no_waiver_counts_what_is_waived() -> None:
    pack = load_pack("default")
    rules = tuple(replace(each, count_suppressed=(Suppressed.EXTERNAL,)) for each in pack.rules)
    done = suppress(made.scan(shell(), waivers=(waiver(),)), Limits())

    verdict = judge(done.scan, replace(pack, rules=rules), waived=done.waived)

    (row,) = make_view(done.scan, verdict).rows
    assert row.breaks == ("code",)
