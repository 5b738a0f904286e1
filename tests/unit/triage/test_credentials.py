"""Which lines are masked: those that findings name, and all that belongs to them."""

from collections.abc import Callable
from typing import Any

import pytest

from drawgate.core.finding import Finding, Kind
from drawgate.triage.credentials import credential_lines, is_credential

Maker = Callable[..., Finding]
BEGIN, END = "-----BEGIN RSA " + "PRIVATE KEY-----", "-----END RSA " + "PRIVATE KEY-----"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": Kind.SECRETS}, True),
        ({"cwe": (798,)}, True),
        ({"cwe": (20, 259)}, True),
        ({"cwe": (20,)}, False),
        ({"tool": "Ruff", "rule": "S105"}, True),
        ({"tool": "ruff", "rule": "S101"}, False),
        ({"tool": "semgrep", "rule": "python.lang.hardcoded-token"}, True),
        ({"tool": "gitleaks", "rule": "anything"}, True),
        ({"tool": "unheard-of", "rule": "S105"}, False),
    ],
)
def test_a_finding_is_about_a_credential_by_kind_weakness_or_rule(
    finding: Maker, facts: dict[str, Any], *, expected: bool
) -> None:
    assert expected is is_credential(finding(**facts))


CASES: dict[str, tuple[str, str, int, int | None, set[int]]] = {
    # name: (path, text, reported line, reported end, lines to mask)
    "one line": ("a.py", "a\nb = 'x'\nc", 2, None, {2}),
    "a reported span": ("a.py", "a\nb(\n'x',\n)\n", 2, 4, {2, 3, 4}),
    "the span reaches past the end": ("a.py", "a\nb", 2, 9, {2}),
    "a line the file does not have": ("a.py", "a\nb", 7, None, set()),
    "a function's header": (
        "a.py",
        "def f(a,\n  b='x',\n  c=1):\n  return 'y'\n",
        1,
        None,
        {1, 2, 3},
    ),
    "an opening that never closes": ("a.py", "f(\na\nb", 1, None, {1}),
    "joined literals below": ("a.py", "t = 'a'\\\n 'b'\nc = 1", 1, None, {1, 2}),
    "joined literals above": ("a.py", "t = ('a'\n 'b'\n 'c')\nd = 1", 3, None, {1, 2, 3}),
    "a value below its key": ("a.py", "d = {'k':\n 'v',\n 'w': 1}", 1, None, {1, 2}),
    "separate values": ("a.py", "l = ['a',\n 'b',\n 'c']", 2, None, {2}),
    "a backslash": ("a.sh", "export A=b\\\nc\nd", 1, None, {1, 2}),
    "a long literal": ("a.py", 'x = 1\ns = """a\nb\nc"""\ny', 3, None, {2, 3, 4}),
    "a block scalar": ("a.yaml", "k:\n  p: |\n    a\n\n    b\n  q: 1\n", 2, None, {2, 3, 4, 5}),
    "a block scalar at the end": ("a.yaml", "p: >-\n  a\n  b", 1, None, {1, 2, 3}),
    "a key": ("k.pem", f"x\n{BEGIN}\nab\n{END}\ny", 2, None, {2, 3, 4}),
    "a key without an end": ("k.pem", f"x\n{BEGIN}\nab\ncd", 2, None, {2, 3, 4}),
    "a key on one line": ("k.py", f"k = '{BEGIN}\\nab\\n{END}'\ny", 1, None, {1}),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_reported_line_is_followed_to_its_literals(
    finding: Maker, case: tuple[str, str, int, int | None, set[int]]
) -> None:
    path, text, line, end, expected = case
    reported = finding(path, line, cwe=(798,), place={"end_line": end})

    assert {path: expected} == credential_lines((reported,), {path: text})


def test_a_line_reported_twice_is_masked_once(finding: Maker) -> None:
    twice = (finding("a.py", 1, cwe=(798,)), finding("a.py", 1, cwe=(798,), place={"end_line": 1}))

    assert {"a.py": {1}} == credential_lines(twice, {"a.py": "p = 'x'\n"})


def test_a_file_without_text_has_the_lines_its_finding_names(finding: Maker) -> None:
    reported = finding("gone.py", 3, cwe=(798,), place={"end_line": 5})

    assert {"gone.py": {3, 4, 5}} == credential_lines((reported,), {})


def test_keys_nobody_reported_are_masked_too(finding: Maker) -> None:
    """A finding of another sort may be right beside one."""
    text = f"import x\n{BEGIN}\nab\n{END}\n"

    assert {"a.py": {2, 3, 4}} == credential_lines((finding("a.py"),), {"a.py": text})


def test_findings_about_other_things_mask_nothing(finding: Maker) -> None:
    others = (finding("a.py"), finding(path=""), finding("a.py", None, kind=Kind.SECRETS))

    assert {} == credential_lines(others, {"a.py": "x = 'y'\n"})
