"""Every finding as a line for a spreadsheet (RFC 4180), and none of them a formula."""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from drawgate.core.excuse import excuse
from drawgate.core.finding import Dependency, Finding
from drawgate.reporting.text import line, path
from drawgate.reporting.view import Row, View

COLUMNS: Final = (
    "id", "severity", "kind", "tool", "rule", "rule_name", "message", "path", "line", "role",
    "package", "version", "advisory", "fixed", "cwe", "confidence", "reported_severity", "score",
    "suppressed", "suppressed_by", "breaks", "kev", "kev_due", "epss", "epss_percentile", "vector",
    "malicious",
    "group", "folded", "also",
    "state", "newly_disclosed", "matched_by",
)  # fmt: skip

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
        yield from (package.name, package.version, package.advisory, " ".join(package.fixed))
    else:
        yield from ("", "", "", "")
    yield " ".join(f"CWE-{number}" for number in rule.cwe)
    yield from (finding.confidence, finding.reported_severity)
    yield "" if finding.score is None else f"{finding.score:.1f}"
    yield "yes" if finding.suppressed else "no"
    yield excuse(finding)
    yield " ".join(row.breaks)
    yield from _urgency(package)
    yield "yes" if finding.malicious else "no"
    yield finding.membership.group if finding.membership else ""
    yield "yes" if finding.folded else "no"
    yield "; ".join(row.also)
    yield finding.state or ""
    yield _known(finding)
    yield finding.matched_by


def _known(finding: Finding) -> str:
    """Say whether only the advisory is new; nobody knows where nothing was compared."""
    if finding.state is None:
        return ""
    return "yes" if finding.newly_disclosed else "no"


def _urgency(package: Dependency | None) -> tuple[str, ...]:
    if package is None:
        return ("",) * 5
    told = package.exploit
    shares = ("" if share is None else f"{share:.5f}" for share in (told.epss, told.percentile))
    return told.kev, told.due, *shares, package.vector


def inert(cell: str) -> str:
    """Put an apostrophe before what would be calculated; an empty cell stays empty."""
    shown = line(cell)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
