"""Lock files: every entry is a pin, told, or the target's own; a broken file is one entry."""

import json
from time import process_time

import pytest

from drawgate.manifests import read_inventory

Expected = tuple[list[str], list[tuple[str, int | None, str]]]


def read(path: str, text: str) -> Expected:
    inventory = read_inventory({path: text.encode()})
    return (
        [f"{pin.name}=={pin.version} @{pin.line}" for pin in inventory.pins],
        [(n.subject, n.line, n.reason) for n in inventory.not_pinned],
    )


def from_a(what: str) -> str:
    return f"it comes from a {what}, so its version says nothing certain"


def test_poetry_lock() -> None:
    """Packages of any index are pins; directories are the target's own."""
    text = """\
[[package]]
name = "Flask"
version = "0.12.2"

[[package]]
name = "private"
version = "1.0"
[package.source]
type = "legacy"
url = "https://user:secret@host/simple"

[[package]]
name = "own"
version = "0.1"
source = {type = "directory", url = "../own"}

[[package]]
name = "forked"
version = "2.0"
source = {type = "git", url = "https://user:secret@host/forked.git"}

[[package]]
name = "weird"
version = "2004d"

[metadata]
lock-version = "2.0"
"""

    assert read("poetry.lock", text) == (
        ["flask==0.12.2 @2", "private==1.0 @6"],
        [
            (
                "poetry.lock: forked https://host/…",
                18,
                "it comes from git, so its version says nothing certain",
            ),
            (
                "poetry.lock: weird 2004d",
                23,
                "its version is not one that PEP 440 knows, so it can't be compared",
            ),
        ],
    )


def test_uv_lock() -> None:
    """Virtual, editable and directory packages are the target's own."""
    text = """\
version = 1
[[package]]
name = "shop"
version = "0.1"
source = { virtual = "." }
[[package]]
name = "member"
source = { editable = "packages/member" }
[[package]]
name = "flask"
version = "0.12.2"
source = { registry = "https://host/simple" }
[[package]]
name = "forked"
version = "1.0"
source = { git = "https://u:p@host/forked?rev=1#abc" }
[[package]]
name = "wheel-file"
version = "1.0"
source = { path = "wheels/x.whl" }
"""

    assert read("uv.lock", text) == (
        ["flask==0.12.2 @10"],
        [
            ("uv.lock: forked https://host/…", 14, from_a("git repository")),
            ("uv.lock: wheel-file wheels/x.whl", 18, from_a("path")),
        ],
    )


def test_pdm_lock() -> None:
    """A package may stand once more for its extras; paths are directories or archives."""
    text = """\
[metadata]
lock_version = "4.5.0"
[[package]]
name = "requests"
version = "2.19.1"
[[package]]
name = "requests"
version = "2.19.1"
extras = ["socks"]
[[package]]
name = "forked"
version = "1.0"
git = "https://host/forked"
[[package]]
name = "own"
version = "1.0"
path = "./own"
[[package]]
name = "archive"
version = "1.0"
path = "./x.tar.gz"
"""

    assert read("pdm.lock", text) == (
        ["requests==2.19.1 @4"],
        [
            ("pdm.lock: forked https://host/…", 11, from_a("git repository")),
            ("pdm.lock: archive ./x.tar.gz", 19, "it comes from an archive in the target"),
        ],
    )


def test_pipfile_lock() -> None:
    """All categories count, and the line is that of the name."""
    lock = {
        "_meta": {"hash": {"sha256": "0"}, "sources": []},
        "default": {
            "flask": {"version": "==0.12.2", "markers": "os_name == 'nt'"},
            "forked": {"git": "https://u:p@host/x", "ref": "abc"},
            "own": {"editable": True, "path": "."},
            "loose": {"version": "*"},
            "wild": {"version": "==1.*"},
        },
        "develop": {"pytest": {"version": "==7.0"}},
        "docs": {"sphinx": {"version": "==4.0"}},
    }

    assert read("Pipfile.lock", json.dumps(lock, indent=4)) == (
        ["flask==0.12.2 @9", "pytest==7.0 @29", "sphinx==4.0 @34"],
        [
            ("Pipfile.lock: forked https://host/…", 13, from_a("git repository")),
            (
                "Pipfile.lock: loose",
                21,
                "it is not pinned to an exact version, so nobody knows which one runs",
            ),
            (
                "Pipfile.lock: wild",
                24,
                "it is not pinned to an exact version, so nobody knows which one runs",
            ),
        ],
    )


def test_pylock() -> None:
    """PEP 751: indexes give pins, repositories and archives do not, directories are own."""
    text = """\
lock-version = "1.0"
created-by = "test"
[[packages]]
name = "flask"
version = "0.12.2"
[[packages.wheels]]
name = "flask-0.12.2-py3-none-any.whl"
url = "https://host/flask-0.12.2-py3-none-any.whl"
hashes = {sha256 = "aa"}
[[packages]]
name = "own"
directory = {path = "."}
[[packages]]
name = "forked"
vcs = {type = "git", url = "https://u:p@host/x", commit-id = "abc"}
[[packages]]
name = "dynamic"
sdist = {url = "https://host/dynamic-1.0.tar.gz", hashes = {sha256 = "aa"}}
"""
    other = "it comes from a repository or URL, so its version says nothing certain"

    for path in ("pylock.toml", "deep/pylock.dev.toml"):
        assert read(path, text) == (
            ["flask==0.12.2 @4"],
            [
                (f"{path}: forked https://host/…", 14, other),
                (f"{path}: dynamic", 17, "the lock file states no version"),
            ],
        )


