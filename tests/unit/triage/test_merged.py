"""Merging masks what a log tells of credentials, and keeps everything else as it was."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.errors import LogError
from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import MergeSummary, merge
from drawgate.triage.merged import masks

Json = dict[str, Any]
Merge = Callable[..., tuple[bytes, MergeSummary]]

_SECRET = "correct-horse-9-battery"
_TOKEN = "ghp_" + 9 * "q7Zk"


@pytest.fixture
def merge_all(tmp_path: Path) -> Merge:
    """Merge logs of one run each, masked; a run may also be the bytes of a log."""

    def run_merge(*runs: Json | bytes) -> tuple[bytes, MergeSummary]:
        paths = []
        for number, one in enumerate(runs):
            paths.append(tmp_path / f"{number}.sarif")
            whole = {"version": "2.1.0", "runs": [one]}
            paths[-1].write_bytes(one if isinstance(one, bytes) else json.dumps(whole).encode())
        output = io.BytesIO()
        summary = merge(paths, output, masks())
        return output.getvalue(), summary

    return run_merge


def run(*results: Json, tool: str = "x", rules: list[Json] | None = None, **more: object) -> Json:
    return {"tool": {"driver": {"name": tool, "rules": rules or []}}, "results": results} | more


def result(secret: str = _SECRET, **more: object) -> Json:
    """Make a result that tells a credential wherever a result can."""
    region = {"startLine": 3, "snippet": {"text": f'password = "{secret}"'}}
    place = {
        "physicalLocation": {
            "artifactLocation": {"uri": "src/a.py"},
            "region": region,
            "contextRegion": {"startLine": 2, "snippet": {"text": f"x = 1\npassword = {secret}"}},
        },
        "message": {"text": f"here: '{secret}'"},
    }
    return {
        "ruleId": "R",
        "level": "error",
        "message": {"text": f"Found {secret} in {{0}}", "arguments": [secret]},
        "locations": [place],
        "relatedLocations": [place],
        "codeFlows": [{"threadFlows": [{"locations": [{"location": place}]}]}],
        "fixes": [{"description": {"text": f"take {secret} out"}}],
        "partialFingerprints": {"hash/v1": secret, "primaryLocationLineHash": "ab12:1"},
        "fingerprints": {"secret": secret},
        "properties": {"match": secret, "entropy": 4.1, "deep": {"value": [secret]}},
        "suppressions": [{"kind": "external", "justification": f"{secret} is old"}],
        "webRequest": {"body": {"text": f"p={secret}"}, "headers": {"Authorization": secret}},
    } | more


@pytest.mark.parametrize(
    "one",
    [
        run(result(), tool="gitleaks"),
        run(result(ruleId="B105"), tool="Bandit"),
        run(result(), rules=[{"id": "R", "properties": {"tags": ["external/cwe/cwe-798"]}}]),
        run(result(taxa=[{"id": "CWE-259"}])),
        run(
            result(taxa=[{"index": 0, "toolComponent": {"index": 0}}]),
            taxonomies=[{"name": "CWE", "taxa": [{"id": "321"}]}],
        ),
    ],
    ids=["tool", "rule", "weakness", "taxon", "index"],
)
def test_no_result_about_a_credential_tells_it(merge_all: Merge, one: Json) -> None:
    """Not in a message, a snippet, a flow, a fix, a hash, a property or a request."""
    output, _ = merge_all(one)

    assert _SECRET.encode() not in output
    (finding,) = ingest(output, "merged.sarif").findings
    assert (finding.path, finding.line, finding.reported_severity) == ("src/a.py", 3, "error")


def test_what_is_left_of_a_result(merge_all: Merge) -> None:
    """Its rule, place and level stay; what a tool carries beside its words goes."""
    kept = {
        "ruleId": "R",
        "level": "error",
        "message": {"text": f"Found '{_SECRET}' here"},
        "properties": {"entropy": 4.1},
        "partialFingerprints": {"hash/v1": "0123"},
    }
    output, _ = merge_all(run(kept, tool="gitleaks"))

    assert json.loads(output)["runs"][0]["results"] == [
        {"ruleId": "R", "level": "error", "message": {"text": "Found '***' here"}}
    ]


def test_an_empty_message_stays(merge_all: Merge) -> None:
    """A result without a message could not be read again."""
    output, _ = merge_all(run({"message": {}}, tool="gitleaks"))

    assert json.loads(output)["runs"][0]["results"] == [{"message": {}}]


def test_other_results_are_copied_as_they_are(merge_all: Merge) -> None:
    """Who says nothing about credentials keeps every byte."""
    one = result("harmless", properties={"note": "é"})
    output, _ = merge_all(run(one))

    assert json.loads(output)["runs"][0]["results"] == [one]


def test_two_credentials_of_one_line_stay_two(merge_all: Merge) -> None:
    """They look alike once they are masked, and are told apart by a number."""
    both = run(result(), result("another-6-of-them"), result(), tool="gitleaks")
    once, summary = merge_all(both)
    again, _ = merge_all(once)
    doubled, more = merge_all(both, once)

    assert (summary.results, summary.collapsed) == (2, 1)
    repeats = [r.get("properties") for r in json.loads(once)["runs"][0]["results"]]
    assert repeats == [None, {"drawgate/repeat": 2}]
    assert again == once
    assert (more.results, doubled) == (2, once)


def test_credentials_of_two_logs_stay_two(merge_all: Merge) -> None:
    """Where they look alike once masked, whatever number their rule has; one of both is one."""
    rules = [{"id": "Q"}, {"id": "R"}]
    one = run(result(ruleId="R", ruleIndex=0), tool="gitleaks", rules=[{"id": "R"}])
    other = run(result("another-6-of-them", ruleId="R", ruleIndex=1), tool="gitleaks", rules=rules)
    same = run(result(ruleId="R", ruleIndex=1), tool="gitleaks", rules=rules)
    two, summary = merge_all(one, other)
    again, _ = merge_all(two)

    assert (summary.results, summary.collapsed) == (2, 0)
    results = json.loads(two)["runs"][0]["results"]
    assert [r.pop("properties", None) for r in results] == [None, {"drawgate/repeat": 2}]
    assert results[0] == results[1]
    assert again == two
    assert merge_all(one, same)[1].results == 1


def test_beside_the_results(merge_all: Merge) -> None:
    """A command line, a notification, a repository's address: what looks like one is masked."""
    one = run(
        invocations=[
            {
                "executionSuccessful": True,
                "commandLine": f"scan --token {_TOKEN} src",
                "toolExecutionNotifications": [{"message": {"text": f"sent {_TOKEN}"}}],
            }
        ],
        versionControlProvenance=[{"repositoryUri": f"https://bob:{_SECRET}@shop.example/x"}],
        properties={"deep": [{"token": _TOKEN}]},
    )
    output, _ = merge_all(one)

    assert _TOKEN.encode() not in output
    assert _SECRET.encode() not in output
    assert b"scan --token *** src" in output


