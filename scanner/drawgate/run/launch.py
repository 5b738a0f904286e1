"""Fences in the process it runs in, then becomes the tool; runs alone, before any of our code.

    python -I -S launch.py REFUSAL SETTINGS PROGRAM ARGUMENT…

REFUSAL is a file for the reason when the tool can't be started; nothing else makes it, so that
no exit code of a tool can be taken for ours. SETTINGS is `name=value,name=value`. A JSON reader
or the signal module would cost more than all the rest: every millisecond here counts per process.
"""

import ctypes
import os
import resource
import struct
import sys

# linux/prctl.h
_SET_PDEATHSIG, _SET_SECCOMP, _SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
# linux/landlock.h; the numbers of the system calls are the same on every architecture
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_BIND_TCP, _CONNECT_TCP, _SCOPE_ABSTRACT_UNIX, _SCOPE_SIGNAL = 1, 2, 1, 2
_RULE_PATH_BENEATH, _RULE_NET_PORT = 1, 2
# Whatever changes a file system: write (bit 1), remove, make, move (4 to 13), truncate (14)
_WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 15))
_ABI_WITH_TRUNCATE, _ABI_WITH_NETWORK, _ABI_WITH_SCOPES = 3, 4, 6

_SIGKILL, _SIGPIPE, _SIGXFSZ = 9, 13, 25
_LIMITS = ("AS", "FSIZE", "CPU", "NOFILE", "CORE")


def main() -> None:
    """Do what the command line says; on any failure leave the reason and exit with 127."""
    refusal, settings, *argv = sys.argv[1:]
    try:
        private = os.path.dirname(refusal)  # noqa: PTH120 - pathlib costs too much here
        fence_in(dict(item.split("=", 1) for item in settings.split(",")), private)
        os.execv(argv[0], argv)  # noqa: S606 - becoming the tool is the purpose of this file
    except (OSError, ValueError) as error:
        with open(refusal, "w", encoding="utf-8", errors="replace") as stream:  # noqa: PTH123 - pathlib costs too much here
            stream.write(getattr(error, "strerror", None) or str(error))
        sys.exit(127)


def fence_in(settings: dict[str, str], private: str) -> None:
    """Apply every setting to this process; all of them survive the change into the tool.

    `private` is the only place, beside devices, where it may write from here on.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    _default_signals(libc)
    if sys.platform == "linux":
        _die_with_parent(libc, int(settings["parent"]))
        _prctl(libc, _SET_NO_NEW_PRIVS, 1)
        ports = [int(port) for port in settings.get("ports", "").split("+") if port]
        _confine(libc, (private, "/dev"), ports if "ports" in settings else None)
        if "filter" in settings:
            _filter_calls(libc, bytes.fromhex(settings["filter"]))
    for name in _LIMITS:
        if name in settings:
            _limit(getattr(resource, f"RLIMIT_{name}"), int(settings[name]))


def landlock_abi() -> int:
    """Give the kernel's Landlock version, 0 without one."""
    if sys.platform != "linux":
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    return max(0, int(libc.syscall(ctypes.c_long(_CREATE_RULESET), None, ctypes.c_size_t(0), 1)))


def _default_signals(libc: ctypes.CDLL) -> None:
    """Python ignores these two, and what is ignored stays ignored in the tool."""
    for number in (_SIGPIPE, _SIGXFSZ):
        libc.signal(number, None)


def _die_with_parent(libc: ctypes.CDLL, parent: int) -> None:
    _prctl(libc, _SET_PDEATHSIG, _SIGKILL)
    if os.getppid() != parent:  # it died before the line above
        raise OSError("the process that started this one is gone")


def _limit(which: int, value: int) -> None:
    """Lower a limit; one that is lower already stays.

    The hard limit on CPU time is a second above ours: the kernel sends SIGXCPU at ours, which
    has a name, and SIGKILL at the hard one.
    """
    _, most = resource.getrlimit(which)
    wanted = value + (which == resource.RLIMIT_CPU)
    hard = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(which, (min(value, hard), hard))


def _confine(libc: ctypes.CDLL, places: tuple[str, ...], ports: list[int] | None) -> None:
    """Let nothing be written but in these places, and no process outside be signalled.

    With ports, TCP may connect to these only, and bind to none (Landlock's TCP rules know ports
    and no addresses), and abstract Unix sockets are cut. That is a must; the rest is done as far
    as the kernel can: /dev has /dev/shm, which every lock between processes needs.
    """
    abi = landlock_abi()
    if ports is not None and abi < _ABI_WITH_NETWORK:
        raise OSError("the kernel has no Landlock rules for TCP")
    if abi < _ABI_WITH_TRUNCATE:
        return
    network, scope = (0, 0) if ports is None else (_BIND_TCP | _CONNECT_TCP, _SCOPE_ABSTRACT_UNIX)
    known = 8 * (1 + (abi >= _ABI_WITH_NETWORK) + (abi >= _ABI_WITH_SCOPES))
    rules = struct.pack("=3Q", _WRITES, network, scope | _SCOPE_SIGNAL)[:known]
    ruleset = _call(libc, _CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), 0)
    for place in places:
        folder = os.open(place, os.O_PATH | os.O_CLOEXEC)
        rule = struct.pack("=Qi", _WRITES, folder)
        _call(libc, _ADD_RULE, ruleset, _RULE_PATH_BENEATH, rule, 0)
        os.close(folder)
    for port in ports or ():
        rule = struct.pack("=QQ", _CONNECT_TCP, port)
        _call(libc, _ADD_RULE, ruleset, _RULE_NET_PORT, rule, 0)
    _call(libc, _RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _filter_calls(libc: ctypes.CDLL, program: bytes) -> None:
    """Install a seccomp program: eight bytes for each instruction (linux/filter.h)."""
    code = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("@HP", len(program) // 8, ctypes.addressof(code))
    _prctl(libc, _SET_SECCOMP, _SECCOMP_MODE_FILTER, header)


def _prctl(libc: ctypes.CDLL, option: int, *values: int | bytes) -> None:
    passed = [ctypes.c_ulong(v) if isinstance(v, int) else v for v in values]
    unused = [ctypes.c_ulong(0)] * (4 - len(passed))
    if libc.prctl(option, *passed, *unused) != 0:
        _fail("prctl")


def _call(libc: ctypes.CDLL, number: int, *values: object) -> int:
    result = int(libc.syscall(ctypes.c_long(number), *values))
    if result < 0:
        _fail(f"system call {number}")
    return result


def _fail(what: str) -> None:
    code = ctypes.get_errno()
    raise OSError(code, f"{what}: {os.strerror(code)}")


if __name__ == "__main__":
    main()
