"""The order in which pieces of work are handed out."""

import threading
from pathlib import Path

from drawgate import plugin as dg
from drawgate.run.schedule import Piece, Queue

ADAPTERS = {
    name: dg.Adapter(
        name=name,
        kind=dg.Kind.CODE,
        grain=dg.Grain.FILE,
        homepage="",
        tool=dg.Tool(distribution=name, argv=(name,), supported=""),
        applies=lambda _: True,
        inputs=lambda _: (),
        command=lambda _: dg.Command(args=(), ok=frozenset()),
        parse=lambda _: dg.Report(),
    )
    for name in ("a", "b")
}


def piece(name: str, number: int, seconds: float, memory: int = 1) -> Piece:
    return Piece(
        adapter=ADAPTERS[name],
        number=number,
        job=dg.Job(root=Path("/"), inputs=()),
        command=dg.Command(args=(), ok=frozenset()),
        private=Path("/"),
        second=False,
        seconds=seconds,
        memory=memory,
    )


def taken(queue: Queue) -> str:
    found = queue.take()
    return f"{found.adapter.name}{found.number}" if found else ""


def test_longest_first() -> None:
    """The longest work starts first; equal work in an order that never changes."""
    queue = Queue([piece("b", 2, 1), piece("b", 1, 1), piece("a", 1, 1), piece("a", 2, 9)], 100)

    assert ["a2", "a1", "b1", "b2", ""] == [taken(queue) for _ in range(5)]


def test_memory() -> None:
    """What fits goes first; what never fits runs alone."""
    big, middle, small = piece("a", 1, 9, 200), piece("a", 2, 5, 70), piece("b", 1, 1, 30)
    queue = Queue([big, middle, small], 100)

    assert big is queue.take()
    queue.put_back(big)
    assert middle is queue.take()
    assert small is queue.take()
    assert None is queue.take()


def test_waiting_for_memory() -> None:
    """A thread waits until another has put its piece back, and gets the next one then."""
    first, second = piece("a", 1, 9, 80), piece("b", 1, 1, 80)
    queue = Queue([first, second], 100)
    queue.take()
    got: list[Piece | None] = []
    thread = threading.Thread(target=lambda: got.append(queue.take()))
    thread.start()
    thread.join(0.05)
    assert [] == got

    queue.put_back(first)
    thread.join(5)

    assert [second] == got


def test_drop_and_close() -> None:
    """Pieces of an adapter can be taken out; a closed queue lets nobody wait."""
    first, second, third = piece("a", 1, 9, 80), piece("b", 1, 5, 80), piece("b", 2, 1, 80)
    queue = Queue([first, second, third], 100)
    queue.take()
    got: list[Piece | None] = []
    thread = threading.Thread(target=lambda: got.append(queue.take()))
    thread.start()

    assert [second, third] == queue.drop("b")
    queue.close()
    thread.join(5)

    assert [None] == got


def test_what_is_to_come_is_waited_for() -> None:
    """Nobody goes home while a plan is still being made; what comes is sorted in."""
    queue = Queue([piece("a", 1, 5)], 100, more=True)
    found: list[str] = []
    thread = threading.Thread(target=lambda: found.extend(taken(queue) for _ in range(4)))
    thread.start()
    queue.add([piece("b", 1, 1), piece("b", 2, 9)])
    thread.join(10)

    assert [["a1", "b2", "b1", ""], ["b2", "a1", "b1", ""]].count(found) == 1


def test_a_closed_queue_takes_nothing_more() -> None:
    """An error elsewhere has ended the scan: what comes late is not begun."""
    queue = Queue([], 100, more=True)
    queue.close()
    queue.add([piece("b", 1, 1)])

    assert None is queue.take()
