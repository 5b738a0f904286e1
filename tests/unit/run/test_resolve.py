"""pip chooses versions for open requirements: the real pip, with a folder as its only index."""

import base64
import io
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from drawgate.run.resolve import resolve


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """Make a folder of packages: two wheels, and one that exists as source only."""
    folder = tmp_path / "index"
    folder.mkdir()
    wheel(folder, "flask", "1.0", "Requires-Dist: werkzeug>=0.14\n")
    wheel(folder, "werkzeug", "0.14.1", "")
    source(folder, "evil", "1.0", f"open({str(tmp_path / 'it_ran')!r}, 'w')")
    return folder


@pytest.fixture
def pip(tmp_path: Path, index: Path) -> tuple[str, ...]:
    """Give the argv of a pip that can't reach anything but that folder."""
    script = tmp_path / "pip.py"
    script.write_text(
        "import runpy, sys\n"
        f"sys.argv += ['--no-index', '--find-links', {str(index)!r}]\n"
        "runpy.run_module('pip', run_name='__main__', alter_sys=True)\n"
    )
    return (sys.executable, "-I", str(script))


def wheel(folder: Path, name: str, version: str, requires: str) -> None:
    about = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(f"{about}/METADATA", head + requires)
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{about}/WHEEL", tags)
        archive.writestr(f"{about}/RECORD", "")


def source(folder: Path, name: str, version: str, setup: str) -> None:
    with tarfile.open(folder / f"{name}-{version}.tar.gz", "w:gz") as archive:
        info = tarfile.TarInfo(f"{name}-{version}/setup.py")
        info.size = len(setup)
        archive.addfile(info, io.BytesIO(setup.encode()))


@pytest.mark.scanners
def test_open_requirements_become_pins(tmp_path: Path, pip: tuple[str, ...]) -> None:
    """What a requirement brings along points at its line; a refused line is never asked about."""
    target = tmp_path / "target"
    target.mkdir()
    (target / "setup.py").write_text(f"open({str(tmp_path / 'it_ran')!r}, 'w')")
    files = {"requirements.txt": b"six==1.0\n-e .\nflask>=0.12\n"}

    found = resolve(files, target, pip=pip)

    assert [f"{pin.subject} @{pin.line}" for pin in found.pins] == [
        "requirements.txt: flask==1.0 @3",
        "requirements.txt: six==1.0 @1",
        "requirements.txt: werkzeug==0.14.1 @3",
    ]
    assert ["requirements.txt: line 2"] == [each.subject for each in found.not_pinned]
    assert not (tmp_path / "it_ran").exists()
    assert ["setup.py"] == [path.name for path in target.iterdir()]


@pytest.mark.scanners
def test_a_package_that_must_be_built_stays_open(tmp_path: Path, pip: tuple[str, ...]) -> None:
    """A source distribution is never built, because building runs its code."""
    found = resolve({"requirements.txt": b"evil\n"}, tmp_path / "target", pip=pip)

    (told,) = found.not_pinned
    assert told.subject == "requirements.txt: evil"
    assert told.reason.startswith("pip could not resolve it: Could not find a version that")
    assert not (tmp_path / "it_ran").exists()


def test_without_pip_everything_stays_open(tmp_path: Path) -> None:
    """Some environments have no pip; then nothing is resolved, and it says so."""
    files = {"requirements.txt": b"flask\n", "pyproject.toml": b"[project]\ndependencies = ['x']"}

    found = resolve(files, tmp_path, pip=("/nowhere/pip",))

    assert [each.subject for each in found.not_pinned] == [
        "pyproject.toml: x",
        "requirements.txt: flask",
    ]
    for each in found.not_pinned:
        assert each.reason.startswith("pip could not resolve it: ")
        assert each.reason.endswith("pip could not be started: No such file or directory")


