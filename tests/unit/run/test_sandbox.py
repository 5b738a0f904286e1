"""The rungs of `--offline`: what a scanner can reach on each, and what is said about it."""

import ctypes
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import drawgate
from drawgate.core.scan import Offline
from drawgate.run import sandbox
from drawgate.run.process import Fence

RunPython = Callable[..., subprocess.CompletedProcess[str]]

ENTER = """
import sys
from drawgate.run.sandbox import enter_offline
print(enter_offline(sys.orig_argv).name)
"""
INSIDE = (
    ENTER
    + """
import os, socket
print([name for _, name in socket.if_nameindex()], os.getuid(), sys.argv[1:])
server = socket.create_server(("127.0.0.1", 0))
socket.create_connection(server.getsockname())
server.accept()
print("loopback works")
for family, address in ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1")):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            socket.socket(family, kind).connect((address, 53))
        except OSError as error:
            print(error.strerror)
"""
)
PROBE = """
import socket, sys
endpoint, other, abstract = int(sys.argv[1]), int(sys.argv[2]), "@" + sys.argv[3]
def attempt(name, action):
    try:
        action()
        print(name, "open")
    except OSError as error:
        print(name, "shut", error.strerror.split(" (")[0])
def send(family, kind, *rest):
    return lambda: socket.socket(family, kind, *rest)
def fast_open():
    socket.socket().sendto(b"x", 0x20000000, ("127.0.0.1", endpoint))
attempt("endpoint", lambda: socket.create_connection(("127.0.0.1", endpoint)))
attempt("other port", lambda: socket.create_connection(("127.0.0.1", other)))
attempt("listen", lambda: socket.create_server(("127.0.0.1", 0)))
attempt("udp", send(socket.AF_INET, socket.SOCK_DGRAM))
attempt("udp6", send(socket.AF_INET6, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC))
attempt("raw", send(socket.AF_INET, socket.SOCK_RAW, 1))
attempt("mptcp", send(socket.AF_INET, socket.SOCK_STREAM, 262))
attempt("sctp", send(socket.AF_INET, socket.SOCK_STREAM, 132))
attempt("netlink", send(socket.AF_NETLINK, socket.SOCK_RAW))
attempt("packet", send(socket.AF_PACKET, socket.SOCK_RAW))
attempt("fast open", fast_open)
attempt("abstract", lambda: socket.socket(socket.AF_UNIX).connect(abstract.replace("@", "\\0")))
attempt("unix path", lambda: socket.socket(socket.AF_UNIX).connect(sys.argv[3]))
attempt("unix pair", lambda: socket.socketpair())
attempt("unix datagrams", lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM))
"""
FENCED = f"""
import sys, tempfile
from pathlib import Path
from drawgate.run.process import Call, Fence, run
ports = (int(sys.argv[1]),) if sys.argv[4:] != ["namespace"] else None
with tempfile.TemporaryDirectory() as folder:
    argv = (sys.executable, "-I", "-c", {PROBE!r}, *sys.argv[1:])
    call = Call(argv=argv, private=Path(folder), cwd=Path(folder), fence=Fence(ports=ports))
    done = run(call)
    print(done.stdout.decode(), done.stderr.decode(), done.trouble)
"""


@pytest.fixture(params=["as_us", "as_nobody"])
def python(request: pytest.FixtureRequest) -> RunPython:
    """Run as the user we are, and as one without any privilege."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def servers(open_path: Path) -> Iterator[tuple[str, str, str]]:
    """Give two TCP ports and a path that accept whoever comes.

    A Unix socket listens at the path, and one at the abstract name that looks like it.
    """
    path = str(open_path / "socket")
    with (
        socket.socket(socket.AF_UNIX) as named,
        socket.socket(socket.AF_UNIX) as abstract,
        socket.create_server(("127.0.0.1", 0)) as one,
        socket.create_server(("127.0.0.1", 0)) as two,
    ):
        for unix, address in ((named, path), (abstract, f"\0{path}")):
            unix.bind(address)
            unix.listen()
        Path(path).chmod(0o777)
        yield str(one.getsockname()[1]), str(two.getsockname()[1]), path


@pytest.fixture(scope="module")
def kernel() -> set[str]:
    """Find out past our own code what this machine allows: namespaces, and Landlock for TCP."""
    words = ["unshare", "--user", "--net", "true"]
    unshares = subprocess.run(words, capture_output=True, check=False).returncode == 0
    landlock = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 4
    return {name for name, has in (("namespace", unshares), ("landlock", landlock)) if has}


def test_namespace(python: RunPython, kernel: set[str]) -> None:
    """On the first rung only loopback exists, we are who we were, and loopback works."""
    done = python(INSIDE, "an argument")

    if "namespace" not in kernel:
        assert done.stdout.startswith("LANDLOCK" if "landlock" in kernel else "UNENFORCED")
        return
    uid = done.stdout.splitlines()[1].split()[1]
    assert done.stdout.splitlines() == [
        "NAMESPACE",
        f"['lo'] {uid} ['an argument']",
        "loopback works",
        *["Network is unreachable"] * 4,
    ], done.stderr


def test_files_of_other_owners_stay_readable(as_us: RunPython, tmp_path: Path) -> None:
    """A user namespace that maps one user only would hide from root what others own."""
    file = tmp_path / "file"
    file.write_text("content")
    if os.geteuid() == 0:
        os.chown(file, 12345, 12345)
    file.chmod(0o600)

    done = as_us(ENTER + f"print(open({str(file)!r}).read())")

    assert "content" == done.stdout.splitlines()[1]


def test_landlock(python: RunPython, servers: tuple[str, str, str], kernel: set[str]) -> None:
    """On the second rung a scanner reaches the endpoint's port, Unix pairs, and nothing else."""
    done = python(FENCED, *servers)

    if "landlock" not in kernel:
        assert "has no Landlock rules for TCP" in done.stderr
        return
    refused = "shut Operation not permitted"
    assert done.stdout.strip().splitlines() == [
        "endpoint open",
        "other port shut Permission denied",
        "listen shut Permission denied",
        f"udp {refused}",
        f"udp6 {refused}",
        f"raw {refused}",
        f"mptcp {refused}",
        f"sctp {refused}",
        f"netlink {refused}",
        f"packet {refused}",
        f"fast open {refused}",
        f"abstract {refused}",
        f"unix path {refused}",
        "unix pair open",
        f"unix datagrams {refused}",
    ], done.stderr


