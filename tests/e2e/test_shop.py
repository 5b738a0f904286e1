"""The demonstration target, scanned with the real scanners and no network."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners


@pytest.fixture
def scan(drawgate: Drawgate, shop: Path, advisories: Path) -> Callable[..., Any]:
    def run(*args: str, **more: Any) -> Any:  # noqa: ANN401 - as the fixture it wraps
        return drawgate("scan", shop, "--offline", "--advisories", advisories, *args, **more)

    return run


def _results(run: Any, tool: str) -> list[dict[str, Any]]:  # noqa: ANN401 - a Run
    runs = run.json("results.sarif")["runs"]
    return next(r["results"] for r in runs if r["tool"]["driver"]["name"] == tool)


def test_the_gate_is_red_and_says_why(scan: Drawgate) -> None:
    run = scan()

    assert 1 == run.code
    assert run.out.startswith("✗ FAILED")
    for named in ("shop/settings.py:6", "B324", "shop/accounts.py:8", "ci.yml:12", "django 2.2.3"):
        assert named in run.out, named
    assert "AKIA0FAKE1FAKE0FAKE1" not in run.out + run.err


def test_the_network_was_cut_and_the_verdict_says_how(scan: Drawgate) -> None:
    verdict = scan().json("verdict.json")

    assert verdict["offline"] in (
        "enforced by a network namespace",
        "enforced by Landlock and seccomp",
    )
    assert ("failed", 1) == (verdict["outcome"], verdict["exit_code"])


def test_the_age_of_the_data_shows(scan: Drawgate) -> None:
    """The demonstration's advisories are old on purpose: that is missing evidence."""
    old = scan("--as-of", "2026-11-21").json("verdict.json")
    fresh = scan("--as-of", "2024-07-12").json("verdict.json")

    assert (True, False) == (old["incomplete"], fresh["incomplete"])


def test_what_is_not_pinned_is_not_assessed(scan: Drawgate) -> None:
    run = scan()

    assert "python-dateutil>=2.8" in run.out
    assert 1 == run.attempts["pip-audit"]["notAssessed"]


def test_an_inline_suppression_is_recorded(scan: Drawgate) -> None:
    hidden = [r for r in _results(scan(), "bandit") if r.get("suppressions")]

    assert [("B602", "inSource")] == [
        (r["ruleId"], r["suppressions"][0]["kind"]) for r in hidden if r["ruleId"] == "B602"
    ]


def test_a_dependency_points_at_its_line_and_is_rated(scan: Drawgate) -> None:
    found = next(r for r in _results(scan(), "pip-audit") if "jinja2 2.10" in r["message"]["text"])

    place = found["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"].endswith("requirements.txt")
    assert 3 == place["region"]["startLine"]
    assert found["properties"]["drawgate/severity"] in ("high", "critical", "medium")


def test_the_same_input_gives_the_same_bytes(scan: Drawgate) -> None:
    names = ("results.sarif", "verdict.json", "summary.md")
    moment = ("--as-of", "2024-07-12")
    one = scan(*moment)
    first = {name: (one.directory / name).read_bytes() for name in names}
    two = scan(*moment, "--jobs", "1")

    assert first == {name: (two.directory / name).read_bytes() for name in names}
    assert one.out == two.out


def test_a_log_can_be_judged_again_and_says_the_same(scan: Drawgate, drawgate: Drawgate) -> None:
    moment = ("--as-of", "2024-07-12")
    scanned = scan(*moment)
    log = scanned.directory / "results.sarif"
    again = drawgate("gate", log, *moment, "-o", scanned.directory / "again.json")

    assert scanned.code == again.code
    assert scanned.out == again.out
    assert scanned.json("verdict.json")["rules"] == scanned.json("again.json")["rules"]


def test_annotations_need_no_token_and_name_each_kind(scan: Drawgate) -> None:
    lines = scan("-f", "github").out.splitlines()

    # Where the shop lies in a repository, its paths begin with its own folder.
    assert any(re.match(r"::error file=(\S+/)?scripts/deploy_key\.pem,line=1", x) for x in lines)
    assert all(x.startswith(("::", "… and", "Drawgate:")) for x in lines)


def test_a_narrow_threshold(scan: Drawgate) -> None:
    run = scan("--only", "bandit", "--fail-on", "critical", "--as-of", "2024-07-12")

    assert 0 == run.code
    assert "threshold: critical" in str(run.json("verdict.json")["rules"])


def test_exit_zero_is_written_down(scan: Drawgate) -> None:
    run = scan("--exit-zero")

    assert 0 == run.code
    assert (True, 1) == (
        run.json("verdict.json")["exit_zero"],
        run.json("verdict.json")["exit_code"],
    )
