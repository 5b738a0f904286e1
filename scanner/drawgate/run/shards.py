"""One job becomes several of equal size, where a scanner looks at each file on its own."""

import heapq
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from drawgate.core.adapter import Grain, Job

_FILES: Final = 50
"""A shard of fewer files, unless they are big, would mostly be start-up."""
_BYTES: Final = 512 << 10
_PER_CORE: Final = 2
"""More shards than cores, so that no core waits long for the last one."""
_MANY: Final = 8
_LARGE: Final = 2 << 20
"""Bytes. Equal sizes cost different time, so much text is cut into more shards than little."""
_ARGUMENTS: Final = 1 << 20
"""Bytes of file names for one process; execve(2) allows 2 MiB with the environment."""


def split(job: Job, grain: Grain, sizes: Mapping[str, int], cores: int) -> tuple[Job, ...]:
    """Split a job by the size of its files; each shard's inputs stay sorted."""
    if grain is not Grain.FILE or not job.inputs:
        return (job,)
    count = _count(job.inputs, sizes, cores)
    while len(shards := _deal(job.inputs, sizes, count)) < len(job.inputs):
        if all(_length(shard) <= _ARGUMENTS for shard in shards):
            break
        count = min(2 * count, len(job.inputs))
    return tuple(replace(job, inputs=shard) for shard in shards)


def _count(inputs: tuple[str, ...], sizes: Mapping[str, int], cores: int) -> int:
    if cores == 1:
        return 1
    total = sum(sizes.get(path, 0) for path in inputs)
    wanted = max(len(inputs) // _FILES, total // _BYTES, 1)
    most = min(max(_PER_CORE * cores, total // _LARGE), _MANY * cores)
    return min(wanted, most, len(inputs))


def _deal(inputs: tuple[str, ...], sizes: Mapping[str, int], count: int) -> list[tuple[str, ...]]:
    """Deal files out, largest first, each to the shard that has least."""
    shards: list[list[str]] = [[] for _ in range(count)]
    heap = [(0, number) for number in range(count)]
    for path in sorted(inputs, key=lambda path: (-sizes.get(path, 0), path)):
        load, number = heap[0]
        shards[number].append(path)
        heapq.heapreplace(heap, (load + sizes.get(path, 0) + 1, number))
    return [tuple(sorted(shard)) for shard in shards]


def _length(shard: tuple[str, ...]) -> int:
    """Count bytes as execve does: each `./NAME` with its end and a pointer to it."""
    return sum(len(os.fsencode(path)) + 11 for path in shard)
