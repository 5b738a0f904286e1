"""The page on configuration says what the reader does, and the README names every command."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from drawgate.adopting.adopt import SOURCES
from drawgate.adopting.proposal import DAYS, PROPOSAL
from drawgate.cli import COMMANDS
from drawgate.cli.scan import command as scan
from drawgate.config import OTHER_VARIABLES, PRESENTATION, Config, Settings, schema
from drawgate.core.finding import Kind
from drawgate.starting.holdings import CONFIG, GITLAB_JOB, GITLAB_MAIN, WORKFLOW

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/configuration.md").read_text()
ROW = r"^\| `([\w-]+)` \| (.+?) \| (.+?) \| (yes|no) \| (.+) \|$"
ROWS = {key: rest for key, *rest in re.findall(ROW, PAGE, re.MULTILINE)}
KEYS = [item.name.replace("_", "-") for item in fields(Settings)]


def test_every_key_has_its_row_and_no_other() -> None:
    assert KEYS == list(ROWS)
    assert list(schema()["properties"]) == KEYS


def test_the_page_says_which_keys_count_inside_the_target() -> None:
    assert {key for key, (_, _, inside, _) in ROWS.items() if inside == "yes"} == PRESENTATION


@pytest.mark.parametrize("key", KEYS)
def test_a_default_with_a_value_is_written_down(key: str) -> None:
    default = getattr(Config(), key.replace("-", "_"))
    value = default[0] if isinstance(default, tuple) and default else default
    written = ROWS[key][1]

    match value:
        case bool():
            assert f"`{str(value).lower()}`" == written
        case str() if value:
            assert f'`"{value}"`' == written
        case float():
            assert f"`{value:g}`" == written
        case _:
            assert "`" not in written


@pytest.mark.parametrize("key", KEYS)
def test_the_words_of_a_choice_are_written_down(key: str) -> None:
    words = schema()["properties"][key].get("enum", ())

    assert set(words) == (set(re.findall(r'"(\w+)"', ROWS[key][0])) if words else set())


def test_bounds_are_written_down() -> None:
    bounds = schema()["properties"]["timeout"]

    assert f"from {bounds['minimum']} to {bounds['maximum']}" in ROWS["timeout"][0]
    assert f"from {schema()['properties']['jobs']['minimum']}" in ROWS["jobs"][0]


def test_flags_that_are_no_settings_are_written_down() -> None:
    options = {max(p.opts, key=len) for p in scan.params if p.opts[0].startswith("-")}
    common = {"--config", "--quiet", "--verbose", "--version"}
    flags = options - common - {f"--{key}" for key in KEYS}

    assert {flag for flag in flags if f"`{flag}`" not in PAGE} == set()


def test_variables_files_and_tools_are_named() -> None:
    internal = {"OFFLINE_RUNG", "OFFLINE_ENTERED", "ATTEMPT"}
    named = [f"DRAWGATE_{name}" for name in OTHER_VARIABLES if name not in internal]
    named += [CONFIG, GITLAB_JOB, GITLAB_MAIN, WORKFLOW, PROPOSAL, f"{DAYS} days"]

    assert [word for word in named if word not in PAGE] == []
    adopting = PAGE[PAGE.index("## Adopting") :]
    tools = re.findall(r"^\| ([a-z][a-z-]+) \| .+ \| .+ \|$", adopting, re.MULTILINE)
    assert ["tool", *(source.tool for source in SOURCES)] == tools
    assert all(f'"{word}"' in PAGE for word in (Kind.CODE, Kind.SECRETS))


def test_the_readme_shows_how_each_command_is_called() -> None:
    readme = (ROOT / "README.md").read_text()
    (block,) = re.findall(r"## Use it\n\n```sh\n(.*?)```", readme, re.DOTALL)
    called = set(re.findall(r"^drawgate (\w+)", block, re.MULTILINE))

    assert {name for section in COMMANDS.values() for name in section} == called
