"""How `--offline` is held: the strongest fence this machine allows, and never a false claim.

The rungs, strongest first: a network namespace in which only loopback exists; Landlock around
every scanner; nothing. On the first two a seccomp program keeps scanners from Unix sockets, too;
on the first, where a kernel has no seccomp, those that have a path stay open. On the second
other machines' servers on the endpoint's own port are not told apart from ours, since Landlock's
rules know ports only.
"""

import os
import sys
from pathlib import Path
from typing import Final

from drawgate.core.errors import ConfigError, ScannerError
from drawgate.core.scan import Offline
from drawgate.run import namespace, seccomp
from drawgate.run.private import private_directory
from drawgate.run.process import Call, Fence, run

RUNG: Final = "DRAWGATE_OFFLINE_RUNG"
"""Set to `landlock` or `none`, this variable leaves out the rungs above; the verdict says so."""

_RUNGS: Final = ("namespace", "landlock", "none")
_ENTERED: Final = "DRAWGATE_OFFLINE_ENTERED"
"""Keeps us from entering twice; what really holds is looked at, not read from here."""


def enter_offline(argv: list[str]) -> Offline:
    """Cut this process and all that it starts off from every network, as well as can be had.

    To be called before there is a second thread. `argv` is the whole command line with its
    interpreter (`sys.orig_argv`): the first rung starts it again inside of the namespace and
    does not return. Gives what holds from here on.
    """
    again = os.environ.pop(_ENTERED, "") != ""
    strongest = os.environ.get(RUNG) or "namespace"
    if strongest not in _RUNGS:
        hint = f"it is one of {', '.join(_RUNGS)}"
        raise ConfigError(f"no rung is called {strongest!r}", where=RUNG, hint=hint)
    if strongest == "namespace":
        if again and namespace.alone():
            return Offline.NAMESPACE
        if not again and namespace.enter():
            os.execve(sys.executable, [sys.executable, *argv[1:]], os.environ | {_ENTERED: "1"})  # noqa: S606 - ourselves again
    if strongest in ("namespace", "landlock") and fence_holds():
        return Offline.LANDLOCK
    return Offline.UNENFORCED


def fence(offline: Offline, endpoint: str) -> Fence | None:
    """Give what is put around each scanner. `endpoint` is our loopback server's URL, or empty."""
    if offline is Offline.NAMESPACE:
        return Fence() if seccomp.available() else None
    if offline is not Offline.LANDLOCK:
        return None
    port = endpoint.rpartition(":")[2]
    return Fence(ports=(int(port),) if port else ())


def fence_holds() -> bool:
    """Start a process that does nothing, with the fence around it: any refusal is an answer."""
    with private_directory(avoid=Path("/nonexistent")) as folder:
        argv = (sys.executable, "-I", "-S", "-c", "")
        call = Call(argv=argv, private=folder, cwd=folder, fence=Fence(ports=()))
        try:
            return run(call).code == 0
        except ScannerError:
            return False
