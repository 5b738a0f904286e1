"""Ctrl-C and friends: the first asks everything to end in order, a later one ends it at once.

One request often comes twice: a terminal signals its whole group, and then whoever started us
passes the signal on. So what follows within a second is the same request.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType
from typing import Final

from drawgate.core.errors import ExitCode, StoppedError
from drawgate.run import processes

_SAME: Final = 1.0
"""Seconds in which a second signal repeats the first."""
_CODES: Final = {
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
    signal.SIGHUP: ExitCode.TERMINATED,
}


@contextmanager
def stopping() -> Iterator[None]:
    """Turn the first of these signals into a StoppedError in the main thread.

    A signal that whoever started us has ignored (`nohup`, a shell's `&`) stays ignored.
    """
    if threading.current_thread() is not threading.main_thread():
        yield  # Python lets no other thread say what a signal does
        return
    before = {number: signal.getsignal(number) for number in _CODES}
    ours = [number for number, what in before.items() if what != signal.SIG_IGN]
    for number in ours:
        signal.signal(number, _stop)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])


def _stop(number: int, frame: FrameType | None) -> None:
    if processes.hold_back(number):
        return
    again = partial(_stop_at_once, time.monotonic() + _SAME)
    for each in _CODES:
        if signal.getsignal(each) == _stop:
            signal.signal(each, again)
    error = StoppedError(f"stopped by {signal.Signals(number).name}")
    error.exit_code = _CODES[signal.Signals(number)]
    raise error


def _stop_at_once(since: float, number: int, frame: FrameType | None) -> None:
    """End now; whoever is on guard removes what we leave."""
    if time.monotonic() < since:
        return
    processes.stop_all()
    os._exit(_CODES[signal.Signals(number)])
