"""Python's garbage collector, out of the way of what only makes things."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector wait.

    It would walk through hundreds of thousands of objects again and again, none of which has gone.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
