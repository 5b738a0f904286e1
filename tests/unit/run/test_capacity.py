"""What a control group leaves of a machine, read from files as the kernel writes them."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.run import capacity

Machine = Callable[[str, dict[str, str]], None]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Give a function that says what /proc/self/cgroup and files below /sys/fs/cgroup hold."""
    monkeypatch.setattr(capacity, "_CGROUP", tmp_path)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)
    real = capacity._lines

    def build(groups: str, files: dict[str, str]) -> None:
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(
            capacity,
            "_lines",
            lambda path: groups.splitlines() if path.is_relative_to("/proc") else real(path),
        )

    return build


@pytest.mark.parametrize(
    ("groups", "files", "expected"),
    [
        ("", {}, 8),
        ("0::/job", {"job/cpu.max": "max 100000"}, 8),
        ("0::/job", {"job/cpu.max": "250000 100000"}, 2),
        ("0::/job", {"job/cpu.max": "50000 100000"}, 1),
        ("0::/a/b", {"a/b/cpu.max": "max 100000", "a/cpu.max": "300000 100000"}, 3),
        ("0::/not/visible/here", {"cpu.max": "400000 100000"}, 4),
        (
            "4:memory:/m\n3:cpu,cpuacct:/c",
            {"cpu/c/cpu.cfs_quota_us": "200000", "cpu/c/cpu.cfs_period_us": "100000"},
            2,
        ),
        ("3:cpu:/c", {"cpu/c/cpu.cfs_quota_us": "-1", "cpu/c/cpu.cfs_period_us": "100000"}, 8),
    ],
)  # fmt: skip
def test_cores(machine: Machine, groups: str, files: dict[str, str], expected: int) -> None:
    """A quota counts, whichever group above us sets it; less than a core is one."""
    machine(groups, files)

    assert expected == capacity.cores()


def test_memory(machine: Machine) -> None:
    """A group's limit counts; one without a number is none."""
    installed = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")

    machine("0::/job", {"job/memory.max": "max"})
    assert installed == capacity.memory()

    machine("0::/job", {"job/memory.max": "1048576"})
    assert 1048576 == capacity.memory()

    machine("4:memory:/m", {"memory/m/memory.limit_in_bytes": "2097152"})
    assert 2097152 == capacity.memory()


def test_names_of_groups_are_any_bytes(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group with a name that is neither ASCII nor UTF-8 sets limits like any other."""
    (tmp_path / "self").write_bytes(b"0::/j\xc3\xb6b-\xff\n")
    real = capacity._lines
    machine("", {})
    group = tmp_path / os.fsdecode(b"j\xc3\xb6b-\xff")
    group.mkdir()
    (group / "memory.max").write_text("1048576\n")
    monkeypatch.setattr(
        capacity,
        "_lines",
        lambda path: real(tmp_path / "self" if path.is_relative_to("/proc") else path),
    )

    assert 1048576 == capacity.memory()


def test_this_machine() -> None:
    """The real files are read without an error."""
    assert 1 <= capacity.cores() <= (os.cpu_count() or 1)
    assert capacity.memory() > 0
