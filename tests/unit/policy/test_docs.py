"""The pages on packs and exit codes say what the code does."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from drawgate import strict
from drawgate.core.errors import ExitCode, PolicyError
from drawgate.core.finding import Kind
from drawgate.policy.fixes import FIELDS
from drawgate.policy.language import PACK
from drawgate.policy.model import (
    AdvisoryLimits,
    Denied,
    Match,
    PackFile,
    PackRule,
    Require,
    Scope,
    TestsAsked,
)
from drawgate.policy.sla import Sla
from drawgate.policy.variables import table

DOCS = Path(__file__).parents[3] / "docs"
SHAPES = [
    PackRule, Scope, Match, Require, AdvisoryLimits, Denied, TestsAsked
]  # fmt: skip
HEAD = """\
apiVersion: drawgate/v1
id: acme
version: 1.0.0
title: What we ship
rules:
"""


def _examples() -> list[str]:
    page = (DOCS / "policies.md").read_text()
    return re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)


def _loaded(text: str) -> PackFile:
    return PACK(strict.parse_yaml(text.encode(), "policies.md", PolicyError))


def test_the_example_pack_loads() -> None:
    pack = _loaded(_examples()[0])

    assert ["secrets", "packages", "eval"] == [rule.id for rule in pack.rules]


@pytest.mark.parametrize("rule", _examples()[1:], ids=lambda rule: rule.split()[2])
def test_each_rule_to_take_loads(rule: str) -> None:
    pack = _loaded(HEAD + rule)

    assert [rule.split()[2]] == [each.id for each in pack.rules]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_key_of_a_pack_is_documented(shape: type) -> None:
    page = (DOCS / "policies.md").read_text()
    named = set(re.findall(r"`(?:advisories\.)?(\w+)(?::[^`]*)?`", page))

    assert set() == {field.name for field in fields(shape)} - named - {"advisories"}


def test_every_word_of_a_pack_is_documented() -> None:
    page = (DOCS / "policies.md").read_text()

    assert [] == [name for name in FIELDS if f"`{{{name}}}`" not in page]
    assert [] == [kind for kind in Kind if f"`{kind}`" not in page]


def test_the_times_of_a_pack_are_documented() -> None:
    page = (DOCS / "policies.md").read_text()
    written = page.partition("### Times to mend")[2].partition("###")[0]

    # Severities are named in one place; that `low` and `info` may have a time needs no word.
    assert set() == {f.name for f in fields(Sla)} - set(re.findall(r"\w+", written)) - {
        "low",
        "info",
    }


def test_the_variables_of_expressions_are_those_of_the_code() -> None:
    """When this fails: copy what `drawgate.policy.variables.table()` gives between the marks."""
    page = (DOCS / "policies.md").read_text()
    between = page.partition("variables.table() -->\n")[2].partition("<!-- end")[0]

    assert table() == between


def test_every_exit_code_is_documented() -> None:
    page = (DOCS / "exit-codes.md").read_text()
    documented = [int(code) for code in re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)]

    assert [code.value for code in ExitCode] == documented
