"""The version to go to is the lowest that no known advisory speaks against."""

from collections.abc import Sequence

from drawgate.core.finding import Dependency, Finding, Kind, Rule
from drawgate.upgrades.choice import Choice, Hit, choose


def flaw(advisory: str, *fixed: str, version: str = "1.0") -> Finding:
    return Finding(
        kind=Kind.DEPENDENCIES,
        rule=Rule(id=advisory),
        message="",
        dependency=Dependency(
            ecosystem="PyPI", name="x", version=version, advisory=advisory, fixed=fixed
        ),
    )


def knowing(**affected: tuple[str, ...]) -> object:
    """Say which versions each advisory affects; what it is fixed in comes behind a slash."""

    def affecting(_: str, version: str) -> Sequence[Hit] | None:
        return [
            Hit(names=frozenset({name}), fixed=(last.partition("/")[2],))
            for name, (*versions, last) in affected.items()
            if version in {*versions, last.partition("/")[0]}
        ]

    return affecting


def chosen(findings: list[Finding], affecting: object, version: str = "1.0") -> Choice:
    return choose("x", version, findings, affecting)  # type: ignore[arg-type]  # as made above


def test_the_lowest_version_that_closes_all_of_a_package() -> None:
    """Not merely the first fix of one: 1.2 is still hit by B."""
    found = [flaw("A", "1.2", "2.1"), flaw("B", "1.3", "2.0")]
    got = chosen(found, knowing(A=("1.0", "2.0/2.1"), B=("1.0", "1.2/1.3")))
    assert ("1.3", 2, True) == (got.version, len(got.closes), got.checked)


def test_what_a_fixed_version_brings_is_passed_by() -> None:
    """A flaw that came with 1.2 is none of the log's, and would be found by the next scan."""
    got = chosen([flaw("A", "1.2")], knowing(A=("1.0/1.2",), C=("1.2/1.4",)))
    assert ("1.4", ()) == (got.version, got.leaves)


def test_where_no_version_is_better_the_rest_is_named() -> None:
    def affecting(_: str, version: str) -> Sequence[Hit]:
        return [Hit(names=frozenset({"C"}), fixed=())] if version == "1.2" else []

    got = chosen([flaw("A", "1.2")], affecting)
    assert ("1.2", ("C",)) == (got.version, got.leaves)


def test_no_pre_release_but_for_who_has_one() -> None:
    nothing = knowing()
    assert "2.0" == chosen([flaw("A", "2.0rc1", "2.0")], nothing).version
    assert "" == chosen([flaw("A", "2.0rc1")], nothing).version
    early = flaw("A", "2.0rc1", version="2.0b1")
    assert "2.0rc1" == chosen([early], nothing, version="2.0b1").version


def test_never_back() -> None:
    assert "" == chosen([flaw("A", "0.9")], knowing()).version


def test_an_unknown_fix_stays_and_says_so() -> None:
    without = flaw("B")
    got = chosen([flaw("A", "1.2"), without], knowing(A=("1.0/1.2",), B=("1.0", "1.2/")))
    assert ("1.2", (without,)) == (got.version, got.stays)


def test_without_advisories_the_fixed_versions_of_the_log_must_do() -> None:
    got = chosen([flaw("A", "1.2", "2.1"), flaw("B", "2.0")], lambda *_: None)
    assert ("2.1", False) == (got.version, got.checked)


def test_a_version_that_nobody_can_read_is_left_alone() -> None:
    assert "" == chosen([flaw("A", "2")], knowing(), version="2004d").version


def test_a_version_of_more_digits_than_python_reads_is_left_alone() -> None:
    assert "" == chosen([flaw("A", "2")], knowing(), version="9" * 5_000).version
    assert "2" == chosen([flaw("A", "9" * 5_000, "2")], knowing()).version