@pytest.mark.parametrize(
    ("one", "message"),
    [
        (run(result(ruleIndex=4), tool="gitleaks"), "$.runs[0].results[0].ruleIndex: index 4"),
        (run(result(level=_TOKEN), tool="gitleaks"), "$.runs[0].results[0].level: Invalid enum"),
        (run(invocations=[{}]), "$.runs[0].invocations[0]: Object missing required field"),
        (run(result(taxa=7), tool="gitleaks"), "$.runs[0].results[0].taxa: Expected `array`"),
    ],
)
def test_what_can_not_be_understood_is_refused(merge_all: Merge, one: Json, message: str) -> None:
    """Nobody knows whether it is about a credential; the error does not tell it, either."""
    with pytest.raises(LogError) as caught:
        merge_all(one)

    assert message in str(caught.value)
    assert _TOKEN not in str(caught.value)


def quoting(text: str, line: int = 3, uri: str = "src/a.py", **more: object) -> Json:
    """Make a result of another sort that tells a text."""
    region = {"startLine": line, "snippet": {"text": text}}
    place = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    return {"ruleId": "Q", "message": {"text": f"see {text} there"}, "locations": [place]} | more


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"uri": "./src/a.py"},
        {"uri": "file:///srv/src/a.py"},
        {"partialFingerprints": {"h": _SECRET}, "properties": {"code": _SECRET}},
    ],
    ids=["same", "dot", "absolute", "properties"],
)
@pytest.mark.parametrize("first", [True, False])
def test_a_result_that_repeats_what_another_one_told(
    merge_all: Merge, more: Json, *, first: bool
) -> None:
    """What one tool reports at a line is hidden in what any other says of that line."""
    bases = {"originalUriBaseIds": {"SRC": {"uri": "file:///srv/"}}}
    runs = [run(quoting(_SECRET, **more), tool="other", **bases), run(result(), tool="gitleaks")]
    output, _ = merge_all(*(runs if first else reversed(runs)))

    assert _SECRET.encode() not in output
    assert sorted(f.rule.id for f in ingest(output, "merged.sarif").findings) == ["Q", "R"]


def test_the_lines_of_a_credential_of_several_lines(merge_all: Merge) -> None:
    """A credential that spans lines is hidden in what is said of any of them."""
    whole = result()
    whole["locations"][0]["physicalLocation"]["region"]["endLine"] = 9
    output, _ = merge_all(run(whole, tool="gitleaks"), run(quoting(_SECRET, line=7)))

    assert _SECRET.encode() not in output


def test_other_lines_stay_as_they_are(merge_all: Merge) -> None:
    """Beside a line with a credential, results keep every byte, and two tools may share a line."""
    others = [quoting("x = 1", line=4), quoting("y = 2", uri="b.py"), quoting("x = 1", line=4)]
    output, _ = merge_all(run(result(), quoting(_SECRET), tool="gitleaks"), run(*others))

    assert others[:2] == json.loads(output)["runs"][1]["results"]


def test_two_scanners_of_secrets(merge_all: Merge) -> None:
    """What only the other one shows of the value is hidden in the words of the first."""
    words = {"ruleId": "R", "message": {"text": f"Possible {_SECRET} here"}}
    place = result()["locations"]
    place[0]["message"] = {}
    bare = words | {"locations": [{"physicalLocation": {
        "artifactLocation": {"uri": "src/a.py"}, "region": {"startLine": 3}}}]}  # fmt: skip
    output, _ = merge_all(run(bare, tool="trufflehog"), run(result(), tool="gitleaks"))

    assert _SECRET.encode() not in output


@pytest.mark.parametrize(
    ("score", "kept"),
    [(9.8, 9.8), ("9,8", 9.8), ("high", "high"), (98, "unreadable security-severity"), (0, None)],
)
def test_a_score_stays(merge_all: Merge, score: object, kept: object) -> None:
    """A masked result is as severe as before."""
    one = result(properties={"security-severity": score, "match": _SECRET})
    output, _ = merge_all(run(one, tool="gitleaks"))

    (after,) = json.loads(output)["runs"][0]["results"]
    assert kept == after.get("properties", {}).get("security-severity")
