"""`config show` says what a scan would be told, and `config schema` what editors need."""

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from drawgate import config as reader
from drawgate.cli import group
from drawgate.cli.config import show
from drawgate.cli.scan import command as scan
from drawgate.core.errors import PolicyError, UsageError
from drawgate.policy import language


@pytest.fixture
def target(tmp_path: Path) -> Path:
    root = tmp_path / "target"
    root.mkdir()
    (root / "drawgate.toml").write_text('format = "json"\n\nskip = ["bandit"]\n')
    return root


def _shown(*words: str | Path, **environ: str) -> Any:  # noqa: ANN401 - the facts' own shape
    done = CliRunner().invoke(
        group, ["config", "show", "--json", *map(str, words)], env=environ, catch_exceptions=False
    )
    assert 0 == done.exit_code
    return json.loads(done.stdout)


def test_each_setting_has_its_value_and_its_origin(target: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('timeout = 30\nkind = "code"\n')

    shown = _shown(target, "--jobs", "2", "--config", file, DRAWGATE_FAIL_ON="high")

    assert list(shown["settings"]) == [f.name.replace("_", "-") for f in fields(reader.Settings)]
    assert {
        "format": {"value": ["json"], "origin": "drawgate.toml", "line": 1},
        "jobs": {"value": 2, "origin": "--jobs", "line": None},
        "kind": {"value": ["code"], "origin": str(file), "line": 2},
        "fail-on": {"value": "high", "origin": "DRAWGATE_FAIL_ON", "line": None},
        "timeout": {"value": 30, "origin": str(file), "line": 1},
    } == {key: each for key, each in shown["settings"].items() if each["origin"] != "default"}


def test_what_the_target_asked_for_in_vain_is_listed_with_its_place(target: Path) -> None:
    (sentence,) = _shown(target)["ignored"]

    assert (
        "drawgate.toml:3: skip is ignored, because the target can't set it; "
        "use the flag, the environment or --config"
    ) == sentence


def test_other_variables_are_named_and_their_values_are_not(target: Path) -> None:
    done = CliRunner().invoke(
        group, ["config", "show", str(target)], env={"DRAWGATE_IDENTITY_KEY": "not-for-the-eye"}
    )

    assert "DRAWGATE_IDENTITY_KEY is set\n" in done.output
    assert "not-for-the-eye" not in done.output


def test_a_person_reads_one_line_for_each_setting(target: Path) -> None:
    done = CliRunner().invoke(group, ["config", "show", str(target), "-q", "--jobs", "3"])

    assert (
        'format        ["json"]  (drawgate.toml:1)\n'
        "jobs          3  (--jobs)\n"
        "ignored       drawgate.toml:3: skip is ignored, because the target can't set it; use the "
        "flag, the environment or --config\n"
    ) == done.stdout


def test_a_token_in_the_wrong_place_is_masked(target: Path) -> None:
    token = "ghp_" + "1a2B3c4D5e6F7g8H9i0J" + "1a2B3c4D5e6F"

    done = CliRunner().invoke(group, ["config", "show", str(target), "--output-dir", token])

    assert token not in done.stdout


def test_nothing_of_a_scan_is_missing() -> None:
    """Whoever puts `config show` in the place of `scan` may leave all other words as they are."""
    assert {p.name for p in scan.params} == {p.name for p in show.params} - {"as_json"}


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (("--policy", "defautl"), PolicyError),
        (("--only", "bandti"), UsageError),
        (("-f", "htlm"), UsageError),
        (("--advisories", "nowhere.zip"), UsageError),
    ],
)
def test_what_a_scan_refuses_is_shown_and_refused(
    target: Path, words: tuple[str, ...], error: type[Exception]
) -> None:
    done = CliRunner().invoke(group, ["config", "show", str(target), *words])

    assert isinstance(done.exception, error)
    assert words[1] in done.stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [((), reader.schema()), (("config",), reader.schema()), (("pack",), language.schema())],
)
def test_the_schema_is_the_readers_own(words: tuple[str, ...], expected: object) -> None:
    done = CliRunner().invoke(group, ["config", "schema", *words])

    assert expected == json.loads(done.stdout)
