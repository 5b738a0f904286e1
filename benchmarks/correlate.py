"""Correlate 100,000 findings, and 200,000: the second may take little more than twice the time.

Run it with `python benchmarks/correlate.py`. One in five findings in code has a partner of another
scanner, as have half of the packages and secrets; a hundred lines hold a hundred equal flaws each.
A second number is for the worst case, in which every finding has a partner.
"""

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scanner"))

from drawgate.core.finding import Dependency, Finding, Kind, Location, Region, Rule
from drawgate.core.severity import Severity
from drawgate.triage.correlate import correlate
from drawgate.triage.equivalence import equivalence

CODE = (("bandit", "B602"), ("ruff", "S602"))
BOUND, GROWTH, WORST = 0.5, 2.4, 1.5


def main() -> int:
    equivalence()
    gc.disable()  # as in a scan
    small, large = seconds(mixed(100_000)), seconds(mixed(200_000))
    worst = seconds([each for n in range(50_000) for each in pair(n)])
    print(f"100,000 findings: {small:.2f} s of CPU (<= {BOUND})")
    print(f"200,000 findings: {large / small:.2f} times that (<= {GROWTH})")
    print(f"100,000 findings, each with a partner: {worst:.2f} s (<= {WORST})")
    return int(small > BOUND or large / small > GROWTH or worst > WORST)


def seconds(findings: list[Finding]) -> float:
    start = time.process_time()
    correlate(tuple(findings))
    return time.process_time() - start


def mixed(number: int) -> list[Finding]:
    found: list[Finding] = []
    for n in range(number // 100):
        for step in range(8):
            found += pair(n * 8 + step)
        found += (code(*CODE[0], f"src/{n % 400}.py", 20_000 + n * 60 + m) for m in range(59))
        found += (package(n, tool) for tool in ("pip-audit", "trivy", "pip-audit"))
        found += (secret(n, tool) for tool in ("detect-secrets", "gitleaks"))
        found += (code(*CODE[n % 2], f"min/{n % 100}.js", 1, m * 9 + 1) for m in range(20))
    return found


def pair(n: int) -> list[Finding]:
    return [code(tool, rule, f"src/{n % 400}.py", n // 400 * 3 + 1) for tool, rule in CODE]


def code(tool: str, rule: str, path: str, line: int, column: int = 5) -> Finding:
    return Finding(
        kind=Kind.CODE,
        rule=Rule(id=rule, cwe=(78,)),
        message="a shell is started",
        location=Location(path=path, line=line),
        region=Region(start_line=line, start_column=column, end_column=column + 8),
        tool=tool,
        severity=Severity.HIGH,
        fingerprints={"drawgate/lineText/v1": f"{path}{line}"},
    )


def package(n: int, tool: str) -> Finding:
    aliases = () if tool == "trivy" else (f"CVE-2099-{n}",)
    advisory = f"CVE-2099-{n}" if tool == "trivy" else f"PYSEC-2099-{n}"
    dependency = Dependency(
        ecosystem="PyPI", name=f"p{n % 500}", version="1.0", advisory=advisory, aliases=aliases
    )
    return Finding(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=advisory),
        message="vulnerable",
        location=Location(path="requirements.txt", line=n % 500),
        dependency=dependency,
        tool=tool,
        severity=Severity.HIGH,
    )


def secret(n: int, tool: str) -> Finding:
    return Finding(
        kind=Kind.SECRETS,
        rule=Rule(id="key"),
        message="a key",
        location=Location(path=f"keys/{n % 50}", line=n // 50 + 1),
        tool=tool,
    )


if __name__ == "__main__":
    sys.exit(main())
