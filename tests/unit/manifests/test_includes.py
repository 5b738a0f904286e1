"""Trees of included files: however they are woven, reading them ends soon, and nothing is lost."""

from collections.abc import Mapping
from time import process_time

import pytest

from drawgate.manifests import gather, read_inventory
from drawgate.manifests import includes as module


def diamonds(depth: int) -> dict[str, bytes]:
    """Give layers of two files that both include both of the next: 2 ** depth ways down."""
    files = {"requirements.txt": b"-r 0a.list\n-r 0b.list\n"}
    for number in range(depth):
        below = b"-r %da.list\n-r %db.list\nx%d\n" % (number + 1, number + 1, number)
        files |= {f"{number}a.list": below, f"{number}b.list": below}
    return files | {f"{depth}a.list": b"deep==1\n", f"{depth}b.list": b"deep==1\n"}


def chained(roots: int, depth: int) -> dict[str, bytes]:
    """Give roots that all include the same chain of files."""
    chain = {
        f"{n}.list": b"-r %d.list\nopen%d\nheld%d\nheld%d==1\n" % (n + 1, n, n, n)
        for n in range(depth)
    }
    heads = {f"{n}/requirements.txt": b"-r ../0.list\nown%d==1\n" % n for n in range(roots)}
    return {**heads, **chain, f"{depth}.list": b"deep==1\n"}


def woven(size: int, roots: int) -> dict[str, bytes]:
    """Give files that all include all others, and roots that include one of them."""
    every = b"".join(b"-r ../%d/r.list\n" % number for number in range(size))
    inner = {f"{n}/r.list": every + b"p%d==1\nx%d\n" % (n, n) for n in range(size)}
    outer = {f"h{n}/requirements.txt": b"-r ../0/r.list\nz%d==1\n" % n for n in range(roots)}
    return {**inner, **outer}


@pytest.mark.parametrize(
    ("files", "pins", "told"),
    [
        (diamonds(2_000), 2, 4_000),
        (chained(2_000, 2_000), 4_001, 2_000),
        (woven(200, 500), 700, 200),
    ],
)
def test_many_ways_to_one_file_cost_little(
    files: Mapping[str, bytes], pins: int, told: int
) -> None:
    """Each pin counts once, and each open name is told once."""
    start = process_time()

    inventory = read_inventory(gather(files, files.__getitem__))

    assert process_time() - start < 5.0
    assert (pins, told) == (len(inventory.pins), len(inventory.not_pinned))


def test_trees_beyond_the_limit_are_told_as_if_each_file_stood_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What nobody compared is not clean; earlier trees stand, and constraints ask for nothing."""
    files = {
        "1/requirements.txt": b"a\nb\na==1\n",
        "2/requirements.txt": b"c\ne\ne==1\n-c ../only.list\n",
        "only.list": b"c==1\nd\n",
    }
    monkeypatch.setattr(module, "_STEPS", 3)

    inventory = read_inventory(files)

    assert ["1/requirements.txt: b", "2/requirements.txt: c"] == [
        each.subject for each in inventory.not_pinned
    ]
    assert ["a", "e", "c"] == [pin.name for pin in inventory.pins]
