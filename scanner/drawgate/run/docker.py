"""Whether a Docker daemon is there to be asked."""

import socket
from typing import Final

_SOCKET: Final = "/var/run/docker.sock"
"""The usual place; a scanner's environment names no other."""
_PATIENCE: Final = 5.0


def reachable() -> bool:
    """Tell whether somebody listens on Docker's socket, and lets us in."""
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(_PATIENCE)
        try:
            caller.connect(_SOCKET)
        except OSError:
            return False
        return True
