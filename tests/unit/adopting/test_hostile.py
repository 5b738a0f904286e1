"""A broken, huge or hostile file is named with its reason, and stops no other file."""

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate.adopting.adopt import MOST, SOURCES, Adopted, adopt
from drawgate.adopting.entry import Entry, LeftOut, Source, open_document
from drawgate.core.errors import ConfigError

GOOD = "CVE-2024-1111\n"


def _adopt(root: Path, files: dict[str, bytes]) -> Adopted:
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return adopt(root, [*files])


BOMB = b"a: &a [x, x, x, x]\nb: &b [*a, *a, *a]\nvulnerabilities: [*b, *b, *b]\n"
FILES = [
    (".trivyignore.yaml", BOMB, "1: anchors and aliases are not allowed (write it out)"),
    (".trivyignore.yaml", b"vulnerabilities:\n  - [", "3: is not valid YAML"),
    (".trivyignore.yaml", b"- !!python/object:os.system x", "a tag is not allowed"),
    (".safety-policy.yml", b"[" * 5000, "is nested deeper than 32 levels"),
    ("x/osv-scanner.toml", b"IgnoredVulns = [\n", "is not valid TOML"),
    ("ruff.toml", b"a" + b".a" * 5000 + b" = 1\n", "too many dots"),
    ("pyproject.toml", b"x = '" + b"y" * (1 << 20) + b"'\n", "is larger than 1048576 bytes"),
    (".secrets.baseline", b"[" * 100_000, "is no JSON that can be read"),
    (".secrets.baseline", b'{"results": {', "is no JSON that can be read"),
    (".secrets.baseline", b" " * (17 << 20), "larger than 16777216 bytes"),
    (".gitleaksignore", b"a:b:1\n\xff\xfe:c:2\n", "2: is not UTF-8 text"),
    (".bandit", b"no section\n", "it is no INI file: line 1 is in no section"),
]


@pytest.mark.parametrize(("name", "data", "reason"), FILES)
def test_a_file_that_can_not_be_read_is_named_and_others_are_read(
    tmp_path: Path, name: str, data: bytes, reason: str
) -> None:
    began = time.process_time()
    adopted = _adopt(tmp_path, {name: data, "good/.trivyignore": GOOD.encode()})

    assert ["good/.trivyignore"] == [entry.file for entry in adopted.entries]
    (left, *_) = adopted.left_out
    assert name == left.file
    assert reason in f"{left.line}: {left.reason}"
    assert time.process_time() - began < 5


def test_a_huge_file_costs_no_memory(tmp_path: Path) -> None:
    with (tmp_path / ".gitleaksignore").open("wb") as stream:
        stream.truncate(100 << 20)

    (left,) = adopt(tmp_path, [".gitleaksignore"]).left_out

    assert "larger than" in left.reason


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text(GOOD)
    root = tmp_path / "root"
    root.mkdir()
    (root / ".trivyignore").symlink_to(tmp_path / "outside")
    os.mkfifo(root / ".semgrepignore")

    adopted = adopt(root, [".trivyignore", ".semgrepignore", "gone/.trivyignore"])

    assert () == adopted.entries
    assert [".semgrepignore", ".trivyignore", "gone/.trivyignore"] == [
        left.file for left in adopted.left_out
    ]


def test_nobody_gets_more_to_read_than_a_person_can(tmp_path: Path) -> None:
    many = "".join(f"CVE-2024-{number}\n" for number in range(MOST + 5))

    adopted = _adopt(tmp_path, {".trivyignore": many.encode()})

    assert len(adopted.entries) == MOST
    assert "holds more than 5,000 entries" == adopted.left_out[0].reason


def test_time_grows_with_the_size_only(tmp_path: Path) -> None:
    lines = b"# " + b"'\"# " * 200 + b"\npip-audit --ignore-vuln\n" + b"ignore-vulns: " * 20 + b"\n"
    data = lines * ((1 << 20) // len(lines))

    began = time.process_time()
    _adopt(tmp_path, {"Makefile": data, ".semgrepignore": data, ".gitleaksignore": data})

    assert time.process_time() - began < 20


def test_markers_in_the_code_are_counted_only(tmp_path: Path) -> None:
    code = b"a()  # nosec B101\nb()  # noqa: E501, S603\nnosecret = 1\nc()  # nosec\n"
    adopted = _adopt(tmp_path, {"a.py": code, "b.js": b"d() // nosemgrep\n", "c.py": b"# noqa\n"})

    assert () == adopted.entries
    assert [("# nosec", 2, 1), ("# noqa: S…", 1, 1), ("nosemgrep", 1, 1)] == [
        (each.marker, each.places, each.files) for each in adopted.marked
    ]


NAMES = {
    "bandit": (".bandit", "bandit.yaml", "pyproject.toml"),
    "detect-secrets": (".secrets.baseline",),
    "gitleaks": (".gitleaksignore",),
    "osv-scanner": ("osv-scanner.toml",),
    "pip-audit": ("Makefile",),
    "ruff": ("ruff.toml", "pyproject.toml"),
    "safety": (".safety-policy.yml",),
    "semgrep": (".semgrepignore",),
    "trivy": (".trivyignore", ".trivyignore.yaml"),
}
CASES = [(source, name) for source in SOURCES for name in NAMES[source.tool]]
LINES = """[tool.bandit]
[bandit]
[lint]
[[IgnoredVulns]]
security:
ignore-vulnerabilities:
vulnerabilities:
"""
PARTS = """skips exclude_dirs tests results type id IgnoredVulns ignoreUntil
ignore S101 exp: 2027-01-31 per-file-ignores --ignore-vuln ignore-vulns: CVE-2024-1 paths
purls expired_at null true 1 é = : - [ ] { } " ' , #"""
BLANKS = (" ", "  ", "\n", "\r", "\x0c", "\u2028")
WORDS = st.sampled_from([*LINES.splitlines(keepends=True), *PARTS.split(), *BLANKS])
BYTES = st.binary(max_size=200) | st.lists(WORDS, max_size=30).map("".join).map(str.encode)


@pytest.mark.parametrize(("source", "name"), CASES, ids=lambda each: getattr(each, "tool", each))
@given(data=BYTES)
def test_any_bytes_are_read_or_refused(source: Source, name: str, data: bytes) -> None:
    """Whatever a file holds, the only way to fail is an error that names the file."""
    found, refused = _outcome(source, name, data)

    assert refused.startswith(name) or not refused
    assert all(isinstance(each, Entry | LeftOut) and each.file == name for each in found)


def _outcome(source: Source, name: str, data: bytes) -> tuple[list[Entry | LeftOut], str]:
    try:
        return list(source.read(open_document(name, data))), ""
    except ConfigError as error:
        return [], error.where


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["results", "type", "is_secret", "filters_used", "path", "pattern", "a.py"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(said=JSON)
def test_a_baseline_of_any_shape_is_read(said: object) -> None:
    import json

    (source,) = (source for source in SOURCES if source.tool == "detect-secrets")

    for each in source.read(open_document(".secrets.baseline", json.dumps(said).encode())):
        assert isinstance(each, Entry | LeftOut)
