"""Merge two logs of 100,000 results, one of 100,000 secrets and one of a million results.

Run it with `python benchmarks/merge.py`; `--quick` leaves the million out. The logs are made in
a temporary directory, the same ones each time: about 54 MB, and 540 MB. The second log has other
rules than the first, in another order, so every one of its results has to be rewritten. The log
of secrets is like gitleaks' own: each result has a snippet with a secret and tells its commit,
twenty results a commit; every one of them has to be masked.
"""

import argparse
import json
import random
import resource
import string
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "scanner"
SENTENCE = (
    "reaches a place where it can do harm, and nothing on its way there checks it; "
    "follow it back to its source, and check it there."
)
MERGE = """
import resource, sys, time
from pathlib import Path
from drawgate.sarif.merge import merge
from drawgate.triage.merged import masks
start = time.perf_counter()
summary = merge([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]), masks())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(time.perf_counter() - start, peak, summary.results, summary.collapsed)
"""


def write_log(path: Path, results: int, seed: int, rules: range) -> None:
    """Write a log of about 540 bytes a result."""
    chance = random.Random(seed)
    ids = [f"rule-{number:04}" for number in rules]
    chance.shuffle(ids)
    descriptors = [
        {"id": name, "shortDescription": {"text": f"Rule {name}"}, "help": {"text": "Do not."}}
        for name in ids
    ]
    driver = {"name": "bench", "version": "1.0", "rules": descriptors}
    with path.open("w", encoding="utf-8") as log:
        log.write('{"version": "2.1.0", "runs": [{"tool": ')
        log.write(json.dumps({"driver": driver}))
        log.write(', "results": [')
        for number in range(results):
            log.write("," if number else "")
            log.write(json.dumps(result(chance, ids, number), separators=(",", ":")))
        log.write("]}]}")


def result(chance: random.Random, ids: list[str], number: int) -> dict[str, object]:
    """Make one result."""
    index = chance.randrange(len(ids))
    line = chance.randrange(1, 4000)
    region = {
        "startLine": line,
        "startColumn": 5,
        "endColumn": 60,
        "snippet": {
            "text": f"    value_{number} = compute(request.args['{line}'], {chance.random()})"
        },
    }
    name = f"package_{chance.randrange(400)}/module_{chance.randrange(900)}.py"
    place = {"artifactLocation": {"uri": name}, "region": region}
    return {
        "ruleId": ids[index],
        "ruleIndex": index,
        "level": "warning",
        "message": {"text": f"Input number {number} {SENTENCE}"},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": {"primaryLocationLineHash": f"{chance.getrandbits(64):x}:1"},
    }


def write_secrets(path: Path, results: int) -> None:
    """Write a log of about 560 bytes a result, as a secret scanner does."""
    chance = random.Random(4)
    ids = [f"kind-{number}-key" for number in range(100)]
    rules = [{"id": name, "shortDescription": {"text": f"A key, {name}"}} for name in ids]
    run = json.dumps({"tool": {"driver": {"name": "gitleaks", "rules": rules}}})
    with path.open("w", encoding="utf-8") as log:
        log.write(f'{{"version": "2.1.0", "runs": [{run[:-1]}, "results": [')
        for number in range(results):
            log.write("," if number else "")
            log.write(json.dumps(secret(chance, chance.choice(ids), number)))
        log.write("]}]}")


def secret(chance: random.Random, rule: str, number: int) -> dict[str, object]:
    """Make one result about a made-up secret."""
    line = chance.randrange(1, 4000)
    name = f"package_{chance.randrange(400)}/settings_{chance.randrange(900)}.py"
    value = "".join(chance.choices(string.ascii_letters + string.digits, k=32))
    region = {"startLine": line, "endLine": line, "snippet": {"text": f"api_key = '{value}'"}}
    commit = {
        "commitSha": f"{number // 20:040x}",
        "email": f"dev{number // 20 % 40}@example.com",
        "author": f"Dev {number // 20 % 40}",
        "date": f"2026-01-01T00:00:{number // 20 % 60:02}Z",
        "commitMessage": f"add settings {number // 20}",
    }
    place = {"artifactLocation": {"uri": name, "uriBaseId": "%SRCROOT%"}, "region": region}
    return {
        "ruleId": rule,
        "message": {"text": f"{rule} has detected secret for file {name}."},
        "locations": [{"physicalLocation": place}],
        "partialFingerprints": commit,
        "properties": {"tags": []},
    }


def measure(
    title: str, logs: list[Path], seconds: float, megabytes: float, *, masking: bool = False
) -> bool:
    """Merge in a process of its own, and compare with the bounds.

    Masking is all computing: its bound is one of user time, which other work hardly changes.
    """
    output = logs[0].with_name("out.sarif")
    command = [sys.executable, "-c", MERGE, str(output), *map(str, logs)]
    began = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    start = time.perf_counter()
    done = subprocess.run(
        command, env={"PYTHONPATH": str(SOURCE)}, check=True, capture_output=True, text=True
    )
    wall = time.perf_counter() - start
    cpu = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - began
    _, peak, results, collapsed = map(float, done.stdout.split())
    good = (cpu if masking else wall) <= seconds and peak <= megabytes
    size = sum(log.stat().st_size for log in logs) / 1e6
    print(
        f"{title}: {size:.0f} MB in, {results:.0f} results out, {collapsed:.0f} collapsed\n"
        f"  {wall:.2f} s (user {cpu:.2f}), bound {seconds:.1f} s; "
        f"{peak:.0f} MB peak, bound {megabytes:.0f} MB: {'holds' if good else 'DOES NOT HOLD'}"
    )
    return good


def main() -> int:
    """Run all cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the million out")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "one.sarif"), Path(folder, "other.sarif")
        write_log(one, 100_000, 1, range(300))
        write_log(other, 100_000, 2, range(150, 450))
        good = measure("two logs of 100,000 results", [one, other], 2.5, 150)
        write_secrets(one, 100_000)
        good = measure("one log of 100,000 secrets", [one], 18, 110, masking=True) and good
        if not quick:
            write_log(one, 1_000_000, 3, range(300))
            good = measure("one log of a million results", [one], 60, 250) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
