"""Whether the findings of a log speak of the lines that a file has in a commit."""

from collections.abc import Iterable

from drawgate.core.finding import Finding
from drawgate.triage.identity import LINE_TEXT, line_text
from drawgate.triage.lines import split


def of_this_text(findings: Iterable[Finding], text: str) -> bool:
    """Tell whether all lines that can be compared are those of a text, and one can.

    A log may be of a work tree in which more was changed than was committed. Masked lines can't be
    compared: what they hold is not known.
    """
    lines = split(text)
    told = [
        finding.line <= len(lines)
        and line_text(lines[finding.line - 1]) == finding.fingerprints[LINE_TEXT]
        for finding in findings
        if finding.line and not finding.masked and LINE_TEXT in finding.fingerprints
    ]
    return bool(told) and all(told)
