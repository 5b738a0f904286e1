"""A vulnerable package is told how it came in, whatever scanner reported it."""

from collections.abc import Callable

import pytest

from drawgate.core.dependency import Graph, Node
from drawgate.core.finding import Dependency, Finding, Kind, Scope
from drawgate.triage.rooting import with_origins

Maker = Callable[..., Finding]
GRAPH = Graph(
    manifest="uv.lock",
    roots=(("flask", Scope.RUNTIME),),
    whole=True,
    nodes=(
        Node(name="flask", version="1", needs=(("click", "7"),)),
        Node(name="click", version="7"),
        Node(name="click", version="8"),
    ),
)


@pytest.fixture
def flaw(finding: Maker) -> Maker:
    def make(name: str, version: str, path: str = "uv.lock") -> Finding:
        package = Dependency(ecosystem="PyPI", name=name, version=version, advisory="A")
        return finding(path, kind=Kind.DEPENDENCIES, dependency=package)

    return make


def told(found: Finding) -> tuple[bool | None, tuple[str, ...], Scope]:
    ((one),) = with_origins((found,), (GRAPH,), str)
    assert one.dependency
    return one.dependency.direct, one.dependency.via, one.dependency.scope


def test_by_manifest_name_and_version(flaw: Maker) -> None:
    """Another version of the package, or another manifest, came in another way."""
    assert (True, (), Scope.RUNTIME) == told(flaw("flask", "1"))
    assert (False, ("flask",), Scope.RUNTIME) == told(flaw("click", "7"))
    assert (False, (), Scope.UNKNOWN) == told(flaw("click", "8"))
    assert (None, (), Scope.UNKNOWN) == told(flaw("click", "7", "other.lock"))
    assert (None, (), Scope.UNKNOWN) == told(flaw("gone", "1"))


def test_a_credential_does_not_come_back_as_a_name(flaw: Maker) -> None:
    (found,) = with_origins((flaw("click", "7"),), (GRAPH,), lambda _: "***")
    assert found.dependency
    assert ("***",) == found.dependency.via


def test_what_is_about_no_package_is_left_alone(finding: Maker) -> None:
    code = finding("uv.lock")
    assert (code,) == with_origins((code,), (GRAPH,), str)
