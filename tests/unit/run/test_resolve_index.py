"""Which index pip asks, as the user's own settings say, and what it tells of it."""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from drawgate.run.resolve import resolve


@contextmanager
def mirror(folder: Path, credentials: str) -> Iterator[str]:
    """Serve a folder of wheels as a private index on loopback (PEP 503); gives HOST:PORT."""
    wanted = f"Basic {base64.b64encode(credentials.encode()).decode()}"

    class Index(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = self.path.rstrip("/").rpartition("/")[2]
            files = [path.name for path in folder.glob(f"{name}-*.whl")]
            body = "".join(f'<a href="/files/{each}">{each}</a>' for each in files).encode()
            if self.path.startswith("/files/"):
                body = (folder / name).read_bytes()
            allowed = self.headers.get("Authorization") == wanted
            self.send_response(200 if allowed else 401)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body) if allowed else 0))
            self.end_headers()
            self.wfile.write(body if allowed else b"")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - stdlib's name
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Index)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


Settle = Callable[[pytest.MonkeyPatch, Path, str], None]


def by_variable(patch: pytest.MonkeyPatch, home: Path, address: str) -> None:
    patch.setenv("PIP_INDEX_URL", f"http://ci:hunter2@{address}/simple")


def by_file(patch: pytest.MonkeyPatch, home: Path, address: str) -> None:
    (home / ".config/pip").mkdir(parents=True)
    text = f"[global]\nindex-url = http://ci:hunter2@{address}/simple\n"
    (home / ".config/pip/pip.conf").write_text(text)


def by_netrc(patch: pytest.MonkeyPatch, home: Path, address: str) -> None:
    patch.setenv("PIP_INDEX_URL", f"http://{address}/simple")
    host = address.partition(":")[0]
    (home / ".netrc").write_text(f"machine {host} login ci password hunter2\n")
    (home / ".netrc").chmod(0o600)


@pytest.mark.scanners
@pytest.mark.parametrize("settle", [by_variable, by_file, by_netrc])
def test_the_users_private_index_is_asked(
    tmp_path: Path, index: Path, own_settings: Path, monkeypatch: pytest.MonkeyPatch, settle: Settle
) -> None:
    """A company's mirror with a password works, and no word about it is in the answer."""
    target = tmp_path / "target"
    target.mkdir()
    (target / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:9/evil\n")
    lines = b"--index-url http://127.0.0.1:9/simple\nflask\nmissing\n"

    with mirror(index, "ci:hunter2") as address:
        settle(monkeypatch, own_settings, address)
        found = resolve({"requirements.txt": lines}, target)

    assert ["flask==1.0", "werkzeug==0.14.1"] == [f"{p.name}=={p.version}" for p in found.pins]
    assert ["requirements.txt: line 1", "requirements.txt: missing"] == [
        told.subject for told in found.not_pinned
    ]
    assert found.not_pinned[1].reason.endswith(
        "missing (from versions: none) (not used: the manifest's index options)"
    )
    assert "hunter2" not in str(found)
    assert address not in str(found)


def test_without_a_word_on_the_index_nothing_is_asked(tmp_path: Path, own_settings: Path) -> None:
    """A torn pip.conf may name a private index; the public one must not learn the names."""
    torn = own_settings / ".config/pip/pip.conf"
    torn.parent.mkdir(parents=True)
    torn.write_text("index-url = https://ci:hunter2@mirror.example/simple\n")
    pip = (str(tmp_path / "no-such-pip"),)  # to start it would give another reason

    found = resolve({"requirements.txt": b"six==1.0\nours\n"}, tmp_path / "target", pip=pip)

    assert ["six"] == [pin.name for pin in found.pins]
    assert [("requirements.txt: ours", "pip was not asked: pip.conf: is not a valid INI file")] == [
        (told.subject, told.reason) for told in found.not_pinned
    ]


@pytest.mark.scanners
def test_a_refused_password_is_told_and_not_shown(
    tmp_path: Path, index: Path, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it would look as if the package did not exist."""
    with mirror(index, "ci:right") as address:
        by_variable(monkeypatch, own_settings, address)
        found = resolve({"requirements.txt": b"flask\nsix\n"}, tmp_path / "target")

    assert {"pip could not resolve it: the package index refused the credentials"} == {
        told.reason for told in found.not_pinned
    }


def test_an_index_of_the_manifest_around_counts(tmp_path: Path, own_settings: Path) -> None:
    """Where it includes a changed list, that list's packages come from the index it names."""
    files = {"requirements.txt": b"-i https://m.example/simple\n-r more\nx\n", "more": b"ours\n"}
    pip = (str(tmp_path / "no-such-pip"),)  # to start it would give another reason

    found = resolve(files, tmp_path / "target", about=frozenset({"more"}), pip=pip)

    (told,) = found.not_pinned
    assert "more: ours" == told.subject
    assert told.reason.startswith("pip was not asked: requirements.txt of the target names an")
