"""The table of equivalent rules: complete for our scanners, and strict about mistakes."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from drawgate import resources
from drawgate.core.errors import PolicyError
from drawgate.triage.equivalence import equivalence, load

TABLE = resources.data("policies") / "tables" / "equivalence.yaml"


def test_the_table_fits_its_schema() -> None:
    schema = json.loads(
        (resources.data("policies") / "schema" / "equivalence.schema.json").read_text()
    )

    jsonschema.validate(yaml.safe_load(TABLE.read_text()), schema)


def test_every_rule_of_ours_that_is_named_exists() -> None:
    """A rule that was renamed would silently join nothing."""
    known = {rule["id"] for rule in json.loads(resources.rules("semgrep"))["rules"]}
    named = {
        rule for members in equivalence().classes.values() for rule in members.get("semgrep", ())
    }

    assert set() == named - known


def test_every_rule_that_ruff_took_over_from_bandit_is_joined() -> None:
    """Ruff numbers its rules as bandit does."""
    known = resources.table("weaknesses")["weaknesses"]["ruff"]
    table = equivalence()
    apart = [
        rule
        for rule in known
        if table.classes_of("ruff", rule, ()) != table.classes_of("bandit", f"b{rule[1:]}", ())
        or not table.classes_of("ruff", rule, ())[1]
    ]

    assert [] == apart


def test_tools_have_other_names() -> None:
    table = equivalence()

    assert table.rank("Semgrep OSS") == table.rank("opengrep") == 0
    assert table.rank("nobody") > table.rank("kingfisher")
    assert (False, ("shell-command",)) == table.classes_of("Bandit", "b602", ())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("severity: [vendor, score, word]", "severity: [vendor, word]", "'severity' lacks 'score'"),
        ("  file-rights: {bandit: [B103], ruff: [S103]}", "  file-rights: {bandit: [B103]}",
         "'file-rights' joins rules of fewer than two tools"),
        ("  file-rights: {bandit: [B103]", "  file-rights: {bandit: [B103, b602]",
         "the rule 'b602' of bandit is in 'file-rights' as well"),
        ("  opengrep: semgrep", "  opengrep: semgrip", "'names' has 'semgrip', which is not among"),
        ("  weak-hash: [bandit, ruff]", "  weak-hush: [bandit]", "'rated_by' has 'weak-hush'"),
        ("  CWE-22: path", "  22: path", "expected a weakness such as CWE-89"),
        ("guesses:", "guesse:", "unknown key 'guesse'"),
    ],
)  # fmt: skip
def test_mistakes_have_a_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Every error names file and line."""
    text = TABLE.read_text()
    assert old in text
    path = tmp_path / "equivalence.yaml"
    path.write_text(text.replace(old, new, 1))

    with pytest.raises(PolicyError) as error:
        load(path)

    assert said in str(error.value)
    assert str(error.value).startswith(f"{path}:")
