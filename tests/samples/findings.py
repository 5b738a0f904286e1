"""Findings as a scan has them behind triage."""

from typing import Final

from drawgate.core.finding import Finding, Kind, Location, Region, Rule
from drawgate.core.severity import Severity

SHELL: Final = Finding(
    kind=Kind.CODE,
    rule=Rule(id="B602", name="shell", description="A shell is started.", cwe=(78,)),
    message="a shell is started",
    location=Location(path="shop/a b.py", line=3),
    region=Region(start_line=3, start_column=5, end_column=9),
    severity=Severity.HIGH,
    tool="bandit",
)
