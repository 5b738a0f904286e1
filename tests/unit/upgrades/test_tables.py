"""A requirement in TOML is raised in the lists of packages and nowhere else."""

from time import process_time

import pytest

from drawgate.upgrades.specifiers import NotRaisedError
from drawgate.upgrades.tables import Wish, raise_toml

WISH = Wish(name="x", present="1.0", version="1.5")
TABLE = "[tool.poetry.dependencies"
GROUP = "[tool.poetry.group.dev.dependencies]"
PROJECT = b"""\
# "x==1.0" in a comment
[build-system]
requires = ["x==1.0"]
[project]
name = "app"
description = "x==1.0"
dependencies = [
  "X [a] >= 0.9 ; python_version > '3'",  # stays
  'xy==1.0',
]
[project.optional-dependencies]
more = ["x==1.0", "x==0.8"]
[dependency-groups]
dev = ["x", {include-group = "more"}]
[tool.pdm.dev-dependencies]
a = ["x~=1.0"]
[tool.other]
x = "1.0"
"""


def test_each_list_and_nothing_else() -> None:
    changed = raise_toml(PROJECT, WISH, pipfile=False)
    expected = PROJECT.replace(b">= 0.9", b">= 1.5").replace(
        b'more = ["x==1.0"', b'more = ["x==1.5"'
    )
    expected = expected.replace(b'dev = ["x"', b'dev = ["x>=1.5"').replace(
        b"x~=1.0", b"x>=1.5,~=1.0"
    )
    assert expected == changed


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('x = "^1.0"', 'x = "^1.5"'),
        ('"X" = "1.0" # pinned', '"X" = "1.5" # pinned'),
        ('x = {version = "~1", extras = ["a"]}', 'x = {version = ">=1.5,<2", extras = ["a"]}'),
        (f'{TABLE}.x]\nversion = "*"', f'{TABLE}.x]\nversion = ">=1.5"'),
        (f'{GROUP}\nx = ">=1"', f'{GROUP}\nx = ">=1.5"'),
    ],
)  # fmt: skip
def test_poetry(before: str, after: str) -> None:
    head = '\ufeff[tool.poetry]\nname = "x"\r\n[tool.poetry.dependencies]\npython = "^3"\n'
    got = raise_toml(f"{head}{before}\n".encode(), WISH, pipfile=False)
    assert f"{head}{after}\n" == got.decode()


def test_a_pipfile() -> None:
    text = b'[requires]\npython_version = "3"\n[packages]\nx = "==1.0"\n[dev-packages]\nx = "*"\n'
    assert text.replace(b"==1.0", b"==1.5").replace(b"*", b">=1.5") == raise_toml(
        text, WISH, pipfile=True
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"[project", "it can't be read as TOML"),
        (b"\xff", "it can't be read as TOML"),
        (b"[project]\ndependencies = ['y']", "no place in it that can be changed names it"),
        (b"[project]\ndependencies = ['x<1.2']", "<1.2 does not allow 1.5"),
        (b"[project]\ndependencies = ['x @ https://example.org/x.zip']", "no place in it"),
        (b"[tool.poetry.dependencies]\nx = {git = 'https://example.org'}", "no place|no specifier"),
    ],
)  # fmt: skip
def test_what_can_not_be_raised_is_said(text: bytes, why: str) -> None:
    with pytest.raises(NotRaisedError, match=why):
        raise_toml(text, WISH, pipfile=False)


def test_no_file_takes_long() -> None:
    before = process_time()
    for text in (b'x = "' + b" " * 500_000 + b'"', b'a = ["x' + b" " * 3_990 + b'!"]\n' * 100):
        with pytest.raises(NotRaisedError):
            raise_toml(b"[project]\n" + text, WISH, pipfile=False)
    assert process_time() - before < 3