def test_sockets_in_a_namespace(python: RunPython, servers: tuple[str, str, str]) -> None:
    """On the first rung a scanner reaches no daemon of the machine by a Unix socket either.

    There TCP is not the fence's business, as nothing but loopback exists.
    """
    connect = f"import socket; socket.socket(socket.AF_UNIX).connect({servers[2]!r})"
    assert "" == python(connect).stderr  # without the fence somebody listens

    done = python(FENCED, *servers, "namespace")

    said = dict(line.split(" shut ") for line in done.stdout.splitlines() if " shut " in line)
    refused = "Operation not permitted"
    assert (refused, refused, refused) == (
        said["unix path"], said["abstract"], said["unix datagrams"],
    )  # fmt: skip
    assert {"endpoint open", "other port open", "unix pair open"} <= set(done.stdout.splitlines())


def test_weaker_rungs_say_so(python: RunPython, kernel: set[str]) -> None:
    """What our own environment leaves out is left out of the claim as well."""
    said = {
        rung: python(ENTER, DRAWGATE_OFFLINE_RUNG=rung).stdout.strip()
        for rung in ("landlock", "none", "nonsense")
    }

    second = "LANDLOCK" if "landlock" in kernel else "UNENFORCED"
    # A rung that nobody knows is refused with an error, and claims nothing.
    assert {"landlock": second, "none": "UNENFORCED", "nonsense": ""} == said


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("max_user_namespaces", "NAMESPACE"),  # root does without one
        ("max_net_namespaces", "LANDLOCK"),
    ],
)
def test_hosts_that_forbid_namespaces(kernel: set[str], limit: str, expected: str) -> None:
    """What a host forbids is found out before a step that can't be taken back.

    The limit is set for a user namespace of this test, and for nothing else.
    """
    shell = f'echo 0 > /proc/sys/user/{limit} && exec "$@"'
    words = ["unshare", "--user", "--map-root-user", "sh", "-c", shell, "sh"]

    done = subprocess.run(
        [*words, sys.executable, "-c", ENTER],
        env={"PYTHONPATH": str(Path(drawgate.__file__).parents[1]), "PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )

    if "namespace" not in kernel:
        assert "NAMESPACE" not in done.stdout
        return
    second = "LANDLOCK" if "landlock" in kernel else "UNENFORCED"
    assert (second if expected == "LANDLOCK" else expected) == done.stdout.strip(), done.stderr


def test_marker_cannot_be_forged(as_us: RunPython) -> None:
    """A variable that says "I am inside" is not believed: the interfaces are looked at."""
    loopback_only = ["lo"] == [name for _, name in socket.if_nameindex()]

    said = as_us(ENTER, DRAWGATE_OFFLINE_ENTERED="1").stdout.strip()

    assert loopback_only == (said == "NAMESPACE")


def test_unenforced_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel has neither namespaces nor Landlock, nothing is claimed."""
    monkeypatch.delenv(sandbox.RUNG, raising=False)
    monkeypatch.setattr("drawgate.run.namespace.sys.platform", "darwin")
    monkeypatch.setattr("drawgate.run.seccomp.MACHINES", {})

    assert Offline.UNENFORCED is sandbox.enter_offline(["python"])


def test_fence() -> None:
    """Both rungs have one; on the second it has a gate where there is an endpoint."""
    url = "http://127.0.0.1:8080"

    assert Fence() == sandbox.fence(Offline.NAMESPACE, url)
    assert Fence(ports=(8080,)) == sandbox.fence(Offline.LANDLOCK, url)
    assert Fence(ports=()) == sandbox.fence(Offline.LANDLOCK, "")
    assert None is sandbox.fence(Offline.UNENFORCED, url)
    assert None is sandbox.fence(Offline.NOT_ASKED, url)


def test_a_namespace_without_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no filter can be had scanners start without it: the network is cut all the same."""
    monkeypatch.setattr("drawgate.run.seccomp.MACHINES", {})

    assert None is sandbox.fence(Offline.NAMESPACE, "")
