"""What of a target nobody looks at, by language and ecosystem."""

from collections.abc import Mapping
from pathlib import Path
from time import process_time

import pytest

from drawgate.core.finding import Kind
from drawgate.core.target import File, Unscanned
from drawgate.run.git import Git
from drawgate.target import open_target
from drawgate.target.ecosystems import markers, unscanned


def rows(
    files: Mapping[str, bytes], looked_at: Mapping[Kind, frozenset[str]] | None = None
) -> list[tuple[str, str, int, str]]:
    listed = [File(path=path, size=len(data)) for path, data in files.items()]
    found = unscanned(listed, looked_at or {}, files.__getitem__)
    return [(row.kind.value, row.name, row.files, row.example) for row in found]


@pytest.mark.parametrize(
    ("path", "kind", "name"),
    [
        ("a/b.TSX", "code", "JavaScript and TypeScript"),
        ("main.go", "code", "Go"),
        ("src/App.java", "code", "Java"),
        ("lib/x.rb", "code", "Ruby"),
        ("index.php", "code", "PHP"),
        ("lib.rs", "code", "Rust"),
        ("A.cs", "code", "C# and other .NET languages"),
        ("run.sh", "code", "shell scripts"),
        ("a/Login.vue", "code", "Vue and Svelte components"),
        ("infra/main.tf", "iac", "Terraform"),
        (".github/workflows/ci.yml", "iac", "GitHub workflows"),
        ("deploy/Dockerfile.prod", "iac", "Dockerfiles"),
        ("go.mod", "dependencies", "Go modules"),
        ("web/package-lock.json", "dependencies", "npm packages"),
        ("yarn.lock", "dependencies", "npm packages"),
        ("pnpm-lock.yaml", "dependencies", "npm packages"),
        ("Cargo.lock", "dependencies", "Rust crates"),
        ("deploy/site.wsgi", "code", "Python under names of its own (WSGI, SCons, waf)"),
        ("SConstruct", "code", "Python under names of its own (WSGI, SCons, waf)"),
        ("Gemfile.lock", "dependencies", "Ruby gems"),
        ("pom.xml", "dependencies", "Maven and Gradle packages"),
        ("build.gradle", "dependencies", "Maven and Gradle packages"),
        ("composer.lock", "dependencies", "Composer packages"),
    ],
)
def test_a_file_is_known_by_its_name(path: str, kind: str, name: str) -> None:
    """Every language and lock file that people keep beside Python has a name."""
    assert rows({path: b""}) == [(kind, name, 1, path)]


def test_a_script_is_known_by_its_program() -> None:
    """What starts with `#!/usr/bin/perl` is a script of Perl, whatever it is called."""
    scripts = [File(path="bin/run", size=9, interpreter="perl"), File(path="notes", size=9)]

    assert unscanned(scripts, {}, lambda _: b"") == (
        Unscanned(name="Perl", kind=Kind.CODE, files=1, example="bin/run"),
    )


