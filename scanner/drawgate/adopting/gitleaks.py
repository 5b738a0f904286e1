"""Gitleaks: `.gitleaksignore`, one finding a line: `FILE:RULE:LINE`, with or without a commit."""

import re
from typing import Final

from drawgate.adopting.entry import Document, Entry, Found, Match, Source, named

_FINDING: Final = re.compile(r"(?:[0-9a-fA-F]{7,64}:)?(?P<path>.+):(?P<rule>[A-Za-z0-9_.-]+):\d+")


def _read(document: Document) -> Found:
    """Neither commit nor line is kept: a finding of ours survives both."""
    for number, line in document.numbered():
        bare = line.strip()
        if not bare or bare.startswith("#"):
            continue
        finding = _FINDING.fullmatch(bare)
        if not finding:
            yield document.left_out(number, "is no fingerprint with a file, a rule and a line")
            continue
        yield Entry(
            tool="gitleaks",
            file=document.path,
            line=number,
            match=Match(rules=(finding["rule"],), path=finding["path"]),
            reason=document.comment(number),
        )


SOURCE: Final = Source(tool="gitleaks", fits=named(".gitleaksignore"), read=_read)
