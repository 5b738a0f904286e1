"""Splitting a job: nothing lost, nothing twice, equal loads."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate import plugin as dg
from drawgate.run.shards import split


def job(*inputs: str) -> dg.Job:
    return dg.Job(root=Path("/target"), inputs=tuple(sorted(inputs)))


@pytest.mark.parametrize(
    ("files", "size", "cores", "expected"),
    [
        (1, 100, 8, 1),
        (99, 100, 8, 1),
        (100, 100, 8, 2),
        (400, 100, 2, 4),  # more than cores, so that none waits long for the last
        (400, 100, 1, 1),  # one core gains nothing
        (10, 1 << 20, 8, 10),  # big files are worth a process each
        (3, 1 << 20, 8, 3),
        (0, 0, 8, 1),
    ],
)
def test_how_many(files: int, size: int, cores: int, expected: int) -> None:
    """Start-up must not outweigh the work, and every core must have some to the end."""
    names = [f"f{number}.py" for number in range(files)]

    shards = split(job(*names), dg.Grain.FILE, dict.fromkeys(names, size), cores)

    assert expected == len(shards)


def test_other_grains_stay_whole() -> None:
    """An answer that depends on the whole tree can't be had from its parts."""
    whole = job(*(f"f{number}" for number in range(1000)))

    assert (whole,) == split(whole, dg.Grain.TREE, {}, 8)


def test_equal_loads() -> None:
    """The largest file stands alone; the others share what is left."""
    sizes = {"big": 3_000_000, **{f"s{number:03}": 30_000 for number in range(100)}}

    shards = split(job(*sizes), dg.Grain.FILE, sizes, 1_000)[:2]

    loads = [sum(sizes[path] for path in shard.inputs) for shard in shards]
    assert ("big",) == shards[0].inputs
    assert loads[1] <= 3_000_000


def test_command_lines_stay_short() -> None:
    """However few cores there are, no process gets more names than the system passes on."""
    names = [f"{'x' * 200}/{number:06}" for number in range(12_000)]

    shards = split(job(*names), dg.Grain.FILE, {}, 1)

    longest = max(sum(len(path) + 11 for path in shard.inputs) for shard in shards)
    assert 4 == len(shards)
    assert longest <= 1 << 20


@given(
    sizes=st.dictionaries(st.text(min_size=1, max_size=8), st.integers(0, 1 << 22), max_size=120),
    cores=st.integers(1, 16),
)
def test_nothing_lost_nothing_twice(sizes: dict[str, int], cores: int) -> None:
    """All shards together are the job, each sorted, and the same every time."""
    whole = job(*sizes)

    shards = split(whole, dg.Grain.FILE, sizes, cores)

    together = sorted(path for shard in shards for path in shard.inputs)
    assert list(whole.inputs) == together
    assert all(list(shard.inputs) == sorted(shard.inputs) for shard in shards)
    assert shards == split(whole, dg.Grain.FILE, dict(reversed(sizes.items())), cores)
