"""Options that several commands share."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from drawgate import __version__
from drawgate.cli import voice
from drawgate.cli.values import File, OneOf, SomeOf, Text, Words
from drawgate.config import Settings
from drawgate.core.errors import UsageError
from drawgate.core.evidence import NOTHING
from drawgate.core.finding import Kind
from drawgate.core.moment import moment, written
from drawgate.core.severity import Severity

if TYPE_CHECKING:
    from drawgate.policy.terms import Given

Command = TypeVar("Command", bound=Callable[..., Any])

_SEVERITIES: Final = [str(s) for s in Severity if s is not Severity.UNKNOWN]


def chain(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """Apply options in the order in which `--help` shall show them."""

    def decorate(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


def _adapters() -> tuple[str, ...]:
    from drawgate import registry  # noqa: PLC0415 - only when a shell asks

    return registry.names()


def _packs() -> tuple[str, ...]:
    from drawgate.policy.pack import builtin_packs  # noqa: PLC0415 - as above

    return builtin_packs()


def _formats() -> tuple[str, ...]:
    from drawgate.cli.printing import known_formats  # noqa: PLC0415 - as above

    return known_formats()


everywhere = chain(
    click.option(
        "--config", "config_path", metavar="FILE", type=File(), callback=voice.read_config,
        help="Read settings from this file; one inside the target sets presentation only.",
    ),
    click.option(
        "--color", type=OneOf(("auto", "always", "never")), callback=voice.set_color,
        help="Use colour; auto means on a terminal only.",
    ),
    click.option("-q", "--quiet", is_flag=True, help="Print the shortest answer only."),
    click.option(
        "-v", "--verbose", is_flag=True, callback=voice.set_verbose,
        help="Tell more on stderr: commands that ran, where an error arose.",
    ),
    click.version_option(__version__, prog_name="drawgate", help="Print the version."),
)  # fmt: skip
"""What every command takes."""

selection = chain(
    click.option("--only", metavar="NAME,…", multiple=True, type=Words(_adapters),
                 help="Run these adapters only."),
    click.option("--skip", metavar="NAME,…", multiple=True, type=Words(_adapters),
                 help="Do not run these adapters."),
    click.option("--kind", metavar="KIND,…", multiple=True, type=SomeOf(map(str, Kind)),
                 help="Run adapters of these kinds only, such as code or secrets."),
    click.option("--include", metavar="GLOB", multiple=True, type=Text(),
                 help="Look at these paths only, counted from the repository's root."),
    click.option("--exclude", metavar="GLOB", multiple=True, type=Text(),
                 help="Leave these paths out, counted from the repository's root."),
    click.option("--files", metavar="FILE", multiple=True, type=Text(),
                 help="Look at exactly these files of TARGET; further FILEs may follow."),
    click.option("--staged", is_flag=True,
                 help="Look at what is staged, as git has it; only at FILEs if they follow."),
    click.option("--diff", metavar="REF", type=Text(),
                 help="Look at what HEAD's commit changed since it left REF."),
    click.option("--advisories", metavar="PATH", type=Text(),
                 help="Use this mirror, or OSV data to import first."),
    click.option("--offline", is_flag=True, default=None, help="Allow no network."),
)  # fmt: skip

policy = click.option(
    "--policy", metavar="PACK|FILE", type=Text(_packs),
    help="Judge with this pack.  [default: default]",
)  # fmt: skip
as_of_option = click.option(
    "--as-of", metavar="DATE", type=Text(), help="Count ages to this date, not to now."
)

judging = chain(
    policy,
    click.option("--fail-on", type=OneOf(_SEVERITIES), help="Fail on this severity and above."),
    as_of_option,
    click.option("--no-gate", is_flag=True, help="Report only: no finding fails the build."),
    click.option("--exit-zero", is_flag=True, help="Answer 0 always; the verdict says so."),
)

build = chain(
    click.option("--branch", metavar="NAME", type=Text(),
                 help="Say which branch is built, for packs that ask."),
    click.option("--environment", metavar="NAME", type=Text(),
                 help="Say what it is built for, such as production."),
    click.option("--evidence", metavar="FILE", multiple=True, type=File(),
                 help="Show that tests ran: a report of tests (JUnit) or coverage (Cobertura)."),
)  # fmt: skip
"""What a scan can't know about a build."""

vex = chain(
    click.option("--vex", metavar="FILE", multiple=True, type=Text(),
                 help="Hear this VEX document; FILE@sha256:DIGEST must have that digest."),
    click.option("--vex-author", metavar="NAME", multiple=True, type=Text(),
                 help="VEX documents by this author count, and by no one else."),
    click.option("--product", metavar="PURL", multiple=True, type=Text(),
                 help="What is being scanned, as VEX documents call it."),
)  # fmt: skip

no_correlate = click.option(
    "--no-correlate", is_flag=True,
    help="Count every report, also where several scanners mean one flaw.",
)  # fmt: skip

waivers = chain(
    click.option("--waivers", metavar="FILE", type=Text(),
                 help="Waive by this file, not by the target's .drawgate/waivers.yaml."),
    click.option("--no-waivers", is_flag=True, help="Count findings that are waived, too."),
)  # fmt: skip

output = click.option(
    "-f", "--format", "format_", metavar="FORMAT,…", multiple=True, type=Words(_formats),
    help="Print this: terminal, html, json, markdown, github, gitlab, junit, csv, sarif, "
         "github-sarif or baseline; `report` also writes openvex and cyclonedx-vex.",
)  # fmt: skip
json_ = click.option("--json", "as_json", is_flag=True, help="Print facts for programs.")


def settings(said: Mapping[str, Any]) -> Settings:
    """Turn click's values into settings; what was not said stays unset."""
    values: dict[str, Any] = {key: said[key] or None for key in _PLAIN if key in said}
    for key, name in (("only", "only"), ("skip", "skip"), ("format", "format_")):
        values[key] = _joined(said.get(name, ())) or None
    values["kind"] = tuple(map(Kind, _joined(said.get("kind", ())))) or None
    values["fail_on"] = Severity(said["fail_on"]) if said.get("fail_on") else None
    return Settings(**values)


def given(said: Mapping[str, Any]) -> "Given":
    """Give what was said about the build; reports are read now, before anything takes long."""
    from drawgate.policy.terms import Given  # noqa: PLC0415 - `scan` starts again behind the fence

    evidence = NOTHING
    if said["evidence"]:
        from drawgate.readers.evidence import read_evidence  # noqa: PLC0415 - few packs ask for it

        evidence = read_evidence(said["evidence"])
    return Given(
        branch=said["branch"] or "", environment=said["environment"] or "", evidence=evidence
    )


_PLAIN: Final = (
    "include", "exclude", "advisories", "offline", "policy", "color", "output_dir", "jobs",
    "timeout", "vex", "vex_author", "product",
)  # fmt: skip


def _joined(lists: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Join the lists of an option that was repeated."""
    return tuple(word for words in lists for word in words)


def as_of(text: str | None) -> str:
    """Read `--as-of`: a date or date-time, UTC unless it says otherwise. Default: now."""
    if not text:
        return now()
    read = moment(text)
    if read is None:
        hint = "write it like 2026-11-21 or 2026-11-21T06:00:00Z"
        raise UsageError("is no date", where="--as-of", hint=hint)
    return written(read)


def now() -> str:
    """Give the present, to the second."""
    return written(datetime.now(UTC))