@pytest.mark.scanners
def test_one_bad_line_leaves_the_others_resolved(
    tmp_path: Path, index: Path, pip: tuple[str, ...]
) -> None:
    """What can be resolved is, and each of the rest has pip's own reason."""
    wheel(index, "torn", "1.0", "Requires-Dist: nowhere>=1\n")
    lines = b"flask\nmissing\nevil\nwerkzeug<0.1\ntorn\nwerkzeug>=0.14\n"

    found = resolve({"requirements.txt": lines}, tmp_path / "target", pip=pip)

    assert [f"{pin.subject} @{pin.line}" for pin in found.pins] == [
        "requirements.txt: flask==1.0 @1",
        "requirements.txt: werkzeug==0.14.1 @1",
    ]
    none = "pip could not resolve it: Could not find a version that satisfies the requirement"
    assert [(told.line, told.reason) for told in found.not_pinned] == [
        (2, f"{none} missing (from versions: none)"),
        (3, f"{none} evil (from versions: none)"),
        (4, f"{none} werkzeug<0.1 (from versions: 0.14.1)"),
        (5, f"{none} nowhere>=1 (from torn) (from versions: none)"),
    ]


@pytest.mark.scanners
def test_requirements_that_exclude_each_other_are_told(
    tmp_path: Path, index: Path, pip: tuple[str, ...]
) -> None:
    """Nobody can install both, so nobody knows which runs; the rest is not concerned."""
    wheel(index, "old", "1.0", "Requires-Dist: werkzeug<0.14\n")
    wheel(index, "werkzeug", "0.13", "")
    wheel(index, "six", "1.0", "")
    lines = b"flask\nsix\nold\n"

    found = resolve({"requirements.txt": lines}, tmp_path / "target", pip=pip)

    assert ["requirements.txt: six==1.0"] == [pin.subject for pin in found.pins]
    assert [
        (told.line, "conflicting dependencies" in told.reason) for told in found.not_pinned
    ] == [
        (1, True),
        (3, True),
    ]


def test_without_a_name_in_the_complaint_halves_are_asked(tmp_path: Path) -> None:
    """An error that blames nobody is the fault of some line, and is found by asking less."""
    program = (
        "import json, sys\n"
        "asked = open('requirements.txt').read().split()\n"
        "if 'bad' in asked: sys.exit('ERROR: something odd')\n"
        "packages = [{'metadata': {'name': n, 'version': '1'}} for n in asked]\n"
        "json.dump({'version': '1', 'install': packages}, open('report.json', 'w'))\n"
    )
    lines = b"".join(b"p%d\n" % number for number in range(9)) + b"bad\nlast\n"

    found = resolve(
        {"requirements.txt": lines}, tmp_path, pip=(sys.executable, "-I", "-c", program)
    )

    assert (10, ["requirements.txt: bad"]) == (
        len(found.pins),
        [told.subject for told in found.not_pinned],
    )


def test_one_line_that_takes_forever_leaves_the_others_resolved(tmp_path: Path) -> None:
    """The time of a manifest is shared out, so that half of it is left for asking less."""
    program = (
        "import json, time\n"
        "asked = open('requirements.txt').read().split()\n"
        "if 'slow' in asked: time.sleep(60)\n"
        "packages = [{'metadata': {'name': n, 'version': '1'}} for n in asked]\n"
        "json.dump({'version': '1', 'install': packages}, open('report.json', 'w'))\n"
    )

    found = resolve(
        {"requirements.txt": b"a\nslow\nb\n"},
        tmp_path,
        timeout=6,
        pip=(sys.executable, "-I", "-c", program),
    )

    assert ["a", "b"] == [pin.name for pin in found.pins]
    assert ["pip could not resolve it: it did not finish within 6 s"] == [
        told.reason for told in found.not_pinned
    ]


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


