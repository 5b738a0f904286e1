"""Path patterns mean what people know from .gitignore."""

import pytest

from drawgate.core import glob


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "a.py", True),
        ("*.py", "deep/er/a.py", True),
        ("*.py", "a.pyc", False),
        ("tests/", "tests/a.py", True),
        ("tests/", "src/tests/a.py", True),
        ("tests/", "tests", False),
        ("tests", "src/tests/a.py", True),
        ("src/*.py", "src/a.py", True),
        ("src/*.py", "src/deep/a.py", False),
        ("src/*.py", "lib/src/a.py", False),
        ("/a.py", "a.py", True),
        ("src/**/a.py", "src/a.py", True),
        ("src/**/a.py", "src/x/y/a.py", True),
        ("src/**", "src/x/y", True),
        ("**/gen/*.py", "gen/a.py", True),
        ("?.py", "a.py", True),
        ("?.py", "ab.py", False),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("[!ab].py", "c.py", True),
        ("a+(b).py", "a+(b).py", True),
        ("a\nb", "x/a\nb", True),
    ],
)
def test_pattern(pattern: str, path: str, expected: bool) -> None:  # noqa: FBT001 - a table
    assert expected is glob.matches(path, [pattern])


def test_any_of_several_patterns_will_do() -> None:
    assert glob.matches("a.js", ["*.py", "*.js"])
    assert not glob.matches("a.rb", ["*.py", "*.js"])
