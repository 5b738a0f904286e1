"""A network namespace of our own, in which nothing but the loopback interface exists."""

import ctypes
import fcntl
import os
import socket
import struct
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NEW_USER, _NEW_NET = 0x1000_0000, 0x4000_0000  # linux/sched.h
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h
_LOOPBACK: Final = "lo"
_TUNNELS: Final = {
    *("tunl0", "sit0", "gre0", "gretap0", "erspan0", "ip_vti0"),
    *("ip6tnl0", "ip6gre0", "ip6_vti0"),
}
"""What the kernel's tunnel modules put into every new namespace; they lead nowhere there
(Documentation/admin-guide/sysctl/net.rst, fb_tunnels_only_for_init_net)."""


def enter() -> bool:
    """Move this process, which must have one thread only, into a namespace of its own.

    It is tried out in a child first: a step that fails half-way could not be taken back.
    """
    if sys.platform != "linux":
        return False
    steps = (_with_user_namespace, _as_root)
    return any(_works(step) and _takes(step) for step in steps)


def alone() -> bool:
    """Tell whether no interface but loopback exists, and that one is up."""
    if sys.platform != "linux":
        return False
    try:
        names = {name for _, name in socket.if_nameindex()}
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            return names - _TUNNELS == {_LOOPBACK} and bool(_flags(control, _LOOPBACK) & _UP)
    except OSError:
        return False


def _with_user_namespace() -> None:
    """Leave the capabilities that could lead back out behind, too, and keep all owners' ids."""
    maps = _maps()
    with _outside(maps):
        _unshare(_NEW_USER | _NEW_NET)
    if os.geteuid() != 0:
        Path("/proc/self/setgroups").write_text("deny", "ascii")
        for name, line in maps.items():
            Path(f"/proc/self/{name}").write_text(line, "ascii")
    _raise_loopback()


def _as_root() -> None:
    """Do without a user namespace where none may be made (some hosts forbid them)."""
    _unshare(_NEW_NET)
    _raise_loopback()


def _maps() -> dict[str, str]:
    """Say which ids exist inside: all that we see, or for a user just the own ones.

    user_namespaces(7): mapping more than oneself takes a capability in the parent namespace.
    """
    if os.geteuid() != 0:
        uid, gid = os.geteuid(), os.getegid()
        return {"uid_map": f"{uid} {uid} 1", "gid_map": f"{gid} {gid} 1"}
    return {name: _whole_range(name) for name in ("uid_map", "gid_map")}


def _whole_range(name: str) -> str:
    lines = [line.split() for line in Path(f"/proc/self/{name}").read_text("ascii").splitlines()]
    return "\n".join(f"{first} {first} {length}" for first, _, length in lines)


@contextmanager
def _outside(maps: dict[str, str]) -> Iterator[None]:
    """As root, have a child that stays outside write the maps once the block is through."""
    if os.geteuid() != 0:
        yield
        return
    reader, writer = os.pipe()
    us = os.getpid()
    child = os.fork()
    if child == 0:
        _write_maps(us, maps, reader, writer)
    os.close(reader)
    try:
        yield
        os.write(writer, b"!")
    finally:
        os.close(writer)
        _, status = os.waitpid(child, 0)
    if status != 0:
        raise PermissionError("the ids could not be mapped")


def _write_maps(pid: int, maps: dict[str, str], reader: int, writer: int) -> None:
    """Be the child outside: wait for the word, write, leave. Never returns."""
    try:
        os.close(writer)
        if os.read(reader, 1):
            for name, lines in maps.items():
                Path(f"/proc/{pid}/{name}").write_text(lines, "ascii")
            os._exit(0)
    finally:
        os._exit(1)


def _works(step: Callable[[], None]) -> bool:
    """Try a step in a child of ours, which then ends."""
    child = os.fork()
    if child == 0:
        os._exit(0 if _takes(step) and alone() else 1)
    return os.waitpid(child, 0)[1] == 0


def _takes(step: Callable[[], None]) -> bool:
    try:
        step()
    except OSError:
        return False
    return True


def _unshare(flags: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(flags) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def _raise_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        flags = _flags(control, _LOOPBACK) | _UP
        fcntl.ioctl(control, _SET_FLAGS, struct.pack("16sh22x", _LOOPBACK.encode(), flags))


def _flags(control: socket.socket, name: str) -> int:
    request = struct.pack("16sh22x", name.encode(), 0)
    answer = fcntl.ioctl(control, _GET_FLAGS, request)
    return int(struct.unpack_from("h", answer, 16)[0])
