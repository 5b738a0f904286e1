"""Hold 100,000 findings against 20 declarative rules, and against 5 rules with expressions.

Run it with `python benchmarks/policy.py`. One finding in five is about a package, one in ten is
suppressed, one in seven was there before. The expressions ask for nearly everything, one of them
for the path, so that hardly two findings have the same facts.
"""

import gc
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scanner"))

from drawgate import strict
from drawgate.core.adapter import Report
from drawgate.core.attempt import Ran, Subject
from drawgate.core.errors import PolicyError
from drawgate.core.exploit import Exploit, Listed
from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Rule,
    State,
    Suppression,
    SuppressionKind,
)
from drawgate.core.scan import Scan, TargetFacts
from drawgate.core.severity import Severity
from drawgate.policy.gate import judge
from drawgate.policy.language import PACK
from drawgate.policy.model import Pack
from drawgate.policy.verdict import to_json

DECLARATIVE, EXPRESSIONS = 1.0, 2.0
SCOPES = (
    "kind: code, roles_not: [test, docs]",
    "kind: [code, iac], state: new",
    "kind: dependencies",
    "paths: ['src/**'], roles_not: test",
    "tools: [bandit, semgrep]",
)
MATCHES = (
    "severity: '>=high'",
    "severity: '>=medium', unknown: ignore",
    "cwe: [CWE-78, CWE-89], unknown: ignore",
    "kev: true, epss: '>=0.5', unknown: ignore",
)
WHEN = (
    "kind == 'dependencies' && epss > 0.5 && fix_available",
    "severity in ['high', 'critical'] && role != 'test'",
    "path.startsWith('src/7') && state == 'new'",
    "78 in cwe || malicious",
    "package_name.startsWith('pypi/p1') && (kev || epss > 0.9)",
)


def main() -> int:
    gc.disable()  # as in a scan
    scan = Scan(
        target=TargetFacts(name="large"), attempts=(attempt(100_000),), as_of="2026-11-25T00:00:00Z"
    )
    rules = [f"scope: {{{scope}}}, match: {{{match}}}" for scope in SCOPES for match in MATCHES]
    plain = pack(rules)
    both = pack([*rules, *(f'when: "{text}", match: {{unknown: ignore}}' for text in WHEN)])
    scan.counted  # noqa: B018 - sorted once, whatever the rules are
    none, declared = seconds(scan, pack(rules[:1])), seconds(scan, plain)
    expressed = seconds(scan, both) - declared
    same = to_json(judge(scan, both)) == to_json(judge(scan, both))
    print(f"one rule: {none:.2f} s of CPU")
    print(f"{len(rules)} declarative rules: {declared:.2f} s (<= {DECLARATIVE})")
    print(f"{len(WHEN)} rules with expressions: {expressed:.2f} s more (<= {EXPRESSIONS})")
    print(f"the same bytes twice: {same}")
    return int(declared > DECLARATIVE or expressed > EXPRESSIONS or not same)


def seconds(scan: Scan, judging: Pack) -> float:
    start = time.process_time()
    judge(scan, judging)
    return time.process_time() - start


def pack(rules: list[str]) -> Pack:
    listed = "\n".join(f"- {{id: r{n}, title: R, {rule}}}" for n, rule in enumerate(rules))
    head = "apiVersion: drawgate/v1\nid: x\nversion: 1.0.0\ntitle: X\nrules:\n"
    content = PACK(strict.parse_yaml((head + listed).encode(), "x.yaml", PolicyError))
    return Pack(
        id="x",
        version="1.0.0",
        title="X",
        rules=content.rules,
        require=content.require,
        source="x.yaml",
        digest="",
    )


def attempt(number: int) -> Ran:
    found = tuple(package(n) if n % 5 == 0 else code(n) for n in range(number))
    subject = Subject(name="bandit", kind=Kind.CODE)
    return Ran(subject=subject, report=Report(findings=found, looked_at=frozenset(["a.py"])))


def code(n: int) -> Finding:
    comment = (Suppression(kind=SuppressionKind.IN_SOURCE),) if n % 10 == 1 else ()
    return Finding(
        kind=Kind.IAC if n % 9 == 0 else Kind.CODE,
        rule=Rule(id=f"B{n % 70}", cwe=(78,) if n % 3 else ()),
        message="a shell is started",
        location=Location(path=f"{'src' if n % 2 else 'tests'}/{n % 4000}.py", line=n // 400 + 1),
        tool=("bandit", "semgrep", "ruff")[n % 3],
        severity=tuple(Severity)[n % 6],
        role="" if n % 2 else "test",
        suppressions=comment,
        identity=str(n),
        state=State.UNCHANGED if n % 7 == 0 else State.NEW,
    )


def package(n: int) -> Finding:
    dependency = Dependency(
        ecosystem="PyPI",
        name=f"p{n % 500}",
        version="1.0",
        advisory=f"CVE-2099-{n}",
        fixed=("1.1",) if n % 2 else (),
        exploit=Exploit(kev=tuple(Listed)[n % 3], epss=None if n % 4 == 0 else n % 100 / 100),
    )
    return Finding(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=dependency.advisory, cwe=(79,)),
        message="vulnerable",
        location=Location(path="requirements.txt", line=n % 500 + 1),
        dependency=dependency,
        tool="pip-audit",
        severity=tuple(Severity)[n % 6],
        identity=str(n),
        state=State.NEW,
    )


if __name__ == "__main__":
    sys.exit(main())
