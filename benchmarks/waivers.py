"""Waivers applied: 10,000 of them to 100,000 findings, a tenth of which they mean.

`python benchmarks/waivers.py` also times reading the file they stand in, which is said and not
bounded.
"""

import gc
import random
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scanner"))

from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject, ToolFacts
from drawgate.core.finding import Dependency, Finding, Kind, Location, Rule
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.core.waiver import Limits, Match, Waiver, Waivers, WaiverType
from drawgate.policy.waiver_text import HEAD, lines_of
from drawgate.policy.waivers import read_waivers
from drawgate.triage.code_key import code_of
from drawgate.triage.suppress import suppress

FINDINGS, WAIVERS, SECONDS = 100_000, 10_000, 1.0


def main() -> int:
    gc.disable()  # as our commands do that hold many findings
    chance = random.Random(4)
    findings = tuple(finding(number, chance) for number in range(FINDINGS))
    about = chance.sample(findings, WAIVERS)
    waivers = tuple(waiver(number, each) for number, each in enumerate(about))
    seconds = applying(findings, waivers)
    reading(waivers)
    return int(seconds > SECONDS)


def applying(findings: tuple[Finding, ...], waivers: tuple[Waiver, ...]) -> float:
    attempt = Ran(
        subject=Subject(name="made", kind=Kind.CODE),
        report=Report(findings=findings),
        tool=ToolFacts(version="1"),
    )
    scan = Scan(target=TargetFacts(name="made"), attempts=(attempt,), as_of="2026-02-01T00:00:00Z")
    scan = replace(scan, waivers=Waivers(source="made", digest="", waivers=waivers))
    start = time.process_time()
    waived = suppress(scan, Limits()).waived
    seconds = time.process_time() - start
    assert waived
    found = f"{waived.findings:,} of {len(findings):,} findings by {len(waivers):,} waivers"
    verdict = "" if seconds <= SECONDS else f"  MISSED: {SECONDS} s"
    print(f"waive {found}: {seconds:.2f} s{verdict}")
    return seconds


def reading(waivers: tuple[Waiver, ...]) -> None:
    lines = (f"  {line}" for each in waivers for line in lines_of(each, ()))
    data = (HEAD + "\n".join(lines) + "\n").encode()
    start = time.process_time()
    assert len(read_waivers(data, "made")) == len(waivers)
    seconds = time.process_time() - start
    print(f"read {len(waivers):,} waivers, {len(data) >> 20} MiB: {seconds:.2f} s")


def finding(number: int, chance: random.Random) -> Finding:
    if number % 4 == 0:
        return package(number, chance)
    return Finding(
        kind=Kind.CODE,
        rule=Rule(id=f"B{chance.randrange(100, 700)}"),
        message="a flaw",
        location=Location(path=f"d{number % 400}/sub/f{number % 4000}.py", line=number % 900 + 1),
        severity=Severity.HIGH,
        tool=chance.choice(["bandit", "ruff", "semgrep"]),
        identity=str(UUID(int=number)),
        fingerprints={"drawgate/lineText/v1": f"line {number}"},
    )


def package(number: int, chance: random.Random) -> Finding:
    dependency = Dependency(
        ecosystem="PyPI",
        name=f"package-{chance.randrange(2000)}",
        version=f"{chance.randrange(9)}.{chance.randrange(30)}",
        advisory=f"PYSEC-{number}",
        aliases=(f"CVE-2020-{number}", f"GHSA-{number}"),
    )
    return Finding(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=dependency.advisory),
        message="a flaw",
        location=Location(path="requirements.txt", line=1),
        severity=Severity.HIGH,
        tool="pip-audit",
        identity=str(UUID(int=number)),
        dependency=dependency,
    )


def waiver(number: int, about: Finding) -> Waiver:
    return Waiver(
        id=f"w{number}",
        match=match(number, about),
        type=WaiverType.ACCEPTED,
        reason="a reason of some length, as people write it where they think of it",
        owner="ann",
        created=date(2026, 1, 1).isoformat(),
        expires=date(2026, 6, 1).isoformat(),
        severity=Severity.HIGH,
    )


def match(number: int, about: Finding) -> Match:
    """Go by what fits; of the rules, one in a hundred has patterns for any depth."""
    if about.dependency:
        names = (about.dependency.advisory, *about.dependency.aliases)
        package = f"pkg:pypi/{about.dependency.name}"
        return Match(
            advisory=names[number % 3], package=package, versions=(f">=0,<{number % 9 + 1}",)
        )
    if number % 2:
        return Match(identity=(about.identity,), code=code_of(about))
    paths = ("**/f1*.py",) if number % 100 == 0 else (f"/{about.path}", f"/d{number % 400}/**/x.py")
    return Match(rule=(about.rule.id,), tool=about.tool, paths=paths)


if __name__ == "__main__":
    sys.exit(main())
