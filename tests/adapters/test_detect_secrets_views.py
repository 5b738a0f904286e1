"""What runs inside detect-secrets: each line of each file counts, and no file ends the others."""

from collections.abc import Callable
from pathlib import Path

import pytest

from drawgate.adapters.detect_secrets import ADAPTER
from drawgate.core.adapter import Job, Report
from drawgate.core.errors import ScannerError

pytestmark = pytest.mark.scanners

Really = Callable[..., Report]
JUDGE = ADAPTER.command(Job(root=Path("/t"), inputs=("a",))).files["judge.py"]
KEY = "AKIAFAKEFAKEFAKEFAKE"
COMPOSE = f"""\
services:
  db:
    environment:
      POSTGRES_PASSWORD: postgres{{comment}}
    # the old one was {KEY}
    notes: |
      and another AKIAFAKEFAKEFAKEFAK2
    random: q7Rk2vXw9Lp4Zt8Ns3Yd6Hf1
"""
INI = f"""\
[db]
password = not-a-real-ini-1b2c{{comment}}
; {KEY}
"""
ALLOWED = "  # pragma: allowlist secret"
NEXT = "  # pragma: allowlist nextline secret"


def shown(report: Report) -> list[tuple[str, int | None, str]]:
    return [(f.path, f.line, f.rule.id) for f in report.findings]


def test_a_decoy_hides_no_key(tmp_path: Path, really: Really) -> None:
    """Comments, blocks of text and unquoted values count, whatever else a file holds."""
    texts = {"compose.yaml": COMPOSE.format(comment=""), "app.ini": INI.format(comment="")}

    report = really(tmp_path / "target", texts)

    assert set(texts) == report.looked_at
    assert [
        ("app.ini", 2, "secret-keyword"),
        ("app.ini", 3, "aws-access-key"),
        ("compose.yaml", 4, "secret-keyword"),
        ("compose.yaml", 5, "aws-access-key"),
        ("compose.yaml", 7, "aws-access-key"),
        ("compose.yaml", 8, "base64-high-entropy-string"),
    ] == sorted(shown(report))


def test_a_comment_hides_its_own_line_and_no_other(tmp_path: Path, really: Really) -> None:
    """What the second pass leaves out is what the comment is about, in every view of the file."""
    texts = {
        "compose.yaml": COMPOSE.format(comment=ALLOWED),
        "next.yaml": f"a:\n{NEXT}\n  password: hunter2-fake\n  b: {KEY}\n",
        "app.ini": INI.format(comment=ALLOWED),
    }
    root = tmp_path / "target"

    first = set(shown(really(root, texts)))
    second = set(shown(really(root, texts, suppressions=True)))

    assert second < first
    assert {
        ("app.ini", 2, "secret-keyword"),
        ("compose.yaml", 4, "secret-keyword"),
        ("next.yaml", 3, "secret-keyword"),
    } == first - second


@pytest.mark.parametrize(
    ("path", "text", "places"),
    [
        ("flow.yaml", "a: {user: x, password: hunter2-fake}\nb: 1\n", [1]),
        ("quoted.yaml", 'password: "hunter2 # fake"\n', [1]),
        ("single.yaml", "password: 'it''s-fake-77'\n", [1]),
        ("app.cfg", "[a]\nx = y\npassword = hunter2-fake\n", [3]),
        ("three.yaml", "a: {password: one-fake-1, b: {password: two-fake-2}}\nc: d\n", [1]),
    ],
)
def test_one_flaw_is_one_finding_on_its_own_line(
    tmp_path: Path, really: Really, path: str, text: str, places: list[int]
) -> None:
    """However many views show it, and though a view counts lines in its own way."""
    report = really(tmp_path / "target", {path: text})

    assert [(path, line, "secret-keyword") for line in places] == shown(report)


def test_each_document_of_a_file_counts(tmp_path: Path, really: Really) -> None:
    """The tool alone reads the values of a YAML file with one document only."""
    random = "random: q7Rk2vXw9Lp4Zt8Ns3Yd6Hf1"
    texts = {"a.yaml": f"a: 1\n---\nb:\n  {random}\n--- # {{% broken\nc: [\n---\n{random}x\n"}

    report = really(tmp_path / "target", texts)

    assert [("a.yaml", 4), ("a.yaml", 8)] == [(f.path, f.line) for f in report.findings]


def bomb() -> str:
    """Make a few lines of YAML that stand for 9 to the 12th values."""
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12)]
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("bomb.yaml", f"{bomb()}\n# {KEY}\n", "it needs more "),
        ("ring.yaml", f"a: &a [*a, *a]\n# {KEY}\n", "it needs more "),
        ("deep.yaml", f"{'[' * 5000}{']' * 5000}\n# {KEY}\n", "(RecursionError)"),
        ("date.yaml", f"when: 2024-99-99\n# {KEY}\n", "(ValueError)"),
    ],
)
def test_a_file_it_can_not_cope_with_is_said_and_the_others_count(
    tmp_path: Path, really: Really, path: str, text: str, reason: str
) -> None:
    """Its plain lines are looked at all the same."""
    report = really(tmp_path / "target", {"a.py": f"# {KEY}\n", path: text, "z.py": ""})

    assert {"a.py", "z.py"} == report.looked_at
    assert {("a.py", 1, "aws-access-key"), (path, text.count("\n"), "aws-access-key")} == set(
        shown(report)
    )
    assert [path] == [item.path for item in report.not_assessed]
    assert reason in report.not_assessed[0].reason


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"import heuristic", b"import moved"),
        (b"IGNORED_FILE_EXTENSIONS.clear", b"MOVED.clear"),
        (b'_names["_process_line_based_plugins"])', b'_names["_moved"])'),
        (b"import get_transformers", b"import moved"),
        (b"import YAMLTransformer", b"import Moved"),
        (b'_names["_process_line_based_plugins"] = look', b'_names["_moved"] = look'),
    ],
)
def test_a_tool_that_has_changed_is_never_believed(
    tmp_path: Path, really: Really, old: bytes, new: bytes
) -> None:
    """Should what we rely on be gone or not be asked, no file counts as looked at."""
    texts = {"a.yaml": f"# {KEY}\n", "b.py": "x = 1\n"}
    assert old in JUDGE

    try:
        report = really(tmp_path / "target", texts, JUDGE.replace(old, new))
    except ScannerError:
        return
    assert frozenset() == report.looked_at
