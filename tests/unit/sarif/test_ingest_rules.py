"""Which rule, weaknesses and text a result of another tool has."""

import pytest

from drawgate.core.finding import (
    Rule,
)
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, log, only, read, result


@pytest.mark.parametrize(
    "named",
    [
        {"ruleIndex": 1},
        {"ruleId": "B"},
        {"ruleId": "B/part/deeper"},
        {"rule": {"index": 1}},
        {"rule": {"id": "B"}},
        {"rule": {"guid": "11111111-1111-4111-8111-111111111111"}},
        {"rule": {"index": 0, "toolComponent": {"index": 0}}},
        {"rule": {"index": 0, "toolComponent": {"guid": "22222222-2222-4222-8222-222222222222"}}},
    ],
)
def test_a_rule_is_found_however_it_is_named(named: Json) -> None:
    """By index, by id, by the id of a part of it, by guid, in the driver or an extension."""
    rule = {"id": "B", "name": "found", "guid": "11111111-1111-4111-8111-111111111111"}
    extension = {
        "name": "pack",
        "guid": "22222222-2222-4222-8222-222222222222",
        "rules": [{"id": "B", "name": "found"}],
    }
    tool = {"driver": {"name": "x", "rules": [{"id": "A"}, rule]}, "extensions": [extension]}
    one = {"message": {"text": "m"}} | named
    scan = ingest(log({"tool": tool, "results": [one]}), "x.sarif")

    assert only(scan).rule.name == "found"


@pytest.mark.parametrize(
    ("named", "identifier"),
    [
        ({}, "no-rule-id"),
        ({"ruleId": "unknown"}, "unknown"),
        ({"rule": {"guid": "11111111-1111-4111-8111-111111111111"}}, "no-rule-id"),
        (
            {"rule": {"toolComponent": {"guid": "11111111-1111-4111-8111-111111111111"}}},
            "no-rule-id",
        ),
    ],
)
def test_a_rule_that_is_not_described(named: Json, identifier: str) -> None:
    """A result counts, whether or not the log describes its rule."""
    finding = read({"message": {"text": "m"}} | named, driver={"rules": [{"id": "A"}]})

    assert Rule(id=identifier) == finding.rule


def test_weaknesses_from_every_place() -> None:
    """CWE numbers come from relationships, tags and the result's taxa, each once."""
    cwe = {"name": "CWE"}
    rule = {
        "id": "A",
        "relationships": [
            {"target": {"id": "79", "toolComponent": cwe}},
            {"target": {"id": "CWE-89"}},
            {"target": {"id": "12", "toolComponent": {"name": "OWASP"}}},
        ],
        "properties": {"tags": ["CWE-22: Path Traversal", "external/cwe/cwe-079", "CWEird", 3]},
    }
    one = result(ruleIndex=0, taxa=[{"id": "0400", "toolComponent": cwe}, {"id": "x"}])

    assert (79, 89, 400, 22) == read(one, driver={"rules": [rule]}).rule.cwe


def test_weaknesses_by_index_alone() -> None:
    """A taxon may be named by nothing but its place; a hard-coded password is one all the same."""
    taxonomies = [{"name": "CWE", "taxa": [{"id": "259"}, {"id": "CWE-79"}]}]
    rule = {
        "id": "A",
        "relationships": [
            {"target": {"index": 1, "toolComponent": {"name": "CWE", "index": 0}}},
            {"target": {"index": 0}},
        ],
    }
    one = result(taxa=[{"index": 0, "toolComponent": {"index": 0}}])

    assert (79, 259) == read(one, driver={"rules": [rule]}, taxonomies=taxonomies).rule.cwe


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "a {0} b"}, "a {0} b"),
        ({"text": "a {0} b {{1}} {7}", "arguments": ["x"]}, "a x b {1} {7}"),
        ({"markdown": "*a*"}, "*a*"),
        ({"id": "own", "arguments": ["x"]}, "own x"),
        ({"id": "shared"}, "for all"),
        ({"id": "nowhere"}, "nowhere"),
    ],
)
def test_messages(message: Json, text: str) -> None:
    """A message may stand in the rule or in the driver, and have arguments (§3.11)."""
    driver = {
        "rules": [{"id": "A", "messageStrings": {"own": {"text": "own {0}"}}}],
        "globalMessageStrings": {"shared": {"text": "for all"}},
    }

    assert text == read(result(message=message), driver=driver).message


@pytest.mark.parametrize(
    ("texts", "description", "advice"),
    [
        (("do not", "## Why\nIt is bad.\n", "do not"), "do not", "## Why\nIt is bad.\n"),
        (("do not", "## Why\nIt is bad.\n", "use b"), "do not", "use b"),
        (("do not", "It is bad.", "do not"), "It is bad.", "do not"),
        (("", "# It is bad.", ""), "# It is bad.", ""),
    ],
)
def test_a_page_is_no_description(texts: tuple[str, ...], description: str, advice: str) -> None:
    """A title is made of what describes a rule: a page with headings helps, and is no title."""
    names = ("shortDescription", "fullDescription", "help")
    rule = {"id": "A"} | {
        name: {"text": text} for name, text in zip(names, texts, strict=True) if text
    }
    found = read(result(), driver={"rules": [rule]}).rule

    assert (description, advice) == (found.description, found.help)
