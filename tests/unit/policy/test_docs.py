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
from drawgate.policy.model import AdvisoryLimits, Match, PackRule, Require, Scope

DOCS = Path(__file__).parents[3] / "docs"


def test_the_example_pack_loads() -> None:
    page = (DOCS / "policies.md").read_text()
    (example,) = re.findall(r"```yaml\n(.*?)```", page, flags=re.DOTALL)
    pack = PACK(strict.parse_yaml(example.encode(), "policies.md", PolicyError))

    assert ["secrets", "packages", "eval"] == [rule.id for rule in pack.rules]


@pytest.mark.parametrize("shape", [PackRule, Scope, Match, Require, AdvisoryLimits])
def test_every_key_of_a_pack_is_documented(shape: type) -> None:
    page = (DOCS / "policies.md").read_text()
    named = set(re.findall(r"`(?:advisories\.)?(\w+)(?::[^`]*)?`", page))

    assert set() == {field.name for field in fields(shape)} - named - {"advisories"}


def test_every_word_of_a_pack_is_documented() -> None:
    page = (DOCS / "policies.md").read_text()

    assert [] == [name for name in FIELDS if f"`{{{name}}}`" not in page]
    assert [] == [kind for kind in Kind if f"`{kind}`" not in page]


def test_every_exit_code_is_documented() -> None:
    page = (DOCS / "exit-codes.md").read_text()
    documented = [int(code) for code in re.findall(r"^\| (\d+) \|", page, flags=re.MULTILINE)]

    assert [code.value for code in ExitCode] == documented
