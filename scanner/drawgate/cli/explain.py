"""`drawgate explain`: what is known about one finding of a log."""

import difflib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from drawgate.cli import options
from drawgate.cli.log import read_log
from drawgate.cli.pack import chosen_pack
from drawgate.cli.rows import row
from drawgate.cli.values import File, Text
from drawgate.config import resolve
from drawgate.core.errors import UsageError
from drawgate.core.excuse import told
from drawgate.core.exploit import in_words
from drawgate.core.finding import Finding, State
from drawgate.core.scan import Scan
from drawgate.policy.model import PackRule
from drawgate.policy.tally import Standing, standing
from drawgate.reporting import origin
from drawgate.reporting.text import at

_LEAST = 4
"""Characters of an identity that are enough, where only one finding's begins with them."""


@click.command("explain")
@click.argument("identity", metavar="ID", type=Text())
@click.argument("log", type=File())
@options.policy
@options.everywhere
def command(identity: str, log: Path, config_path: Path | None, **said: Any) -> int:  # noqa: ANN401 - click's values
    """Say where finding ID of LOG is, how bad, why it is known, and which rules count it.

    The first characters of an ID are enough where no other finding's begins with them.
    """
    config = resolve(options.settings(said), os.environ, config_path, None)
    pack = chosen_pack(config, no_gate=False)
    scan = read_log(log, None)
    finding = find(identity, scan, str(log))
    for name, text in _facts(finding):
        if text:
            row(name, text)
    for rule in pack.rules:
        row(f"rule {rule.id}", _stands(rule, finding), column=26)
    return 0


def find(identity: str, scan: Scan, log: str) -> Finding:
    """Give the finding that an ID, or the beginning of one, means. Raises UsageError."""
    known = {each.identity: each for each in (*scan.absent, *scan.findings)}
    alike = [each for each in known if each.startswith(identity)]
    if identity in known:
        return known[identity]
    if len(alike) == 1 and len(identity) >= _LEAST:
        return known[alike[0]]
    if len(alike) > 1:
        raise UsageError(f"{len(alike)} findings begin so", where=log, hint="write more of the ID")
    # Comparing with each of 100,000 takes seconds; who mistypes one has one of its ends right.
    asked = identity.lower()
    ends = (asked[:_LEAST], asked[-_LEAST:])
    likely = [each for each in known if each.startswith(ends[0]) or each.endswith(ends[1])]
    near = difflib.get_close_matches(asked, likely, 1)
    hint = f"did you mean {near[0]}?" if near else "`drawgate report LOG -f json` lists all"
    raise UsageError("no finding has this ID", where=log, hint=hint)


def _facts(finding: Finding) -> Iterator[tuple[str, str]]:
    yield "id", finding.identity
    yield "where", at(finding.path, finding.line)
    yield "scanner", f"{finding.tool}, {finding.kind}"
    yield "rule", " ".join(filter(None, (finding.rule.id, finding.rule.name)))
    yield "message", finding.message
    yield "weakness", ", ".join(f"CWE-{number}" for number in finding.rule.cwe)
    yield "severity", _severity(finding)
    if package := finding.dependency:
        fixed = f"fixed in {', '.join(package.fixed)}" if package.fixed else "fixed version unknown"
        yield "package", f"{package.name} {package.version}: {package.advisory}, {fixed}"
        yield "came in", origin.in_words(package)
        yield "CVSS", package.vector or "vector unknown"
        yield "attacks", in_words(package.exploit) or "KEV and EPSS: unknown"
    yield "path's role", finding.role
    for each in finding.suppressions:
        yield "suppressed", f"{each.kind}, {each.status}: {told(each)}"
    yield "state", _state(finding)
    yield "first seen", finding.first_seen or "unknown: no baseline says it"


def _severity(finding: Finding) -> str:
    score = "" if finding.score is None else f"CVSS {finding.score}"
    said = f"the scanner says {finding.reported_severity}" if finding.reported_severity else ""
    sure = f"confidence {finding.confidence}" if finding.confidence else ""
    told = "; ".join(filter(None, (said, score, sure)))
    return f"{finding.severity} ({told})" if told else str(finding.severity)


def _state(finding: Finding) -> str:
    if finding.state is None:
        return "new: it was compared with no baseline"
    if finding.state is State.ABSENT:
        return "absent: the baseline had it, and it counts nowhere"
    if finding.newly_disclosed:
        return "newly disclosed: the baseline had looked at this version of the package"
    return ": ".join(filter(None, (finding.state, finding.matched_by)))


def _stands(rule: PackRule, finding: Finding) -> str:
    if finding.state is State.ABSENT:
        return "does not count: it is absent"
    where = standing(rule)(finding)
    if where in (Standing.COUNTED, Standing.COUNTED_UNKNOWN):
        return f"{where} ({rule.enforcement}; more than {rule.allow.max} break the rule)"
    return str(where) if isinstance(where, Standing) else f"does not count: {where} does not hold"
