"""How many cores and how much memory this process may really use."""

import os
from pathlib import Path
from typing import Final

_CGROUP: Final = Path("/sys/fs/cgroup")
_UNLIMITED: Final = float(1 << 16)


def cores() -> int:
    """Count the cores we may use: by affinity, and by the quota of our control group."""
    if hasattr(os, "sched_getaffinity"):
        allowed = len(os.sched_getaffinity(0))
    else:
        allowed = os.cpu_count() or 1
    return max(1, min(allowed, int(_quota())))


def memory() -> int:
    """Give the bytes of memory we may use: what the machine has, or our control group's limit."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limits = [
        int(words[0])
        for folder in _groups("memory")
        for name in ("memory.max", "memory.limit_in_bytes")
        if (words := _words(folder / name)) and words[0].isdigit()
    ]
    return min(installed, *limits) if limits else installed


def _quota() -> float:
    """Give the cores that a quota allows, or more than any machine has (cgroups v2, then v1)."""
    quotas = [_UNLIMITED]
    for folder in _groups("cpu"):
        words = _words(folder / "cpu.max") or (
            _words(folder / "cpu.cfs_quota_us") + _words(folder / "cpu.cfs_period_us")
        )
        if len(words) == 2 and words[0].isdigit() and words[1].isdigit():  # noqa: PLR2004 - quota and period
            quotas.append(int(words[0]) / int(words[1]))
    return min(quotas)


def _groups(controller: str) -> list[Path]:
    """List the directories of our control group and all above it: each may set a limit.

    /proc/self/cgroup has lines `0::/PATH` (v2) and `N:CONTROLLERS:/PATH` (v1), cgroups(7).
    In a container the path may be one of the host's; the root is ours there.
    """
    found: list[Path] = []
    for line in _lines(Path("/proc/self/cgroup")):
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        root = _CGROUP / controller if controllers else _CGROUP
        here = root / path.lstrip("/")
        found += [folder for folder in (here, *here.parents) if folder.is_relative_to(root)]
    return found


def _words(path: Path) -> list[str]:
    return " ".join(_lines(path)).split()


def _lines(path: Path) -> list[str]:
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError:
        return []
    return [os.fsdecode(line) for line in lines if line]  # names of groups are any bytes
