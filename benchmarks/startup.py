"""What a person waits for before anything happens: help, and the smallest scan."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

HELP_CPU, HELP_MB, OVERHEAD = 0.10, 40.0, 0.30
PROGRAM = Path(sys.executable).parent / "drawgate"
BANDIT = Path(sys.executable).parent / "bandit"


def measure(*words: str | Path) -> tuple[float, float, float]:
    """Run a program; give wall seconds, CPU seconds and peak MB of it and its children."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    wall = time.perf_counter() - start
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> int:
    with tempfile.TemporaryDirectory() as place:
        target = Path(place) / "target"
        target.mkdir()
        (target / "a.py").write_text("import os\n\nprint(os.getcwd())\n")
        scan = [PROGRAM, "scan", target, "--only", "bandit", "-q"]
        scan += ["--output-dir", Path(place) / "out", "--fail-on", "high"]
        rounds = [
            (measure(PROGRAM, "--help"), measure(BANDIT, "-q", target / "a.py"), measure(*scan))
            for _ in range(7)
        ]
    help_cpu = median(r[0][1] for r in rounds)
    help_mb = max(r[0][2] for r in rounds)
    added = median(r[2][0] - r[1][0] for r in rounds)
    print(f"drawgate --help: {help_cpu:.3f} s CPU (<= {HELP_CPU}), {help_mb:.1f} MB (<= {HELP_MB})")
    print(f"one file with bandit: bandit alone + {added:.3f} s wall (<= {OVERHEAD})")
    return int(help_cpu > HELP_CPU or help_mb > HELP_MB or added > OVERHEAD)


if __name__ == "__main__":
    sys.exit(main())
