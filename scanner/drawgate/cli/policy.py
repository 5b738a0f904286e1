"""`drawgate policy`: what is wrong with a pack, whether it does what its tests say, what it is."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options, printable
from drawgate.cli.explaining import leaf_line
from drawgate.cli.values import Text
from drawgate.config import resolve
from drawgate.core.errors import DrawgateError, ExitCode
from drawgate.core.words import count
from drawgate.policy import lint
from drawgate.policy.case import Decision
from drawgate.policy.explain import Stand
from drawgate.policy.layers import Joined, Source, join
from drawgate.policy.model import Pack
from drawgate.policy.pack import builtin_packs, find, made, ours
from drawgate.policy.show import show as shown
from drawgate.policy.trial import Tried, Untested, try_all, untested

pack_argument = click.argument("pack", metavar="[PACK|FILE]", required=False,
                               type=Text(builtin_packs))  # fmt: skip


@click.group("policy")
def command() -> None:
    """Check, test and show policy packs."""


@command.command("check", short_help="Tell all that is wrong or odd about a pack.")
@pack_argument
@options.everywhere
def check(pack: str | None, config_path: Path | None, *, quiet: bool, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Tell all that is wrong about a pack, and what it says that hardly anybody means.

    Answers 2 when something is wrong; what is merely odd, and rules without tests, are warnings.
    """
    source, joined = _joined(pack, config_path, said)
    wrong = lint.errors(joined)
    for error in wrong:
        _say("error", _known(error.where, joined), error.what, error.hint)
    if wrong:
        click.echo(printable(f"{source.label}: {count(len(wrong), 'error')}"), err=True)
        return ExitCode.USAGE
    odd = list(lint.remarks(joined))
    for remark in odd:
        _say("warning", _known(remark.where, joined), remark.what, remark.hint)
    ready = made(joined, source.label)
    lacking = list(_untested(ready, joined, source, try_all(ready)))
    for each in lacking:
        _say("warning", source.label, *_lacking(each))
    if not quiet:
        warnings = count(len(odd) + len(lacking), "warning")
        click.echo(printable(f"{source.label}: {count(len(ready.rules), 'rule')}, {warnings}"))
    return ExitCode.PASSED


@command.command("test", short_help="Try a pack on the cases that it brings.")
@pack_argument
@options.everywhere
def test(pack: str | None, config_path: Path | None, *, quiet: bool, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Try a pack on its own `tests`; answer 1 when it decides otherwise than they expect."""
    source, joined = _joined(pack, config_path, said)
    ready = made(joined, source.label)
    tried = try_all(ready)
    for each in tried:
        if not each.passed:
            _show_failure(each)
        elif not quiet:
            click.echo(printable(f"ok    {each.case.name}"))
    failed = sum(not each.passed for each in tried)
    for lacks in _untested(ready, joined, source, tried):
        what, hint = _lacking(lacks)
        click.echo(printable(f"warning: {what}" + (f" ({hint})" if hint else "")), err=True)
    click.echo(printable(f"{source.label}: {len(tried) - failed} passed, {failed} failed"))
    return ExitCode.GATE_FAILED if failed else ExitCode.PASSED


@command.command("show", short_help="Print a pack whole, and where each key is from.")
@pack_argument
@options.everywhere
def show(pack: str | None, config_path: Path | None, **said: Any) -> None:  # noqa: ANN401 - click's values
    """Print a pack with all that it extends, each key with its file and line, and its digest."""
    source, joined = _joined(pack, config_path, said)
    ready = made(joined, source.label)
    for line in shown(joined, ready.digest):
        click.echo(printable(line))


def _joined(pack: str | None, config_path: Path | None, said: Any) -> tuple[Source, Joined]:  # noqa: ANN401 - as above
    """Read the pack that was named, or the one that would judge."""
    config = resolve(options.settings({**said, "policy": pack}), os.environ, config_path, None)
    source = find(config.policy, "" if pack else config.place("policy"))
    return source, join(source, ours)


def _untested(
    pack: Pack, joined: Joined, source: Source, tried: tuple[Tried, ...]
) -> Iterator[Untested]:
    """Look at a pack's own rules; those of the packs below are tested there."""
    rules = joined.node.at("rules")
    nodes = rules.value if rules and isinstance(rules.value, tuple) else ()
    own = [r for r, n in zip(pack.rules, nodes, strict=True) if n.place.file == str(source.path)]
    return untested(own, tried)


def _lacking(each: Untested) -> tuple[str, str]:
    cases = " and no ".join(each.missing)
    hint = "add tests of findings that it counts, and of some of its kind that it does not"
    return f"the rule {each.rule} has no {cases} test", hint


def _known(where: str, joined: Joined) -> str:
    """Name a file as the user or a pack did, not by where it is on this machine."""
    for file, label in joined.labels.items():
        if where.startswith(f"{file}:"):
            return label + where.removeprefix(file)
    return where


def _say(word: str, where: str, what: str, hint: str = "") -> None:
    click.echo(printable(f"{word}: {DrawgateError(what, where=where, hint=hint)}"))


def _show_failure(tried: Tried) -> None:
    case = tried.case
    click.echo(printable(f"FAIL  {case.name}"))
    expected = _decided(case.expect.decision, case.expect.rules)
    click.echo(printable(f"        expected: {expected}"))
    click.echo(printable(f"        happened: {_decided(tried.decision, tried.counting)}"))
    for name in sorted(set(case.expect.rules) ^ set(tried.counting)):
        for number, stand in enumerate(tried.stands.get(name, ()), 1):
            which = f" (finding {number})" if len(case.given) > 1 else ""
            click.echo(printable(f"        {name}{which}: {_where(stand)}"))
            for leaf in stand.leaves:
                click.echo(printable(f"          {leaf_line(leaf)}"))


def _decided(decision: Decision, rules: tuple[str, ...]) -> str:
    return f"{decision}, counted by {', '.join(sorted(rules)) or 'no rule'}"


def _where(stand: Stand) -> str:
    return stand.where if " " in stand.where or stand.counted else f"left out by {stand.where}"
