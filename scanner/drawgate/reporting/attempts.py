"""attempts.json: the one place for what varies from run to run, such as times and memory."""

import json
from dataclasses import asdict
from typing import Any

from drawgate import __version__
from drawgate.core.attempt import Attempt, Execution, Failed, Ran, Skipped, not_assessed_of


def to_json(attempts: tuple[Attempt, ...], total: Execution) -> bytes:
    """Render all attempts, and our own share of the work in `total`."""
    document = {
        "drawgate": __version__,
        "own": _execution(total),
        "attempts": [_attempt(attempt) for attempt in attempts],
    }
    return json.dumps(document, indent=2, ensure_ascii=True).encode() + b"\n"


def _attempt(attempt: Attempt) -> dict[str, Any]:
    subject = attempt.subject
    common = {"adapter": subject.name, "kind": subject.kind, "category": subject.category}
    not_assessed = len(not_assessed_of(attempt))
    match attempt:
        case Ran():
            looked_at = len(attempt.report.looked_at)
            outcome = {"outcome": "ran", "reason": "", "lookedAt": looked_at}
        case Failed():
            outcome = {"outcome": "failed", "reason": attempt.error, "hint": attempt.hint}
        case Skipped():
            outcome = {"outcome": "skipped", "reason": f"{attempt.why}: {attempt.reason}"}
            return {**common, **outcome, "notAssessed": not_assessed}
    tool = {"tool": asdict(attempt.tool), "execution": _execution(attempt.execution)}
    return {**common, **outcome, "notAssessed": not_assessed, **tool}


def _execution(execution: Execution) -> dict[str, Any]:
    return {
        "started": execution.started,
        "wallSeconds": round(execution.wall, 3),
        "cpuSeconds": round(execution.cpu, 3),
        "peakBytes": execution.peak,
        "processes": execution.processes,
        "exitCode": execution.code,
        "recalled": execution.recalled,
        "commands": [list(command) for command in execution.commands],
    }