def test_files_are_counted_with_the_nearest_as_example() -> None:
    """One line for a language, and a path that a reader knows."""
    files = {"a/b/c.js": b"", "z.js": b"", "b.js": b"", "README.md": b"", "data.json": b""}

    assert rows(files) == [("code", "JavaScript and TypeScript", 3, "b.js")]


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        (Kind.CODE, [("dependencies", "npm packages", 1, "package.json")]),
        (Kind.IAC, [("dependencies", "npm packages", 1, "package.json")]),
        (Kind.DEPENDENCIES, [("code", "JavaScript and TypeScript", 1, "a.js")]),
        (
            Kind.SECRETS,
            [
                ("code", "JavaScript and TypeScript", 1, "a.js"),
                ("dependencies", "npm packages", 1, "package.json"),
            ],
        ),
    ],
)
def test_what_a_scanner_was_given_is_no_more_passed_by(
    kind: Kind, left: list[tuple[str, str, int, str]]
) -> None:
    """One that looks for secrets reads all text, and says nothing of code or packages."""
    files = {"a.js": b"", "package.json": b""}

    assert rows(files, {kind: frozenset(files)}) == left


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        ("Dockerfile", b"FROM x\nRUN pip install flask\n", 1),
        ("Dockerfile", b"RUN apt-get x && pip3 install --no-cache-dir -q 'flask<2'\n", 1),
        ("Dockerfile", b"RUN pip install -r requirements.txt\nRUN pip install .\n", 0),
        ("Dockerfile", b"RUN pip install --no-cache-dir -r requirements.txt\n", 0),
        ("tox.ini", b"[testenv]\ndeps =\n    pytest\n", 1),
        ("tox.ini", b"[testenv]\ndeps = -r requirements.txt\n", 0),
        ("tox.ini", b"[testenv]\ndeps =\n[testenv:x]\n", 0),
        ("noxfile.py", b"session.install('pytest')\n", 1),
        ("noxfile.py", b"session.install('-r', 'requirements.txt')\n", 0),
        ("noxfile.py", b"session.install('-e', '.', 'pytest')\n", 1),
        ("Dockerfile", b"RUN pip install -i URL -r requirements.txt flask\n", 1),
        ("environment.yml", b"name: x\ndependencies:\n  - flask\n", 1),
        ("environment.yml", b"production: true\n", 0),
        ("hatch.toml", b'[envs.docs]\ndependencies = [\n  "mkdocs==1.0",\n]\n', 1),
        ("hatch.toml", b"[envs.docs.scripts]\nbuild = 'mkdocs build'\n", 0),
        ("pdm.py310.lock", b'[metadata]\nlock_version = "4.5.0"\n[[package]]\n', 1),
        ("tool.py.lock", b'version = 1\nrequires-python = ">=3.11"\n', 1),
        ("prod.lock", b'[metadata]\nlock-version = "2.1"\n', 1),
        ("Pipfile.prod.lock", b'{"_meta": {"pipfile-spec": 6}, "default": {}}', 1),
        ("flake.lock", b'{"nodes": {}, "version": 7}', 0),
        (".terraform.lock.hcl", b'version = "1"\n', 0),
    ],
)
def test_python_packages_beside_the_manifests_are_named(
    path: str, content: bytes, told: int
) -> None:
    """A build that names packages by itself hides them from everybody who reads manifests."""
    kinds = [kind for kind, *_ in rows({path: content})]

    assert kinds.count("dependencies") == told


def test_what_can_not_be_read_may_hold_anything() -> None:
    """A file that has gone meanwhile is told rather than passed over."""

    def gone(_: str) -> bytes:
        raise OSError

    found = unscanned([File(path="tox.ini", size=9)], {}, gone)

    assert ["Python packages in tox.ini and noxfile.py"] == [row.name for row in found]


@pytest.mark.parametrize(
    "content",
    [b".install(" * 400_000, b"pip install -a" * 200_000, b"deps = " * 400_000, b"deps\n" * 400_000,
     b"pip install" + b" -a=b" * 400_000, b"\n" * 4_000_000],
    ids=range(6),
)  # fmt: skip
def test_no_content_costs_much_time(content: bytes) -> None:
    """Expressions meet files that were made to cost time."""
    start = process_time()

    rows({"tox.ini": content, "Dockerfile": content, "environment.yml": content})

    assert process_time() - start < 5


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b'# /// script\n# dependencies = ["flask"]\n# ///\n', 1),
        (b'# /// script\n# dependencies = [\n#   "flask",\n# ]\n# ///\n', 1),
        (b"# /// script\n# dependencies = []\n# ///\n", 0),
        (b"# /// script\n# requires-python = '>=3.11'\n# ///\n", 0),
    ],
)
def test_packages_of_a_single_script_are_named(tmp_path: Path, text: bytes, told: int) -> None:
    """A script that brings its own list (PEP 723) is a manifest that nobody reads."""
    (tmp_path / "tool.py").write_bytes(text)
    target = open_target(tmp_path, Git(), markers=markers())

    found = unscanned(target.files, {Kind.CODE: frozenset({"tool.py"})}, lambda _: text)

    assert ["Python packages of single scripts (PEP 723)"] * told == [row.name for row in found]


