"""The demonstration target, scanned with the real scanners and no network."""

import json
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
    for named in ("shop/settings.py:6", "B501", "shop/accounts.py:8", "ci.yml:12", "django 2.2.3"):
        assert named in run.out, named
    assert "AKIA0FAKE1FAKE0FAKE1" not in run.out + run.err


def test_what_two_scanners_report_counts_once(scan: Drawgate) -> None:
    """Bandit and semgrep report the hash of the password; hadolint and zizmor repeat semgrep."""
    run = scan("-f", "json")
    document = json.loads(run.out)

    also = {each["rule"]: each["also"] for each in document["findings"] if each["also"]}
    totals = document["verdict"]["totals"]
    assert ["bandit B324"] == also["drawgate.python.fast-hash-for-login"]
    assert ["hadolint DL3007"] == also["drawgate.dockerfile.latest-base"]
    assert ["zizmor template-injection"] == also["drawgate.actions.script-injection"]
    assert totals["raw"] == sum(facts["findings"] for facts in document["verdict"]["attempts"])
    assert totals["raw"] == totals["findings"] + totals["suppressed"] + totals["folded"]
    assert totals["folded"] == len(document["folded"]) == sum(map(len, also.values()))


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


def test_dockerfile_and_workflow_are_looked_into(scan: Drawgate) -> None:
    """They turn no build red by themselves, and each says in its tool's words how bad it is."""
    run = scan()
    shown = {
        tool: {
            r["ruleId"]: (
                r["properties"]["drawgate/severity"],
                r["locations"][0]["physicalLocation"]["region"]["startLine"],
            )
            for r in _results(run, tool)
        }
        for tool in ("hadolint", "zizmor")
    }

    assert ("medium", 1) == shown["hadolint"]["DL3007"]
    assert ("medium", 2) == shown["hadolint"]["DL3064"]
    assert ("medium", 12) == shown["zizmor"]["template-injection"]
    assert ("medium", 9) == shown["zizmor"]["unpinned-uses"]
    assert "opensesame-not-real" not in str(_results(run, "hadolint"))
    surroundings = next(r for r in run.json("verdict.json")["rules"] if r["id"] == "surroundings")
    assert 0 == surroundings["count"]


def test_the_strict_pack_wants_more_of_them(scan: Drawgate) -> None:
    rules = scan("--policy", "strict").json("verdict.json")["rules"]

    assert 5 < next(rule["count"] for rule in rules if rule["id"] == "surroundings")


def test_ruff_looks_in_bandits_place_and_only_there(scan: Drawgate) -> None:
    """One flaw stays one finding; who reads the verdict learns who has looked."""
    beside = scan().attempts["ruff"]["reason"]
    alone = scan(env={"DRAWGATE_TOOL_BANDIT": "/nonexistent/bandit"})

    assert "not selected: bandit looks for the same" in beside
    assert "ran" == alone.attempts["ruff"]["outcome"]
    assert "ruff looked in bandit's place" in alone.out
    assert "S602" in [r["ruleId"] for r in _results(alone, "ruff")]
    assert "kind:code" in [
        r["name"] for r in alone.json("verdict.json")["requirements"] if r["met"]
    ]


def test_nobody_takes_the_place_of_who_was_left_out(scan: Drawgate, tmp_path: Path) -> None:
    """Nor that of a broken tool: its failure must show."""
    broken = tmp_path / "bandit"
    broken.write_text("#!/bin/sh\nexit 7\n")
    broken.chmod(0o755)

    assert "skipped" == scan("--skip", "bandit").attempts["ruff"]["outcome"]
    run = scan(env={"DRAWGATE_TOOL_BANDIT": str(broken)})
    assert ("failed", "skipped") == tuple(run.attempts[n]["outcome"] for n in ("bandit", "ruff"))


def test_ruff_can_be_asked_for(scan: Drawgate, tmp_path: Path) -> None:
    config = tmp_path / "asked.toml"
    config.write_text('adapters = ["ruff"]\n')

    assert "ran" == scan("--only", "ruff").attempts["ruff"]["outcome"]
    asked = scan("--config", str(config)).attempts
    assert ("ran", "ran") == (asked["ruff"]["outcome"], asked["bandit"]["outcome"])


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
    assert all(x.startswith(("::", "… and", "suppressed: ", "Drawgate:")) for x in lines)


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
