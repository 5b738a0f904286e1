"""The seccomp program around scanners with `--offline`: TCP sockets can be had, and no others.

Landlock's network rules see `connect` and `bind` of TCP sockets only, so every other way to a
network has to be closed before it: other kinds of socket, io_uring, and TCP Fast Open, which
connects inside of `sendto`. Unix sockets are closed on every rung: behind a path of the file
system may stand anybody's daemon (Docker's, an agent with keys, a proxy), which is outside of
every fence. Pairs of connected sockets, by which processes talk to their children, stay; not
those of datagrams, which can be connected anew.
"""

import os
import struct
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

# linux/bpf_common.h, linux/filter.h: load a word, compare, mask, return.
_LOAD, _EQUAL, _ANY_BIT, _AT_LEAST, _AND, _RETURN = 0x20, 0x15, 0x45, 0x35, 0x54, 0x06
# linux/seccomp.h: what becomes of the call.
_ALLOW, _KILL = 0x7FFF_0000, 0x8000_0000
_REFUSE = 0x0005_0000 | 1  # EPERM, as container engines answer
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_X32 = 0x4000_0000  # the x32 calls of x86_64 would go round every check by number

_UNIX, _INET, _INET6 = 1, 2, 10
_TYPE, _STREAM, _SEQPACKET = 0xF, 1, 5  # the other bits of a socket's type are flags
_ANY_PROTOCOL, _TCP = 0, 6  # not MPTCP or SCTP, which Landlock does not see
_FASTOPEN = 0x2000_0000

_Instruction = tuple[int, int, int, int]
"""Code, jump if true, jump if false, operand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """The numbers of one architecture (linux/audit.h, its system call table)."""

    audit: int
    socket: int
    socketpair: int
    sendto: int
    sendmsg: int
    sendmmsg: int
    io_uring_setup: int = 425


MACHINES: Final = {
    "x86_64": Machine(
        audit=0xC000_003E, socket=41, socketpair=53, sendto=44, sendmsg=46, sendmmsg=307
    ),
    "aarch64": Machine(
        audit=0xC000_00B7, socket=198, socketpair=199, sendto=206, sendmsg=211, sendmmsg=269
    ),
}


def machine() -> Machine | None:
    """Give this machine's numbers, or None where we don't know them."""
    if sys.platform != "linux" or sys.maxsize < 1 << 32:
        return None
    return MACHINES.get(os.uname().machine)


def available() -> bool:
    """Tell whether a program can be installed here: the kernel may be built without it."""
    return machine() is not None and Path("/proc/sys/kernel/seccomp/actions_avail").exists()


def program(here: Machine) -> bytes:
    """Assemble the filter, eight bytes for each instruction."""
    instructions = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        *_unless(_EQUAL, here.audit, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        *_if(_AT_LEAST, _X32, [(_RETURN, 0, 0, _KILL)]),
        *_if(_EQUAL, here.io_uring_setup, [(_RETURN, 0, 0, _REFUSE)]),
        *_if(_EQUAL, here.socket, _judge_socket()),
        *_if(_EQUAL, here.socketpair, _judge_pair()),
        *_if(_EQUAL, here.sendto, _judge_flags(3)),
        *_if(_EQUAL, here.sendmsg, _judge_flags(2)),
        *_if(_EQUAL, here.sendmmsg, _judge_flags(3)),
        (_RETURN, 0, 0, _ALLOW),
    ]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in instructions)


def _judge_socket() -> Iterable[_Instruction]:
    """Allow `socket(AF_INET or AF_INET6, SOCK_STREAM, TCP)`."""
    return [
        _argument(0),
        (_EQUAL, 2, 0, _INET),
        (_EQUAL, 1, 0, _INET6),
        (_RETURN, 0, 0, _REFUSE),
        _argument(1),
        (_AND, 0, 0, _TYPE),
        *_unless(_EQUAL, _STREAM, _REFUSE),
        _argument(2),
        *_if(_EQUAL, _ANY_PROTOCOL, [(_RETURN, 0, 0, _ALLOW)]),
        *_if(_EQUAL, _TCP, [(_RETURN, 0, 0, _ALLOW)]),
        (_RETURN, 0, 0, _REFUSE),
    ]


def _judge_pair() -> Iterable[_Instruction]:
    """Allow `socketpair(AF_UNIX, SOCK_STREAM or SOCK_SEQPACKET, …)`."""
    return [
        _argument(0),
        *_unless(_EQUAL, _UNIX, _REFUSE),
        _argument(1),
        (_AND, 0, 0, _TYPE),
        *_if(_EQUAL, _STREAM, [(_RETURN, 0, 0, _ALLOW)]),
        *_if(_EQUAL, _SEQPACKET, [(_RETURN, 0, 0, _ALLOW)]),
        (_RETURN, 0, 0, _REFUSE),
    ]


def _judge_flags(position: int) -> Iterable[_Instruction]:
    return [
        _argument(position),
        *_if(_ANY_BIT, _FASTOPEN, [(_RETURN, 0, 0, _REFUSE)]),
        (_RETURN, 0, 0, _ALLOW),
    ]


def _argument(position: int) -> _Instruction:
    """Load the low half of an argument; all of ours are C ints, the kernel drops the rest."""
    return (_LOAD, 0, 0, 16 + 8 * position)


def _if(test: int, operand: int, then: Iterable[_Instruction]) -> list[_Instruction]:
    body = list(then)
    return [(test, 0, len(body), operand), *body]


def _unless(test: int, operand: int, answer: int) -> list[_Instruction]:
    return [(test, 1, 0, operand), (_RETURN, 0, 0, answer)]
