"""What may be set, by each name: its shape, what it means, and the JSON Schema of all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from drawgate import strict
from drawgate.core.finding import Kind
from drawgate.core.severity import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What one source says; None where it says nothing."""

    format: tuple[str, ...] | None = None
    output_dir: str | None = None
    jobs: int | None = None
    color: str | None = None
    adapters: tuple[str, ...] | None = None
    only: tuple[str, ...] | None = None
    skip: tuple[str, ...] | None = None
    kind: tuple[Kind, ...] | None = None
    include: tuple[str, ...] | None = None
    exclude: tuple[str, ...] | None = None
    offline: bool | None = None
    advisories: str | None = None
    policy: str | None = None
    fail_on: Severity | None = None
    timeout: float | None = None
    vex: tuple[str, ...] | None = None
    vex_author: tuple[str, ...] | None = None
    product: tuple[str, ...] | None = None


def said_by(settings: Settings) -> Iterator[tuple[str, Any]]:
    """Give what a source says, by name."""
    for item in fields(settings):
        value = getattr(settings, item.name)
        if value is not None:
            yield item.name, value


_words = strict.one_or_more(strict.text)
SHAPES: Final[Mapping[str, strict.Shape[Any]]] = {
    "format": _words.about("Formats to print, such as terminal, github or json."),
    "output-dir": strict.text.about("Directory for results."),
    "jobs": strict.integer(1).about("Cores to use; default all."),
    "color": strict.choice("auto", "always", "never").about("Colour on the terminal."),
    "adapters": _words.about("Adapters of other packages to load."),
    "only": _words.about("Run these adapters only."),
    "skip": _words.about("Do not run these adapters."),
    "kind": strict.one_or_more(strict.member_of(Kind)).about("Run adapters of these kinds only."),
    "include": _words.about("Patterns of paths to look at; all others are left out."),
    "exclude": _words.about("Patterns of paths to leave out."),
    "offline": strict.boolean.about("Allow no network."),
    "advisories": strict.text.about("Advisory data: a mirror, or OSV data to import."),
    "policy": strict.text.about("A pack's name or file."),
    "fail-on": strict.choice(*(str(s) for s in Severity if s is not Severity.UNKNOWN))
    .then(Severity)
    .about("Fail on this severity and above."),
    "timeout": strict.number(1, 86_400).about("Seconds that one attempt may take."),
    "vex": _words.about("VEX documents; FILE@sha256:DIGEST is held against the digest."),
    "vex-author": _words.about("Authors whose VEX documents count."),
    "product": _words.about("What is being scanned, in the words of VEX documents."),
}
LISTS: Final = (
    "format", "adapters", "only", "skip", "kind", "include", "exclude", "vex", "vex-author",
    "product",
)  # fmt: skip
SETTINGS: Final = strict.record(Settings, SHAPES)


def schema() -> Mapping[str, Any]:
    """Give the JSON Schema of `drawgate.toml` and of the table `[tool.drawgate]`."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Drawgate configuration",
        **SETTINGS.schema,
    }
