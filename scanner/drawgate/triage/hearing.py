"""The step in which VEX documents are heard; nothing of it is loaded where none was given."""

from collections.abc import Callable
from dataclasses import dataclass

from drawgate.core.finding import Finding
from drawgate.core.vex import Use, Vex
from drawgate.triage.texts import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Findings behind the step in which VEX documents are heard, or as they were before."""

    findings: tuple[Finding, ...]
    uses: Callable[[tuple[Finding, ...]], tuple[Use, ...]] = lambda _: ()
    """Says what came of each document, by the findings as they are in the end."""


def hearing(findings: tuple[Finding, ...], vex: Vex | None, as_of: str, masked: Change) -> Heard:
    """Hear VEX documents; what they say is masked like all else, as anybody may have written it."""
    if vex is None:
        return Heard(findings=findings)
    from drawgate.triage.vex import hear, uses  # noqa: PLC0415 - few scans need it

    heard = hear(findings, vex, as_of, masked)
    return Heard(
        findings=heard.findings,
        uses=lambda done: uses(heard, (each for each in done if not each.folded)),
    )
