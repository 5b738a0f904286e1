"""The seccomp program, run by a small interpreter of classic BPF on calls of any machine."""

import struct

import pytest

from drawgate.run.seccomp import MACHINES, Machine, program

ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000
ALL = pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES.keys())


def judge(code: bytes, architecture: int, number: int, *arguments: int) -> int:
    """Run a program on one struct seccomp_data and give what it returns."""
    padded = [*arguments, 0, 0, 0, 0, 0, 0][:6]
    data = struct.pack("=IIQ6Q", number, architecture, 0, *padded)
    accumulator = position = 0
    while True:
        what, yes, no, operand = struct.unpack_from("=HBBI", code, 8 * position)
        position += 1
        match what:
            case 0x20:
                (accumulator,) = struct.unpack_from("=I", data, operand)
            case 0x54:
                accumulator &= operand
            case 0x15:
                position += yes if accumulator == operand else no
            case 0x35:
                position += yes if accumulator >= operand else no
            case 0x45:
                position += yes if accumulator & operand else no
            case 0x06:
                return operand
            case _:
                raise AssertionError(hex(what))


@ALL
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((2, 1, 0), ALLOW),  # AF_INET, SOCK_STREAM
        ((2, 1, 6), ALLOW),  # TCP by its name
        ((10, 1 | 0o2000000 | 0o4000, 0), ALLOW),  # SOCK_CLOEXEC and SOCK_NONBLOCK are flags
        ((2 | 1 << 32, 1, 0), ALLOW),  # the kernel reads an int
        ((1, 1, 0), REFUSE),  # AF_UNIX: any daemon of the machine may listen behind a path
        ((1, 2, 0), REFUSE),
        ((2, 2, 0), REFUSE),  # UDP
        ((10, 2, 17), REFUSE),
        ((2, 3, 1), REFUSE),  # raw
        ((2, 1, 262), REFUSE),  # MPTCP
        ((2, 1, 132), REFUSE),  # SCTP
        ((16, 3, 0), REFUSE),  # netlink
        ((17, 3, 0), REFUSE),  # packet
        ((40, 1, 0), REFUSE),  # vsock leads to the host of a virtual machine
        ((38, 5, 0), REFUSE),  # the kernel's crypto: not needed
    ],
)
def test_sockets(machine: Machine, arguments: tuple[int, ...], expected: int) -> None:
    """TCP sockets can be had, and no others."""
    assert expected == judge(program(machine), machine.audit, machine.socket, *arguments)


@ALL
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((1, 1, 0), ALLOW),
        ((1, 1 | 0o2000000, 0), ALLOW),
        ((1, 5, 0), ALLOW),
        ((1, 2, 0), REFUSE),
        ((1, 3, 0), REFUSE),  # the kernel takes it for datagrams
        ((30, 1, 0), REFUSE),  # TIPC
    ],
)
def test_pairs(machine: Machine, arguments: tuple[int, ...], expected: int) -> None:
    """Processes may talk to their children, by sockets that can't be connected anew."""
    assert expected == judge(program(machine), machine.audit, machine.socketpair, *arguments)


@ALL
def test_fast_open(machine: Machine) -> None:
    """No flag of a sending call opens a connection that Landlock would not see."""
    code, flag, plain = program(machine), 0x20000000, 0x4000
    calls = {
        "sendto": (machine.sendto, (3, 0, 1)),
        "sendmsg": (machine.sendmsg, (3, 0)),
        "sendmmsg": (machine.sendmmsg, (3, 0, 1)),
    }
    for number, before in calls.values():
        assert REFUSE == judge(code, machine.audit, number, *before, flag | plain)
        assert ALLOW == judge(code, machine.audit, number, *before, plain)


@ALL
def test_ways_round(machine: Machine) -> None:
    """Other tables of system calls end the process; io_uring is as if it did not exist."""
    code = program(machine)
    i386 = 0x40000003

    assert KILL == judge(code, i386, 102)
    assert KILL == judge(code, machine.audit, 0x40000000 | machine.socket, 2, 2, 0)
    assert REFUSE == judge(code, machine.audit, machine.io_uring_setup)
    assert ALLOW == judge(code, machine.audit, 0)
