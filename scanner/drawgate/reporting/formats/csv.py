"""Every finding as a line for a spreadsheet (RFC 4180), and none of them a formula."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from drawgate.core.excuse import excuse
from drawgate.core.finding import Dependency, Finding
from drawgate.reporting.origin import answer, way
from drawgate.reporting.text import line, path
from drawgate.reporting.view import Row, View
from drawgate.reporting.waived import of_waiver

COLUMNS: Final = (
    "id", "severity", "kind", "tool", "rule", "rule_name", "message", "path", "line", "role",
    "package", "version", "advisory", "fixed", "cwe", "confidence", "reported_severity", "score",
    "suppressed", "suppressed_by", "breaks", "kev", "kev_due", "epss", "epss_percentile", "vector",
    "malicious",
    "group", "folded", "also", "direct", "via", "scope", "first_seen",
    "waiver", "waiver_type", "waiver_owner", "waiver_approver", "waiver_expires", "waiver_status",
    "waiver_why", "state", "newly_disclosed", "matched_by",
)  # fmt: skip

UNKNOWN: Final = "unknown"
"""What nobody told; an empty cell could be taken for "no"."""
_FORMULA: Final = tuple("=+-@\t\r\n|%\uff1d\uff0b\uff0d\uff20")
"""What makes a spreadsheet calculate; wide forms count as the narrow ones in some of them."""


def render(view: View) -> bytes:
    """Write a heading and a line for each report; what counts in no total says so in a column.

    Folded ones come behind what counts, and absent ones last: they are gone.
    """
    written = io.StringIO()
    sheet = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    sheet.writerows(map(_cells, view.rows))
    sheet.writerows(_cells(Row(finding=each, breaks=())) for each in view.folded)
    # Without messages: nobody has looked whether a value stands there that is masked now.
    gone = (replace(row, finding=replace(row.finding, message="")) for row in view.gone)
    sheet.writerows(map(_cells, gone))
    return written.getvalue().encode("utf-8", "replace")


def _cells(row: Row) -> list[str]:
    return [inert(cell) for cell in _texts(row)]


def _texts(row: Row) -> Iterator[str]:
    finding, rule, package = row.finding, row.finding.rule, row.finding.dependency
    yield from (finding.identity, finding.severity, finding.kind, finding.tool, rule.id, rule.name)
    yield from (line(finding.message), path(finding.path), str(finding.line or ""), finding.role)
    if package:
        yield from (package.name, package.version, package.advisory)
        yield " ".join(package.fixed) or UNKNOWN
    else:
        yield from ("", "", "", "")
    nobody = UNKNOWN if package else ""
    yield " ".join(f"CWE-{number}" for number in rule.cwe) or nobody
    yield from (finding.confidence, finding.reported_severity)
    yield nobody if finding.score is None else f"{finding.score:.1f}"
    yield "yes" if finding.suppressed else "no"
    yield excuse(finding)
    yield " ".join(row.breaks)
    yield from _urgency(package)
    yield "yes" if finding.malicious else "no"
    yield finding.membership.group if finding.membership else ""
    yield "yes" if finding.folded else "no"
    yield "; ".join(row.also)
    yield from _origin(package)
    yield finding.first_seen or UNKNOWN
    yield from _waiver(finding)
    yield finding.state or ""
    yield _known(finding)
    yield finding.matched_by


def _known(finding: Finding) -> str:
    """Say whether only the advisory is new; nobody knows where nothing was compared."""
    if finding.state is None:
        return ""
    return "yes" if finding.newly_disclosed else "no"


def _origin(package: Dependency | None) -> tuple[str, ...]:
    if package is None:
        return ("",) * 3
    return answer(package.direct), way(package), package.scope or UNKNOWN


def _waiver(finding: Finding) -> tuple[str, ...]:
    said = of_waiver(finding)
    if said is None:
        return ("",) * 7
    return said.by, said.type, said.owner, said.approver, said.expires, said.status, said.why


def _urgency(package: Dependency | None) -> tuple[str, ...]:
    if package is None:
        return ("",) * 5
    told = package.exploit
    both = (told.epss, told.percentile)
    shares = (UNKNOWN if share is None else f"{share:.5f}" for share in both)
    return told.kev, told.due, *shares, package.vector or UNKNOWN


def inert(cell: str) -> str:
    """Put an apostrophe before what would be calculated; an empty cell stays empty."""
    shown = line(cell)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
