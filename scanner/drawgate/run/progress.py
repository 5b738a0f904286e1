"""What a scan tells whoever watches it."""

import threading
from dataclasses import dataclass
from typing import Protocol

from drawgate.core.attempt import Attempt


class Progress(Protocol):
    """Told by one thread at a time, though not always by the same one."""

    def started(self, name: str, parts: int) -> None:
        """Hear that an adapter's first process starts; there will be `parts` of them."""

    def advanced(self, name: str, findings: int) -> None:
        """Hear that one more part is done, with that many findings."""

    def finished(self, attempt: Attempt) -> None:
        """Hear that an attempt is over; one that was skipped never started."""

    def heartbeat(self) -> None:
        """Hear, about twice a second and from the main thread, that time passes."""


class Silent:
    """Tells nobody."""

    def started(self, name: str, parts: int) -> None:
        """Say nothing."""

    def advanced(self, name: str, findings: int) -> None:
        """Say nothing."""

    def finished(self, attempt: Attempt) -> None:
        """Say nothing."""

    def heartbeat(self) -> None:
        """Say nothing."""


@dataclass(frozen=True, slots=True)
class Beside:
    """Tells what a thread does beside the scanners: when it is its turn, and no heartbeat."""

    progress: Progress
    lock: threading.Lock

    def started(self, name: str, parts: int) -> None:
        """Pass it on."""
        with self.lock:
            self.progress.started(name, parts)

    def advanced(self, name: str, findings: int) -> None:
        """Pass it on."""
        with self.lock:
            self.progress.advanced(name, findings)

    def finished(self, attempt: Attempt) -> None:
        """Pass it on."""
        with self.lock:
            self.progress.finished(attempt)

    def heartbeat(self) -> None:
        """Say nothing: the main thread does."""
