"""semgrep with our rules, as a part of the whole program."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate import resources

Drawgate = Callable[..., Any]
pytestmark = pytest.mark.scanners

FLAW = 'eval(new URLSearchParams(location.search).get("x"));\n'


@pytest.fixture
def scan(drawgate: Drawgate) -> Drawgate:
    def run(target: Path, *args: str) -> Any:  # noqa: ANN401 - what the fixture gives
        return drawgate("scan", target, "--only", "semgrep", "--offline", *args)

    return run


def found(run: Any) -> list[tuple[str, str, str]]:  # noqa: ANN401 - see above
    """Give file, rule and kind of suppression of each result."""
    runs = {each["tool"]["driver"]["name"]: each for each in run.json("results.sarif")["runs"]}
    return [
        (
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].rsplit("/", 1)[1],
            result["ruleId"].removeprefix("drawgate."),
            "".join(each["kind"] for each in result.get("suppressions", ())),
        )
        for result in runs["semgrep"]["results"]
    ]


def test_the_shop_is_full_of_what_our_rules_look_for(scan: Drawgate, shop: Path) -> None:
    """Python, JavaScript, the Dockerfile and the workflow all have something."""
    run = scan(shop)

    assert found(run) == [
        ("ci.yml", "actions.fork-code-with-rights", ""),
        ("ci.yml", "actions.script-injection", ""),
        ("Dockerfile", "dockerfile.latest-base", ""),
        ("Dockerfile", "dockerfile.runs-as-root", ""),
        ("Dockerfile", "dockerfile.credential-in-layer", ""),
        ("accounts.py", "python.fast-hash-for-login", ""),
        ("app.py", "python.flask-debugger-public", ""),
        ("checkout.js", "javascript.dom-html-from-url", ""),
    ]
    assert b"not-a-real" not in run.everything


def test_the_log_says_by_which_rules(scan: Drawgate, shop: Path) -> None:
    run = scan(shop)
    log = run.json("results.sarif")["runs"][1]["properties"]

    assert resources.ruleset("semgrep") == log["drawgate/ruleset"]
    assert resources.ruleset("semgrep") == run.attempts["semgrep"]["tool"]["ruleset"]


def test_the_target_has_no_say(scan: Drawgate, target: Path) -> None:
    """Ignore files hide nothing, and a comment only marks what it is about."""
    (target / "src").mkdir()
    (target / "src/a.js").write_text(FLAW)
    (target / "src/b.js").write_text(FLAW.replace("\n", " // nosemgrep\n"))
    for name in (".semgrepignore", ".gitignore", "src/.semgrepignore"):
        (target / name).write_text("*\n")
    (target / ".semgrep.yml").write_text("rules: []\n")

    assert found(scan(target)) == [
        ("a.js", "javascript.dom-code-from-url", ""),
        ("b.js", "javascript.dom-code-from-url", "inSource"),
    ]


def test_foreign_and_packed_code_is_left_out_with_a_word(scan: Drawgate, target: Path) -> None:
    for name in ("src/a.js", "vendor/b.js", "src/api.generated.ts"):
        (target / name).parent.mkdir(exist_ok=True)
        (target / name).write_text(FLAW)
    (target / "src/bundle.js").write_text("x=1;" * 3_000 + FLAW)
    run = scan(target)
    verdict = run.json("verdict.json")

    assert [("a.js", "javascript.dom-code-from-url", "")] == found(run)
    assert [("semgrep", "generated files", 1), ("semgrep", "vendored files", 1)] == [
        (each["origin"], each["pattern"], each["files"])
        for each in verdict["target"]["exclusions"]
        if each["origin"] == "semgrep"
    ]
    assert "packed code" in run.out
    assert 1 == run.attempts["semgrep"]["notAssessed"]


def test_a_file_of_types_does_not_fail_the_scanner(scan: Drawgate, target: Path) -> None:
    """Nearly every project in TypeScript has one, and semgrep passes over it without a word."""
    (target / "src").mkdir()
    (target / "src/a.ts").write_text(FLAW)
    (target / "src/shim.d.ts").write_text('declare module "*.vue";\n')
    run = scan(target)

    assert [("a.ts", "javascript.dom-code-from-url", "")] == found(run)
    assert (1, 1) == (
        run.attempts["semgrep"]["lookedAt"],
        run.attempts["semgrep"]["notAssessed"],
    )
    assert "such a name (src/shim.d.ts)" in " ".join(run.out.split())


def test_half_a_file_is_not_assessed_and_what_was_found_stays(scan: Drawgate, target: Path) -> None:
    (target / "src").mkdir()
    (target / "src/a.js").write_text(f"{FLAW}function (((\n")
    run = scan(target)

    assert [("a.js", "javascript.dom-code-from-url", "")] == found(run)
    assert "semgrep can't parse line" in run.out
    assert (0, 1) == (
        run.attempts["semgrep"]["lookedAt"],
        run.attempts["semgrep"]["notAssessed"],
    )


@pytest.mark.parametrize(("beside", "code"), [({}, 3), ({"a.js": "x = 1;\n"}, 0)])
def test_packed_scripts_are_told_as_left_out(
    drawgate: Drawgate, target: Path, beside: dict[str, str], code: int
) -> None:
    """By whom and why; a target that holds nothing else is not looked at, as before."""
    for name, text in {"a.min.js": FLAW, **beside}.items():
        (target / name).write_text(text)
    run = drawgate("scan", target, "--offline")
    told = {each["name"]: each for each in run.json("verdict.json")["requirements"]}

    said = told["left-out:JavaScript and TypeScript" if beside else "kind:code"]
    assert code == run.code
    assert said["sentence"].endswith(
        "JavaScript and TypeScript (a.min.js) is left out on purpose: "
        "semgrep is not given vendored files"
    )
    assert "add a scanner" not in said["hint"]

    again = drawgate("gate", run.directory / "results.sarif", "-o", run.directory / "again.json")
    assert (code, run.json("verdict.json")["requirements"]) == (
        again.code,
        run.json("again.json")["requirements"],
    )
