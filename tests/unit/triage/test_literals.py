"""Literals and long literals are found in any text, without parsing its language."""

import time

import pytest

from drawgate.core.finding import Finding, Kind, Location, Rule
from drawgate.triage import literals
from drawgate.triage.complaint import mask_complaint
from drawgate.triage.literals import is_code, joined, long_literals, masked
from drawgate.triage.mask import mask_of, mask_sources


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 'b' + \"c\"", "a = '***' + \"***\""),
        ("a = 'it\\'s' + `x`", "a = '***' + `***`"),
        ('a = """b\nc"""; d', 'a = """***\n***"""; d'),
        ("a = '''never closed", "a = '''***"),
        ("don't", "don't"),
        ("a = 'b\\\nc'", "a = '***\n***'"),
        ("''", "'***'"),
    ],
)
def test_a_masked_literal_keeps_its_quotes_and_lines(text: str, expected: str) -> None:
    assert expected == literals.without(text, masked)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'ab' 'cd'", ["abcd"]),
        ("('ab' +\n 'cd')", ["abcd"]),
        ("'ab' \\\n b'cd'", ["abcd"]),
        ("'ab', 'cd'", ["ab", "cd"]),
        ("no literal", [""]),
    ],
)
def test_literals_that_follow_one_another_are_joined(text: str, expected: list[str]) -> None:
    assert expected == list(joined(text))


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", 'x = 1\ny = """a\nb\n"""\n', [(2, 4)]),
        ("a.py", "# don't '''\nx = '''a\r\nb'''\n", [(2, 3)]),
        ("a.py", 'x = "a\\\nb"\n', [(1, 2)]),
        ("a.py", 'x = "\\"\\"\\""\ny = """one line"""\n', []),
        ("a.py", 'x = """never closed\n', []),
        ("a.js", "// it's `\nx = `a\nb`;\n", [(2, 3)]),
        ("a.md", "`a\nb`\n", []),
        ("a.py", "x = 1\n", []),
    ],
)
def test_literals_of_several_lines_are_found(
    path: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert expected == [span for span in long_literals(path, text) if span[0] < span[1]]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("a.py", "", True),
        ("deep/A.JS", "", True),
        ("a.yaml", "", False),
        ("Dockerfile", "FROM python:3\n", False),
        ("tool", "#!/usr/bin/env python3\n", True),
        ("tool", "#!/bin/sh\n", False),
    ],
)
def test_code_is_known_by_its_name(path: str, text: str, *, expected: bool) -> None:
    assert expected is is_code(path, text)


@pytest.mark.parametrize(
    "text",
    [
        '"' + '\\"' * 50_000,
        "'" + "\\'" * 50_000,
        "/*" * 50_000,
        "`" + "\\`" * 50_000,
        '"""' + '\\"""' * 50_000,
        "a" * 200_000,
        "x = (" + " " * 200_000,
        "://a:" * 40_000,
    ],
)
@pytest.mark.parametrize("path", ["a.py", "a.js", "a.yaml"])
def test_hostile_text_takes_linear_time(path: str, text: str) -> None:
    """Quadratic searches would take minutes for these; a second is generous."""
    secret = Finding(
        kind=Kind.SECRETS, rule=Rule(id="R"), message="", location=Location(path=path, line=2)
    )
    sources = {path: f"'''\n{text}\n'b\\\n"}
    started = time.process_time()
    mask_sources(mask_of([secret], sources), [secret], sources)
    mask_complaint(f"{text} {'/' + text}")

    assert time.process_time() - started < 3


def test_what_does_not_end_hides_no_literal_of_another_kind() -> None:
    found = [match[0] for match in literals.find('"a \'b\' \\" `c` ""\n"d"')]

    assert ['"a \'b\' \\" `c` "'] == found[:1]
    assert ["'b'", '"d"'] == [match[0] for match in literals.find('"a \'b\' \\"\n"d"')]


BLANK = [
    ("a.yml", "\n" * 100_000),
    ("a.yml", "k:\n\n" * 50_000),
    ("a.py", '"a" ' * 100_000),
    ("a.py", "`" * 500_000),
    ("a.py", "x = (\n" * 50_000),
    ("a.py", "-----BEGIN RSA " + "PRIVATE KEY-----\n" * 20_000),
    ("a.yml", "a://b:" * 60_000 + "@"),
]


@pytest.mark.parametrize(("path", "text"), BLANK)
def test_many_findings_in_a_hostile_file_take_linear_time(path: str, text: str) -> None:
    """Each looks at its own lines, not at the rest of the file once more."""
    found = [
        Finding(
            kind=Kind.SECRETS,
            rule=Rule(id="R"),
            message="",
            location=Location(path=path, line=line),
        )
        for line in range(1, text.count("\n") + 2, 20)
    ]
    started = time.process_time()

    mask_sources(mask_of(found, {path: text}), found, {path: text})

    assert time.process_time() - started < 4
