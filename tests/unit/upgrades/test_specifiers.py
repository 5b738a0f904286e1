"""A constraint is raised and otherwise stays as it is written."""

import pytest

from drawgate.upgrades.specifiers import NotRaisedError, raised, raised_poetry


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ">=1.5"),
        ("==1.0", "==1.5"),
        (" ==  1.0 ", " ==  1.5 "),
        ("===1.0", "===1.5"),
        (">=1,<2", ">=1.5,<2"),
        ("< 2, > 1", "< 2, >= 1.5"),
        ("<2", ">=1.5,<2"),
        (" <2", " >=1.5,<2"),
        ("!=1.4", ">=1.5,!=1.4"),
        ("==1.*", ">=1.5,==1.*"),
        ("~=1.2", ">=1.5,~=1.2"),
        (">=1.0, !=1.2, <2.0", ">=1.5, !=1.2, <2.0"),
    ],
)
def test_pep_440(before: str, after: str) -> None:
    assert after == raised(before, "1.5")


@pytest.mark.parametrize(
    "text", ["<1.5", "<=1.4", ">=1,<1.5", "~=1.2.0", "==1.4.*", "!=1.5", "bad", "^1"]
)
def test_what_does_not_allow_it_is_said(text: str) -> None:
    with pytest.raises(NotRaisedError, match=r"does not allow 1\.5|is no specifier"):
        raised(text, "1.5")


@pytest.mark.parametrize(
    ("before", "version", "after"),
    [
        ("*", "1.5", ">=1.5"),
        ("^1.0", "1.5", "^1.5"),
        ("^0.2.3", "0.2.9", "^0.2.9"),
        ("^0", "0.3.0", ">=0.3.0,<1"),
        ("~1.2", "1.2.9", "~1.2.9"),
        ("~1", "1.5", ">=1.5,<2"),
        ("1.0", "1.5", "1.5"),
        ("== 1.0", "1.5", "== 1.5"),
        ("1.*", "1.5", ">=1.5,<2"),
        (">=1,<2", "1.5", ">=1.5,<2"),
    ],
)
def test_poetry(before: str, version: str, after: str) -> None:
    assert after == raised_poetry(before, version)


@pytest.mark.parametrize("text", ["^1.0", "~1.2", "1.*", "<2", "^1 || ^2", "1.0 - 2.0", "^one"])
def test_poetry_that_does_not_allow_it(text: str) -> None:
    with pytest.raises(NotRaisedError):
        raised_poetry(text, "2.5")


def test_a_number_that_python_does_not_read_is_refused() -> None:
    for raise_ in (raised, raised_poetry):
        with pytest.raises(NotRaisedError, match="longer than any real one"):
            raise_(f"<{'9' * 5_000}", "1.5")
