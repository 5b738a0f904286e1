"""Rules are merged into one file, and its name changes with any of them."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from drawgate import resources
from drawgate.core.errors import PolicyError


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a folder of rules that stands in the place of ours."""
    monkeypatch.setattr(resources, "data", lambda _: tmp_path)
    forget()
    yield tmp_path / "own"
    forget()


def forget() -> None:
    resources.rules.cache_clear()
    resources.ruleset.cache_clear()


def write(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def test_rules_of_all_files_come_by_id_with_their_pointers_followed(folder: Path) -> None:
    write(folder, "b/x.yaml", "rules:\n- {id: a.one, with: &w [1]}\n- {id: a.two, with: *w}\n")
    write(folder, "a/x.yaml", "rules:\n- {id: b.three}\n")

    assert json.loads(resources.rules("own")) == {
        "rules": [{"id": "a.one", "with": [1]}, {"id": "a.two", "with": [1]}, {"id": "b.three"}]
    }


def test_any_change_shows_in_the_name_of_the_state(folder: Path) -> None:
    write(folder, "x.yaml", "rules:\n- {id: a, message: x}\n")
    before = resources.ruleset("own")
    write(folder, "x.yaml", "rules:\n- {id: a, message: y}\n")
    forget()

    assert before.startswith("1 rules of policies/own, sha256:")
    assert before != resources.ruleset("own")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("rules:\n- {id: a}\n- {id: a}\n", "two rules are called a"),
        ("rules: []\n", "no rule is there"),
        ("rules:\n- {message: x}\n", "the rules can't be read: 'id'"),
        ("rule:\n", "the rules can't be read: 'rules'"),
        ("- x\n", "the rules can't be read: "),
        ("{", "the rules can't be read: "),
    ],
)
def test_rules_that_would_be_lost_are_an_error(folder: Path, text: str, error: str) -> None:
    write(folder, "x.yaml", text)

    with pytest.raises(PolicyError) as raised:
        resources.rules("own")
    assert raised.value.what.startswith(error)


def test_the_readme_names_every_table() -> None:
    """Who looks for a table finds the question that it answers."""
    policies = resources.data("policies")
    named = re.findall(
        r"^\| `([a-z_]+)\.yaml` \|", (policies / "README.md").read_text(), re.MULTILINE
    )

    assert sorted(named) == sorted(path.stem for path in (policies / "tables").iterdir())
