"""`drawgate validate`: check SARIF logs against the standard."""

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drawgate.cli import options, printable
from drawgate.core.errors import ExitCode
from drawgate.core.words import count

if TYPE_CHECKING:
    from drawgate.sarif.checks import Problem


@click.command("validate")
@click.argument("logs", metavar="LOG…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--github", is_flag=True, help="Check as well whether GitHub code scanning takes it.")
@options.json_
@options.everywhere
def command(
    logs: tuple[Path, ...], *, github: bool, as_json: bool, quiet: bool, **_: object
) -> int:
    """Check each LOG against SARIF 2.1.0; the exit code is 2 when one is not valid.

    Errors break the standard. Warnings don't, but some reader of logs, such as GitHub, will
    stumble over them. `-` reads standard input.
    """
    from drawgate.sarif.validate import validate  # noqa: PLC0415 - `--help` does without it

    problems = {
        str(log): [_masked(problem) for problem in validate(log, github=github)] for log in logs
    }
    if as_json:
        facts = {log: [asdict(problem) for problem in found] for log, found in problems.items()}
        click.echo(json.dumps(facts, indent=2))
    else:
        for log, found in problems.items():
            if not quiet or _is_broken(found):
                _show(log, found)
    broken = any(map(_is_broken, problems.values()))
    return ExitCode.USAGE if broken else ExitCode.PASSED


def _masked(problem: "Problem") -> "Problem":
    """Names of rules and tools are quoted, and anything may stand where a name belongs."""
    from drawgate.triage.redact import mask_text  # noqa: PLC0415 - `--help` does without it

    return replace(problem, path=mask_text(problem.path), message=mask_text(problem.message))


def _is_broken(problems: "list[Problem]") -> bool:
    return any(problem.serious for problem in problems)


def _show(log: str, problems: "list[Problem]") -> None:
    for problem in problems:
        word = "error" if problem.serious else "warning"
        click.echo(printable(f"{log}: {word}: {problem.path}: {problem.message}"))
    errors = sum(problem.serious for problem in problems)
    verdict = f"not valid, {count(errors, 'error')}" if errors else "valid SARIF 2.1.0"
    warnings = len(problems) - errors
    rest = f", {count(warnings, 'warning')}" if warnings else ""
    click.echo(printable(f"{log}: {verdict}{rest}"))
