"""What of a manifest a patch may show: people print patches in jobs whose logs others read."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from drawgate.core.finding import Finding
from drawgate.triage.redact import credential_lines, mask_text
from drawgate.upgrades.patch import unified
from drawgate.upgrades.propose import Proposal

_BESIDE = "a line with a credential stands there, and the patch would show it"


def credentials_in(
    findings: Iterable[Finding], files: Mapping[str, bytes]
) -> dict[str, frozenset[int]]:
    """Give the lines (from 1) that hold a credential: found by a scanner, or looking like one."""
    texts = {path: data.decode("utf-8", "replace") for path, data in files.items()}
    found = credential_lines(findings, texts)
    return {path: found.get(path, frozenset()) | _looking(text) for path, text in texts.items()}


def _looking(text: str) -> frozenset[int]:
    lines = enumerate(text.split("\n"), 1)
    return frozenset(number for number, line in lines if mask_text(line) != line)


def showable(proposal: Proposal, hidden: Mapping[str, frozenset[int]]) -> Proposal:
    """Leave out files whose patch can't do without such a line."""
    kept = {
        path: change for path, change in proposal.changes.items() if _fits(path, change, hidden)
    }
    steps = tuple(
        replace(step, changes="", reason=_BESIDE)
        if step.changes and step.changes not in kept
        else step
        for step in proposal.steps
    )
    return replace(proposal, steps=steps, changes=kept)


def _fits(path: str, change: tuple[bytes, bytes], hidden: Mapping[str, frozenset[int]]) -> bool:
    try:
        unified({path: change}, hidden)
    except ValueError:
        return False
    return True
