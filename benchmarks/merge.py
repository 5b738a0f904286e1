"""Merge two logs of 100,000 results, and one of a million, against the bounds we promise.

Run it with `python benchmarks/merge.py`; `--quick` leaves the million out. The logs are made in
a temporary directory, the same ones each time: about 54 MB and 540 MB. The second log has other
rules than the first, in another order, so every one of its results has to be rewritten.
"""

import argparse
import json
import random
import resource
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
from drawgate.triage.merged import MASKS
start = time.perf_counter()
summary = merge([Path(name) for name in sys.argv[2:]], Path(sys.argv[1]), MASKS)
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


def measure(title: str, logs: list[Path], seconds: float, megabytes: float) -> bool:
    """Merge in a process of its own, and compare with the bounds."""
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
    good = wall <= seconds and peak <= megabytes
    size = sum(log.stat().st_size for log in logs) / 1e6
    print(
        f"{title}: {size:.0f} MB in, {results:.0f} results out, {collapsed:.0f} collapsed\n"
        f"  {wall:.2f} s (user {cpu:.2f}), bound {seconds:.1f} s; "
        f"{peak:.0f} MB peak, bound {megabytes:.0f} MB: {'holds' if good else 'DOES NOT HOLD'}"
    )
    return good


def main() -> int:
    """Run both cases."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="leave the million out")
    quick = parser.parse_args().quick
    with tempfile.TemporaryDirectory() as folder:
        one, other = Path(folder, "one.sarif"), Path(folder, "other.sarif")
        write_log(one, 100_000, 1, range(300))
        write_log(other, 100_000, 2, range(150, 450))
        good = measure("two logs of 100,000 results", [one, other], 2.5, 150)
        if not quick:
            write_log(one, 1_000_000, 3, range(300))
            good = measure("one log of a million results", [one], 60, 250) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