@pytest.fixture
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home without any setting of pip."""
    for name in ("INDEX_URL", "EXTRA_INDEX_URL", "FIND_LINKS", "NO_INDEX", "CONFIG_FILE"):
        monkeypatch.delenv(f"PIP_{name}", raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    return home


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
    proof = tmp_path / "pip_was_started"
    pip = (sys.executable, "-I", "-c", f"open({str(proof)!r}, 'w')")

    found = resolve({"requirements.txt": b"six==1.0\nours\n"}, tmp_path / "target", pip=pip)

    assert ["six"] == [pin.name for pin in found.pins]
    assert [("requirements.txt: ours", "pip was not asked: pip.conf: is not a valid INI file")] == [
        (told.subject, told.reason) for told in found.not_pinned
    ]
    assert not proof.exists()


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


@pytest.mark.parametrize(
    ("program", "reason"),
    [
        ("pass", "No such file or directory"),
        ("open('report.json', 'w').write('{')", "Expecting property name"),
        ("import time; time.sleep(60)", "it did not finish within 0.5 s"),
        ("raise SystemExit(3)", "it gave no reason"),
    ],
)
def test_an_answer_that_is_none_leaves_everything_open(
    tmp_path: Path, program: str, reason: str
) -> None:
    """No report, half a report, a hanging pip and a silent one are failures, not "nothing open"."""
    pip = (sys.executable, "-I", "-c", program)

    found = resolve({"requirements.txt": b"flask\n"}, tmp_path, timeout=0.5, pip=pip)

    assert ((), 1) == (found.pins, len(found.not_pinned))
    assert found.not_pinned[0].reason.startswith(f"pip could not resolve it: {reason}")


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.mkdir('report.json')",
        "import os, sys; sys.stderr.write(f'ERROR: no {os.getcwd()}/x'); sys.exit(1)",
    ],
)
def test_a_reason_names_no_private_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    """Where pip worked is gone when somebody reads the report, and is nobody's business."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pip = (sys.executable, "-I", "-c", program)

    found = resolve({"requirements.txt": b"flask\n"}, tmp_path / "target", pip=pip)

    assert [str(tmp_path) in each.reason for each in found.not_pinned] == [False]


def test_what_needs_no_answer_starts_nothing(tmp_path: Path) -> None:
    """With pins only, pip is not started at all."""
    found = resolve({"requirements.txt": b"flask==1.0\n"}, tmp_path, pip=("/nowhere/pip",))

    assert (1, ()) == (len(found.pins), found.not_pinned)


FAILING = (sys.executable, "-I", "-c", "raise SystemExit('ERROR: it was asked')")
UV = b'[project]\nname = "x"\ndependencies = ["ours"]\n[[tool.uv.index]]\nurl = "https://x.example"\n'
POETRY = b'[tool.poetry.dependencies]\nours = "*"\n[[tool.poetry.source]]\nname = "x"\n'
PIPFILE = b'[[source]]\nname = "%s"\nurl = "https://x.example"\n[packages]\nours = "*"\n'


@pytest.mark.parametrize(
    ("files", "paths", "place"),
    [
        ({"requirements.txt": b"-i https://x.example\nours\n"}, [], "requirements.txt"),
        ({"pyproject.toml": UV}, [], "pyproject.toml"),
        ({"pyproject.toml": POETRY}, [], "pyproject.toml"),
        ({"Pipfile": PIPFILE % b"company"}, [], "Pipfile"),
        ({"requirements.txt": b"ours\n"}, ["a/pip.conf", "pip.ini"], "a/pip.conf and 1 more"),
    ],
)  # fmt: skip
def test_the_public_index_is_not_asked_for_what_another_one_knows(
    tmp_path: Path, own_settings: Path, files: dict[str, bytes | None], paths: list[str], place: str
) -> None:
    """A private name can be anybody's in public, so the target's word is passed over and said."""
    found = resolve(files, tmp_path / "target", paths=paths, pip=FAILING)

    reasons = [told.reason for told in found.not_pinned if "not asked" in told.reason]
    (reason,) = reasons
    assert reason == (
        f"pip was not asked: {place} of the target names an index, which is passed over, and the "
        "public one may know other packages by these names; choose one with PIP_INDEX_URL"
    )


def test_settings_of_the_user_in_the_target_ask_nobody(
    tmp_path: Path, own_settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without them pip would ask another index than the user means."""
    conf = tmp_path / "target/pip.conf"
    conf.parent.mkdir()
    conf.write_text("[global]\nindex-url = https://evil.example/\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(conf))
    found = resolve({"requirements.txt": b"ours\n"}, tmp_path / "target", pip=FAILING)

    assert [told.reason for told in found.not_pinned] == [
        "pip was not asked: pip.conf of the user lies in the target, which has no say in it"
    ]


def test_a_plain_pipfile_names_no_index(tmp_path: Path, own_settings: Path) -> None:
    """The source that pipenv writes into each new Pipfile is the public one."""
    found = resolve({"Pipfile": PIPFILE % b"pypi"}, tmp_path / "target", pip=FAILING)

    assert ["pip could not resolve it: it was asked"] == [n.reason for n in found.not_pinned]
