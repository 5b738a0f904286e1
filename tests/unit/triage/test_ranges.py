"""Ranges of versions, by the order of the package's ecosystem."""

import pytest

from drawgate.core.finding import Dependency
from drawgate.triage.ranges import package, package_of, versions


@pytest.mark.parametrize(
    ("named", "ecosystem", "name"),
    [
        ("pkg:pypi/Flask_Login", "PyPI", "flask-login"),
        ("PyPI/flask.login", "PyPI", "Flask-Login"),
        ("pkg:npm/%40babel/core", "npm", "@babel/core"),
        ("npm/@babel/core", "npm", "@babel/core"),
        ("pkg:maven/org.x/y", "Maven", "org.x:y"),
        ("pkg:golang/github.com/x/y", "Go", "github.com/x/y"),
        ("pkg:cargo/serde", "crates.io", "serde"),
        ("Debian:12/openssl", "Debian:11", "openssl"),
        ("pkg:pypi/flask?x=y", "PyPI", "flask"),
    ],
)
def test_a_package_is_known_by_its_url_and_by_osvs_words(
    named: str, ecosystem: str, name: str
) -> None:
    dependency = Dependency(ecosystem=ecosystem, name=name, version="1", advisory="X")

    assert package(named) == package_of(dependency)


@pytest.mark.parametrize(
    ("of", "ranges", "inside", "outside"),
    [
        ("pypi/x", (">=1.0,<2.0",), ("1.0", "1.9.post1", "1.10"), ("0.9", "2", "2.0.0")),
        ("pypi/x", ("==1.0",), ("1.0.0", "1.0+cpu"), ("1.0.1", "x")),
        ("pypi/x", ("<1", ">=3"), ("0.1", "3"), ("1", "2.9")),
        ("pypi/x", ("!=1.0, <=2",), ("2.0", "1.1"), ("1.0", "2.1")),
        ("pypi/x", ("*",), ("1", "", "anything"), ()),
        ("npm/x", (">1.0.0-rc.1",), ("1.0.0", "1.0.0-rc.2"), ("1.0.0-rc.1",)),
        ("Debian/x", (">=1.0~rc1",), ("1.0", "1.0~rc1-1"), ("0.9",)),
        ("apk/x", (">=1.10",), ("1.10", "1.11"), ("1.9",)),
        ("Hackage/x", ("==1.0",), ("1.0",), ("1.1",)),
    ],
)
def test_a_range_holds_what_it_says(
    of: str, ranges: tuple[str, ...], inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    test = versions(of, ranges)

    assert all(map(test, inside))
    assert not any(map(test, outside))


@pytest.mark.parametrize(
    ("of", "range_", "said"),
    [
        ("flask", "*", "expected a package such as"),
        ("pkg:pypi/flask@1.0", "*", "leave the version out"),
        ("pypi/x", "1.0", "expected a range of versions"),
        ("pypi/x", "~=1.0", "expected a range of versions"),
        ("pypi/x", ">=1.0,", "expected a range of versions"),
        ("pypi/x", ">=one", "names a version that can't be read"),
        ("Hackage/x", "<1.0", "versions of this ecosystem can't be compared"),
    ],
)
def test_what_can_not_be_read_is_an_error(of: str, range_: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        versions(of, (range_,))
