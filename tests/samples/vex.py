"""Findings about packages, and what VEX documents say of them."""

from collections.abc import Iterable
from typing import Any, Final

from drawgate.core.finding import (
    Dependency,
    Finding,
    Kind,
    Location,
    Rule,
    Suppression,
    SuppressionKind,
)
from drawgate.core.severity import Severity
from drawgate.core.vex import Component, Document, Product, Statement, Status

AS_OF: Final = "2026-01-01T00:00:00Z"
SHOP: Final = "pkg:pypi/shop@1.2"
CVE: Final = "CVE-2026-0001"


def flaw(
    name: str = "django",
    version: str = "2.2.3",
    advisory: str = CVE,
    aliases: tuple[str, ...] = (),
    **facts: Any,  # noqa: ANN401 - any field of a finding
) -> Finding:
    """Give a finding about a package."""
    package = {key: facts.pop(key) for key in ("malicious", "fixed", "ecosystem") if key in facts}
    dependency = Dependency(
        **{"ecosystem": "PyPI", **package},
        name=name,
        version=version,
        advisory=advisory,
        aliases=aliases,
    )
    given = {
        "kind": Kind.DEPENDENCIES,
        "location": Location(path="requirements.txt", line=1),
        "identity": f"{name} {version} {advisory}",
        "tool": "pip-audit",
        "severity": Severity.HIGH,
    } | facts
    return Finding(
        rule=Rule(id=advisory), message=f"{name} has a flaw.", dependency=dependency, **given
    )


def suppressed(type_: str, reason: str = "because", **facts: Any) -> Suppression:  # noqa: ANN401 - as above
    """Give a suppression by a waiver of this type, or by a VEX statement of this status."""
    return Suppression(
        kind=SuppressionKind.EXTERNAL, justification=reason, by="W-1", type=type_, **facts
    )


def product(whole: str, *parts: str) -> Product:
    """Give a product by its name, and its parts."""
    return Product(
        whole=Component(names=(whole,)),
        parts=tuple(Component(names=(part,)) for part in parts),
    )


def statement(
    status: Status = Status.NOT_AFFECTED,
    *products: Product,
    names: tuple[str, ...] = (CVE,),
    reason: str = "component_not_present",
    time: str = "2025-01-01T00:00:00Z",
    id_: str = "S-1",
) -> Statement:
    """Give a statement, by default about Django itself."""
    return Statement(
        id=id_,
        vulnerabilities=names,
        status=status,
        products=products or (product("pkg:pypi/django@2.2.3"),),
        reason=reason if status is Status.NOT_AFFECTED else "",
        time=time,
    )


def document(statements: Iterable[Statement] = (), **facts: Any) -> Document:  # noqa: ANN401 - as above
    """Give a document by Acme."""
    given = {
        "source": "acme.json",
        "format": "OpenVEX 0.2.0",
        "id": "https://acme.example/1",
        "version": "1",
        "authors": ("Acme",),
        "digest": "0" * 64,
    }
    return Document(**{**given, **facts}, statements=tuple(statements))
