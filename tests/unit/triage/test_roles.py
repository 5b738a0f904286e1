"""Paths have roles, and the first row of the table that fits decides."""

import time
from collections.abc import Callable

import pytest

from drawgate import resources, roles
from drawgate.core.errors import PolicyError
from drawgate.core.finding import Finding, Location
from drawgate.triage.roles import with_roles


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("src/app.py", ""),
        ("tests/unit/app.py", "test"),
        ("src/app/tests/data.py", "test"),
        ("src/test_app.py", "test"),
        ("web/cart.spec.ts", "test"),
        ("contest/app.py", ""),
        ("latest.py", ""),
        ("node_modules/x/test/a.js", "vendored"),
        ("static/jquery-3.1.js", "vendored"),
        ("static/app.min.js", "vendored"),
        ("api/shop_pb2.py", "generated"),
        ("docs/conf.py", "docs"),
        ("README.md", "docs"),
        ("tests/README.md", "test"),
        ("", ""),
        ("../tests/app.py", ""),
        ("src/../tests/app.py", "test"),
        ("tests/../src/app.py", ""),
        ("tests\\app.py", "test"),
        ("tests%2Fapp.py", ""),
        ("tests/a%20b.py", "test"),
        ("tests/%2e%2e/app.py", ""),
        ("%2e%2e/tests/app.py", ""),
        ("%2Fhome/tests/app.py", ""),
        ("/builds/tests/app.py", ""),
        ("file:tests/app.py", ""),
        ("https://shop.example/tests/a.js", ""),
        ("C:/tests/app.py", ""),
        ("//host/tests/app.py", ""),
    ],
)
def test_the_first_row_that_fits_decides(
    finding: Callable[..., Finding], path: str, role: str
) -> None:
    (told,) = with_roles((finding(path=path),))

    assert role == told.role


@pytest.mark.parametrize(
    ("path", "folders", "role"),
    [
        ("fixtures/shop/app.py", (), "test"),
        ("fixtures/shop/app.py", ("fixtures/shop",), ""),
        ("fixtures/shop/tests/app.py", ("fixtures/shop",), "test"),
        ("fixtures/shop/test_app.py", ("fixtures/shop",), "test"),
        ("fixtures/shopping/app.py", ("fixtures/shop",), "test"),
        ("docs/fixtures/shop/app.py", ("fixtures/shop",), "test"),
        ("tests/a/docs/app.py", ("tests", "tests/a/docs", "tests/a"), ""),
        ("tests/a/docs/app.py", ("tests", "tests/a"), "docs"),
    ],
)
def test_what_lies_above_the_scanned_folder_says_nothing(
    finding: Callable[..., Finding], path: str, folders: tuple[str, ...], role: str
) -> None:
    """Who scans a fixture on purpose wants it judged; of several folders the deepest counts."""
    (told,) = with_roles((finding(path=path),), folders)

    assert role == told.role


@pytest.mark.parametrize(
    ("paths", "role"),
    [
        (("tests/a.py", "src/a.py"), ""),
        (("tests/a.py", "tests/b.py"), "test"),
        (("tests/a.py", "docs/b.py"), ""),
        (("tests/a.py", "/builds/tests/a.py"), ""),
    ],
)
def test_a_finding_in_several_files(
    finding: Callable[..., Finding], paths: tuple[str, ...], role: str
) -> None:
    """One place in a test excuses nothing in what is shipped."""
    first, *others = paths
    elsewhere = tuple(Location(path=path) for path in others)
    (told,) = with_roles((finding(path=first, elsewhere=elsewhere),))

    assert role == told.role


def test_a_stale_role_is_replaced(finding: Callable[..., Finding]) -> None:
    assert with_roles((finding(path="src/app.py", role="test"),))[0].role == ""


@pytest.mark.parametrize("table", [{}, {"roles": [{"role": "x"}]}, {"roles": 7}, None])
def test_a_broken_table_is_an_error(monkeypatch: pytest.MonkeyPatch, table: object) -> None:
    monkeypatch.setattr(resources, "table", lambda _: table)

    with pytest.raises(PolicyError, match=r"path_roles\.yaml: the table has another layout"):
        roles._rows.__wrapped__()


@pytest.mark.parametrize(
    ("path", "links", "role"),
    [
        ("tests/x.py", (), "test"),
        ("tests/x.py", (("src/app.py", "tests/x.py"),), ""),
        ("tests/y.py", (("src/app.py", "tests/x.py"),), "test"),
        ("tests/lib/x.py", (("src/lib", "tests/lib"),), ""),
        ("tests/library/x.py", (("src/lib", "tests/lib"),), "test"),
        ("tests/x.py", (("tests/y.py", "tests/x.py"),), "test"),
        ("tests/x.py", (("docs/x.py", "tests/x.py"),), ""),
        ("tests/c.py", (("src/l", "tests/b"), ("tests/b/x", "tests/c.py")), ""),
        ("tests/a/x.py", (("tests/a/loop", "tests"),), "test"),
        ("tests/a/x.py", (("loop", "."),), "test"),
    ],
)
def test_a_file_with_a_second_name_has_the_stricter_role(
    finding: Callable[..., Finding], path: str, links: tuple[tuple[str, str], ...], role: str
) -> None:
    """A link from what is shipped ships what it leads to, wherever that lies."""
    placed = finding(path)

    assert [role] == [each.role for each in with_roles((placed,), (), roles.lending(links))]


def test_links_without_end_take_the_role_away(finding: Callable[..., Finding]) -> None:
    """Many links into each other give a file more names than anybody looks at."""
    placed = finding("tests/x.py")
    links = tuple((f"tests/l{number}", "tests") for number in range(50))

    assert [""] == [each.role for each in with_roles((placed,), (), roles.lending(links))]


def test_a_target_full_of_links_costs_little(finding: Callable[..., Finding]) -> None:
    """Who plants as many links as there are files must not make a scan wait for minutes."""
    links = tuple((f"l{number}", "tests") for number in range(2_000))
    placed = tuple(finding(f"tests/f{number}.py") for number in range(2_000))
    started = time.process_time()

    assert {""} == {each.role for each in with_roles(placed, (), links)}
    assert time.process_time() - started < 5


def test_only_links_that_take_a_role_away_are_kept() -> None:
    """A log need not hold the links of a whole tree."""
    links = (("a", "src/b"), ("c", "tests"), ("d", "README.md"), ("e", "src"), ("f", "."))

    assert (("c", "tests"), ("d", "README.md"), ("f", ".")) == roles.lending(links)