HASHED = b"""#
# autogenerated by pip-compile
--index-url https://example.org/simple
foo[x]==1 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
    # via x
bar == 2.0rc1 ; python_version < "3"
"""
LIST = "Python packages in lists under another name"
SOURCE = "Python packages in sources of pip-compile under another name"


@pytest.mark.parametrize(
    ("path", "content", "name"),
    [
        ("deps/prod.txt", b"requests==2.19.0", LIST),
        ("frozen.TXT", b"a==1\r\nb===2\r\n", LIST),
        ("lock.txt", HASHED, LIST),
        (
            "lock.in",
            b"flask\n-r base\ngit+https://example.org/y.git#egg=z\nsix==1.0  # why\n",
            LIST,
        ),
        ("x.txt", b"\xef\xbb\xbfsix==1.0\n", LIST),
        ("x.txt", b"six==1\n" * 30 + b"and some words\n", LIST),
        ("dev.in", b"requests==2.19.0\n", LIST),
        ("dev.in", b"-r base.in\npytest\nmypy>=1,<2\n", SOURCE),
        ("a/deps/any.in", b"# runs\nflask\n", SOURCE),
        ("wordlist.txt", b"apple\nbanana\n", ""),
        ("CMakeLists.txt", b"cmake_minimum_required(VERSION 3.1)\nif(a==1)\n", ""),
        ("notes.txt", b"requests==2.0\nis what you want\n", ""),
        ("notes.txt", b"Install it:\nrequests==2.0\n", ""),
        ("robots.txt", b"User-agent: *\nDisallow: /\n", ""),
        ("keys.txt", b"YWJj==\nFOO==bar\n", ""),
        ("numbers.txt", b"1\n2\n", ""),
        ("open.txt", b"flask\nrequests>=2\n", ""),
        ("MANIFEST.in", b"include README.md\nrecursive-include a *\n", ""),
        ("deps/config.h.in", b"#undef HAVE_X\n#define Y 1\n", ""),
        ("deps/Makefile.in", b"all: x\n\tcc x\n", ""),
        ("test.in", b"3 4\n1 2 3\n", ""),
        ("empty.txt", b"", ""),
    ],
)
def test_a_list_for_pip_is_known_by_its_lines(path: str, content: bytes, name: str) -> None:
    """Whatever it is called; words, prose and build files are none."""
    told = [(name, 1, path)] if name else []

    assert told == [row[1:] for row in rows({path: content}) if row[0] == "dependencies"]


def test_a_manifest_is_none_under_another_name() -> None:
    """One that a name or an include makes a manifest is named where its scanner did not run."""
    listed = [File(path=path, size=9) for path in ("requirements.txt", "more.txt", "other.txt")]

    found = unscanned(
        listed, {}, lambda _: b"six==1.0\n", manifests=("requirements.txt", "more.txt")
    )

    assert [(LIST, "other.txt")] == [(row.name, row.example) for row in found]
    assert "pip-audit reads it" in found[0].advice


def test_what_is_left_out_on_purpose_stands_apart() -> None:
    """With who leaves it out, and only for the kind that this one looks for."""
    listed = [File(path=path, size=9) for path in ("a.js", "b.min.js", "c.min.js", "package.json")]
    why = dict.fromkeys(("b.min.js", "c.min.js", "package.json"), "x is not given vendored files")

    found = unscanned(listed, {}, lambda _: b"", {Kind.CODE: why})

    assert [("a.js", 1, ""), ("b.min.js", 2, "x is not given vendored files"),
            ("package.json", 1, "")] == [
        (row.example, row.files, row.left_out) for row in found
    ]  # fmt: skip


@pytest.mark.parametrize(
    "content",
    [b"a" * 900_000, b"a==" * 300_000, b"\n" * 900_000, b"a==1\n" * 200_000, b"a[" * 400_000,
     b" " * 900_000, b"a>=1," * 200_000, b"a+" * 400_000, b"https:" * 150_000],
    ids=range(9),
)  # fmt: skip
def test_no_list_costs_much_time(content: bytes) -> None:
    start = process_time()

    rows({"x.txt": content, "dev.in": content})

    assert process_time() - start < 1
