"""Every command takes the same common options and explains each; the README repeats the help."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete

from drawgate.cli import group
from drawgate.registry import ours
from drawgate.reporting.render import FORMATS, PUBLISHED

README = Path(__file__).parents[3] / "README.md"


def _leaves(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        yield name, command
        return
    context = click.Context(command)
    for word in command.list_commands(context):
        inner = command.get_command(context, word)
        assert inner
        yield from _leaves(inner, f"{name} {word}".strip())


LEAVES = dict(_leaves(group, ""))


@pytest.mark.parametrize("name", LEAVES)
def test_the_common_options_stand_everywhere(name: str) -> None:
    """What a person learns for one command holds for all."""
    options = {word for param in LEAVES[name].params for word in param.opts}

    assert {"--config", "--color", "-q", "-v", "--version"} <= options


@pytest.mark.parametrize("name", LEAVES)
def test_every_option_has_a_sentence(name: str) -> None:
    helps = {p.name: p.help for p in LEAVES[name].params if isinstance(p, click.Option)}

    assert {} == {option: text for option, text in helps.items() if not (text or "").strip()}


def test_the_readme_shows_the_help() -> None:
    """Copy `drawgate --help` there when this fails."""
    settings = {"max_content_width": 80} | group.context_settings
    shown = click.Context(group, info_name="drawgate", **settings)

    assert f"```text\n{group.get_help(shown)}\n```\n" in README.read_text()


def _completed(*words: str, last: str = "") -> list[str]:
    shell = ShellComplete(group, {}, "drawgate", "_DRAWGATE_COMPLETE")
    return [item.value for item in shell.get_completions(list(words), last)]


@pytest.mark.parametrize(
    ("words", "last", "expected"),
    [
        (("scan", "--only"), "", [*ours()]),
        (("scan", "--only"), "bandit,d", ["bandit,detect-secrets"]),
        (("scan", "--policy"), "p", ["production", "pull-request"]),
        (("report", "x", "-f"), "", [*FORMATS, *PUBLISHED, "baseline", "github-sarif", "sarif"]),
        (("scan", "--fail-on"), "h", ["high"]),
        (("tools",), "", ["doctor", "list"]),
    ],
)
def test_a_shell_is_told_how_to_go_on(
    words: tuple[str, ...], last: str, expected: list[str]
) -> None:
    """Names of adapters, packs and formats come without network or program."""
    assert expected == _completed(*words, last=last)
