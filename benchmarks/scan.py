"""A cold scan of a real repository: our own share, and how well the cores are used."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

OWN, WALL = 0.05, 1.15
PROGRAM = Path(sys.executable).parent / "drawgate"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", type=Path)
    parser.add_argument("--advisories", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        words = [PROGRAM, "scan", chosen.target, "--offline", "-q"]
        words += ["--output-dir", Path(place) / "out"]
        if chosen.advisories:
            words += ["--advisories", chosen.advisories]
        env = {**os.environ, "XDG_CACHE_HOME": f"{place}/cache"}
        start = time.perf_counter()
        code = subprocess.run(words, env=env, stdout=subprocess.DEVNULL, check=False).returncode
        wall = time.perf_counter() - start
        answer = json.loads((Path(place) / "out/attempts.json").read_text())
    return report(answer, wall, code)


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


if __name__ == "__main__":
    sys.exit(main())