def test_lines_are_left_out_rather_than_wrong() -> None:
    """Inline tables hide the lines of names; then there is no line."""
    text = 'package = [{name = "flask", version = "1.0"}]\n[metadata]\n'

    assert read("poetry.lock", text) == (["flask==1.0 @None"], [])


def test_a_table_without_a_name_line_of_its_own_has_no_line() -> None:
    """A quoted key is legal TOML and found by no pattern of ours."""
    text = '[[package]]\n"name" = "a"\nversion = "1"\n[[package]]\nversion = "1"\n"name" = "b"\n'
    text += "[metadata]\n"

    assert read("poetry.lock", text) == (["a==1 @None", "b==1 @None"], [])


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("poetry.lock", ""),
        ("poetry.lock", "[[package]"),
        ("poetry.lock", "<<<<<<< HEAD\n"),
        ("poetry.lock", "[metadata]\n[[package]]\nname = 1\nversion = '1'"),
        ("poetry.lock", "[metadata]\n[[package]]\nname = 'x'"),
        ("poetry.lock", "[metadata]\n[[package]]\nname = 'a\\n-e .'\nversion = '1'"),
        ("uv.lock", "version = 2"),
        ("uv.lock", "version = 1\n[[package]]\nname = 'x'\nsource = {registry = 'h'}"),
        ("uv.lock", "version = 1\n[[package]]\nname = 'x'\nversion = '1'\nsource = {new = 'h'}"),
        ("pdm.lock", "[metadata]\n[[package]]\nname = 'x'"),
        ("Pipfile.lock", "null"),
        ("Pipfile.lock", "{}"),
        ("Pipfile.lock", '{"_meta": {}, "default": {"x": "==1"}}'),
        ("Pipfile.lock", "[" * 100_000),
        ("pylock.toml", "lock-version = '2.0'\ncreated-by = 'x'\npackages = []"),
        ("pylock.toml", "lock-version = '1.0'"),
        ("pyproject.toml", "[project]\ndependencies = 'flask'"),
        ("pyproject.toml", "x = "),
        ("setup.cfg", "no section"),
        ("setup.py", "def ("),
        ("setup.py", "(" * 5000),
        ("setup.py", "x = 1\x00"),
        ("Pipfile", "packages = 3"),
    ],
)
def test_a_malformed_file_is_one_entry(path: str, text: str) -> None:
    """Never a crash, and never nothing: the file itself is not assessed."""
    pins, not_assessed = read(path, text)

    assert (pins, [subject for subject, _, _ in not_assessed]) == ([], [path])
    assert not_assessed[0][2].startswith("it is malformed: ")


UV_MEMBER = b"""\
version = 1
[[package]]
name = "shop"
source = { editable = "." }
"""


def test_nobody_knows_how_many_packages_an_unread_manifest_holds() -> None:
    """A line that was read is one package; a file that was not may be hundreds."""
    manifests = {
        "poetry.lock": b"<<<<<<< HEAD\n",
        "requirements.txt": b"flask\n-r gone.txt\n-r https://example.com/r.txt\n-e .\n",
        "constraints.txt": None,
        "a/setup.py": b"setup(install_requires=read())",
        "b/pyproject.toml": b"[project]\ndynamic = ['dependencies']",
        "locked/pyproject.toml": b"[project]\ndynamic = ['dependencies']",
        "locked/uv.lock": UV_MEMBER,
        "planted/setup.py": b"setup(install_requires=read())",
        "planted/pdm.lock": b"[metadata]\n[[package]]\nname = 'x'\nversion = '1'",
        "spoilt/pyproject.toml": b"[project",
        "spoilt/pdm.lock": b"[metadata]\n[[package]]\nname = 'x'\nversion = '1'",
    }

    told = {each.subject: each.uncounted for each in read_inventory(manifests).not_pinned}

    assert told == {
        "a/setup.py: install_requires": True,
        "b/pyproject.toml: dynamic dependencies": True,
        "constraints.txt": True,
        "locked/pyproject.toml: dynamic dependencies": False,
        "planted/setup.py: install_requires": True,
        "poetry.lock": True,
        "requirements.txt: flask": False,
        "requirements.txt: line 2": True,
        "requirements.txt: line 3": True,
        "requirements.txt: line 4": False,
        "spoilt/pyproject.toml": True,
    }


def test_a_lock_that_is_not_utf_8_is_malformed() -> None:
    """TOML and JSON are UTF-8; anything else was damaged."""
    inventory = read_inventory({"poetry.lock": b"[metadata]\n# \xff\n"})

    assert ["poetry.lock"] == [each.subject for each in inventory.not_pinned]


def test_a_byte_order_mark_is_no_damage() -> None:
    """Editors on Windows add one."""
    inventory = read_inventory({"poetry.lock": b"\xef\xbb\xbf[metadata]\n"})

    assert ((), ()) == (inventory.pins, inventory.not_pinned)


@pytest.mark.parametrize("version", ["== " + " " * 1_000_000, "== " + ".*" * 500_000, "=" * 10**6])
def test_a_version_of_a_megabyte_costs_little(version: str) -> None:
    """Spaces and stars in a Pipfile.lock once took hours."""
    lock = json.dumps({"_meta": {}, "default": {"flask": {"version": version}}})
    start = process_time()

    inventory = read_inventory({"Pipfile.lock": lock.encode()})

    assert process_time() - start < 2.0
    assert ((), 1) == (inventory.pins, len(inventory.not_pinned))
