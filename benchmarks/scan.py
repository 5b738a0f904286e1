"""Scans of a real repository: our own share, how the cores are used, what a second one takes."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OWN, WALL, WARM = 0.05, 1.15, 0.25
PROGRAM = Path(sys.executable).parent / "drawgate"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--advisories", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        words = [PROGRAM, "scan", chosen.target, "--offline", "-q"]
        if chosen.advisories:
            words += ["--advisories", chosen.advisories]
        words += ["--output-dir", Path(place) / "out"]
        homes = {"XDG_CACHE_HOME": f"{place}/cache", "XDG_STATE_HOME": f"{place}/state"}
        cold, warm = (scan(words, {**os.environ, **homes}) for _ in range(2))
    return report(*cold) | report_warm(cold[1], warm[1])


def scan(words: list, env: dict) -> tuple[dict, float, int]:
    """Scan once; give attempts.json, wall seconds and the exit code."""
    start = time.perf_counter()
    code = subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=False).returncode
    wall = time.perf_counter() - start
    return json.loads((Path(words[-1]) / "attempts.json").read_text()), wall, code


def report(answer: dict, wall: float, code: int) -> int:
    """Print the two ratios; give 1 when a bound is missed."""
    ran = [a for a in answer["attempts"] if a["outcome"] == "ran"]
    cpu = {a["adapter"]: a["execution"]["cpuSeconds"] for a in ran}
    cores = len(os.sched_getaffinity(0))
    # The longest scanner can be split over cores, so its own floor is its CPU over the cores
    # its processes could use; one process can't be split.
    longest = max(
        a["execution"]["cpuSeconds"] / min(cores, max(1, a["execution"]["processes"])) for a in ran
    )
    own = answer["own"]["cpuSeconds"] / sum(cpu.values())
    ideal = max(longest, sum(cpu.values()) / cores)
    print(f"exit {code}; scanners' CPU s: {cpu}; wall {wall:.1f} s on {cores} cores")
    print(f"own CPU / scanners' CPU: {own:.3f} (<= {OWN})")
    print(f"wall / max(longest, total CPU / cores): {wall / ideal:.3f} (<= {WALL})")
    return int(own > OWN or wall / ideal > WALL)


def report_warm(cold: float, warm: float) -> int:
    """Print what a second scan of the same files takes; give 1 when the bound is missed."""
    print(f"second scan / first: {warm / cold:.3f} of the wall time (<= {WARM})")
    return int(warm / cold > WARM)


if __name__ == "__main__":
    sys.exit(main())
