"""`drawgate validate`: check SARIF logs against the standard."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from drawgate.cli import printable
from drawgate.core.errors import ExitCode

if TYPE_CHECKING:
    from drawgate.sarif.checks import Problem


@click.command("validate")
@click.argument("logs", metavar="LOG…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the problems for programs.")
def command(logs: tuple[Path, ...], *, as_json: bool) -> int:
    """Check each LOG against SARIF 2.1.0; the exit code is 2 when one is not valid.

    Errors break the standard. Warnings don't, but some reader of logs, such as GitHub, will
    stumble over them.
    """
    from drawgate.sarif.validate import validate  # noqa: PLC0415 - `--help` does without it

    problems = {str(log): validate(log) for log in logs}
    if as_json:
        facts = {log: [asdict(problem) for problem in found] for log, found in problems.items()}
        click.echo(json.dumps(facts, indent=2))
    else:
        for log, found in problems.items():
            _show(log, found)
    valid = not any(problem.serious for found in problems.values() for problem in found)
    return ExitCode.PASSED if valid else ExitCode.USAGE


def _show(log: str, problems: "list[Problem]") -> None:
    for problem in problems:
        word = "error" if problem.serious else "warning"
        click.echo(printable(f"{log}: {word}: {problem.path}: {problem.message}"))
    errors = sum(problem.serious for problem in problems)
    verdict = f"not valid, {errors} errors" if errors else "valid SARIF 2.1.0"
    warnings = len(problems) - errors
    click.echo(printable(f"{log}: {verdict}{f', {warnings} warnings' if warnings else ''}"))
