"""Options that several commands share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from drawgate.config import Settings
from drawgate.core.errors import UsageError
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity

Command = TypeVar("Command", bound=Callable[..., Any])

_SEVERITIES: Final = [str(s) for s in Severity if s is not Severity.UNKNOWN]


def chain(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Apply options in the order in which `--help` shall show them."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


config_file = click.option(
    "--config", "config_path", metavar="FILE", type=click.Path(path_type=Path),
    help="A configuration that may set everything; one inside the target may not.",
)  # fmt: skip

selection = chain(
    click.option("--only", metavar="NAME,…", multiple=True, help="Run these adapters only."),
    click.option("--skip", metavar="NAME,…", multiple=True, help="Do not run these adapters."),
    click.option(
        "--kind", type=click.Choice([str(k) for k in Kind]), multiple=True,
        help="Run adapters of this kind only.",
    ),
    click.option("--include", metavar="GLOB", multiple=True, help="Look at these paths only."),
    click.option("--exclude", metavar="GLOB", multiple=True, help="Leave these paths out."),
    click.option(
        "--files", metavar="FILE", multiple=True,
        help="Look at exactly these files; further FILEs may follow.",
    ),
    click.option("--advisories", metavar="PATH", help="A mirror, or OSV data to import first."),
    click.option("--offline", is_flag=True, default=None, help="Allow no network."),
)  # fmt: skip

judging = chain(
    click.option("--policy", metavar="PACK|FILE", help="Judge with this pack.  [default: default]"),
    click.option("--fail-on", type=click.Choice(_SEVERITIES), help="Fail on this and above."),
    click.option("--as-of", metavar="DATE", help="Count ages to this date, not to now."),
    click.option("--no-gate", is_flag=True, help="Report only: no finding fails the build."),
    click.option("--exit-zero", is_flag=True, help="Answer 0 always; the verdict says so."),
)

output = chain(
    click.option(
        "-f", "--format", "format_", metavar="FORMAT", multiple=True,
        help="What to print: terminal, json, markdown, github, sarif.",
    ),
    click.option(
        "--color", type=click.Choice(["auto", "always", "never"]), help="Colour on the terminal."
    ),
    click.option("-q", "--quiet", is_flag=True, help="One line on stdout, errors on stderr."),
)  # fmt: skip


def settings(said: Mapping[str, Any]) -> Settings:
    """Turn click's values into settings; what was not said stays unset."""
    values: dict[str, Any] = {key: said[key] or None for key in _PLAIN if key in said}
    for key, name in (("only", "only"), ("skip", "skip"), ("format", "format_")):
        values[key] = _split(said.get(name, ())) or None
    values["kind"] = tuple(map(Kind, said.get("kind", ()))) or None
    values["fail_on"] = Severity(said["fail_on"]) if said.get("fail_on") else None
    return Settings(**values)


_PLAIN: Final = (
    "include", "exclude", "advisories", "offline", "policy", "color", "output_dir", "jobs",
    "timeout",
)  # fmt: skip


def _split(texts: Iterable[str]) -> tuple[str, ...]:
    """Take lists apart at commas; an option may also be repeated."""
    return tuple(word.strip() for text in texts for word in text.split(",") if word.strip())


def as_of(text: str | None) -> str:
    """Read `--as-of`: a date or date-time, UTC unless it says otherwise. Default: now."""
    if not text:
        return now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        hint = "write it like 2026-11-21 or 2026-11-21T06:00:00Z"
        raise UsageError(f"--as-of {text!r} is no date", hint=hint) from error
    return _written(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def now() -> str:
    """Give the present, to the second."""
    return _written(datetime.now(UTC))


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
