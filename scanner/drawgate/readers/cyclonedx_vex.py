"""CycloneDX JSON 1.4 to 1.7: vulnerabilities with an analysis, in a BOM or by themselves."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote

from drawgate.core.vex import Component, Document, Product, Statement, Status, Versions
from drawgate.readers.json_node import Node

MARK: Final = "bomFormat"
_VERSIONS: Final = {version: version for version in ("1.4", "1.5", "1.6", "1.7")}
_STATES: Final = {
    "resolved": Status.FIXED,
    "resolved_with_pedigree": Status.FIXED,
    "exploitable": Status.AFFECTED,
    "in_triage": Status.UNDER_INVESTIGATION,
    "false_positive": Status.NOT_AFFECTED,
    "not_affected": Status.NOT_AFFECTED,
}
_JUSTIFICATIONS: Final = {
    word: word
    for word in (
        "code_not_present", "code_not_reachable", "requires_configuration", "requires_dependency",
        "requires_environment", "protected_by_compiler", "protected_at_runtime",
        "protected_at_perimeter", "protected_by_mitigating_control",
    )
}  # fmt: skip
_AFFECTED: Final = {word: word for word in ("affected", "unaffected", "unknown")}
_LINK: Final = "urn:cdx:"


def is_cyclonedx(root: Node) -> bool:
    """Tell by the format's own key."""
    return bool(root.value.get(MARK) == "CycloneDX")


def read(root: Node, digest: str) -> Document:
    """Read a document. VexError with its place where it can't be relied on."""
    version = root.at("specVersion").among(_VERSIONS)
    serial = root.word("serialNumber")
    metadata = root.find("metadata") or replace(root, value={})
    described = metadata.find("component")
    components = _components(root, described)
    product = _named(described) if described else None
    time = metadata.moment("timestamp")
    statements = tuple(
        _statement(node, analysis, components, product, serial, time)
        for node in root.at("vulnerabilities").items()
        if (analysis := node.find("analysis")) and analysis.find("state")
    )
    return Document(
        source=root.source,
        format=f"CycloneDX {version}",
        id=serial,
        version=root.version("version"),
        authors=tuple(dict.fromkeys(filter(None, _authors(metadata)))),
        digest=digest,
        statements=statements,
    )


def _authors(metadata: Node) -> Iterator[str]:
    for key in ("supplier", "manufacturer", "manufacture"):
        if node := metadata.find(key):
            yield node.word("name")
    for node in metadata.each("authors"):
        yield node.word("name")
        yield node.word("email")


def _components(root: Node, described: Node | None) -> Mapping[str, Component]:
    """Give each component by its reference, however deep it stands."""
    found: dict[str, Component] = {}
    waiting = [*root.each("components"), *([described] if described else [])]
    while waiting:
        node = waiting.pop()
        waiting += node.each("components")
        if reference := node.word("bom-ref"):
            if reference in found:
                raise node.error("has a bom-ref that another component has, too")
            found[reference] = _named(node)
    return found


def _named(node: Node) -> Component:
    name, version = node.at("name").text(), node.word("version")
    group = node.word("group")
    whole = f"{group}/{name}" if group else name
    reference = node.word("bom-ref")
    told = (
        node.word("purl"),
        node.word("cpe"),
        # Of no meaning outside of the document, unless it is one of these.
        reference if reference.startswith("pkg:") else "",
        f"{whole}@{version}" if version else whole,
    )
    return Component(names=tuple(dict.fromkeys(filter(None, told))))


def _statement(  # noqa: PLR0913, PLR0917 - what stands around it
    node: Node,
    analysis: Node,
    components: Mapping[str, Component],
    product: Component | None,
    serial: str,
    time: str,
) -> Statement:
    status: Status = analysis.at("state").among(_STATES)
    names = [node.at("id").text()]
    names += [reference.at("id").text() for reference in node.each("references")]
    told = analysis.moment("lastUpdated") or analysis.moment("firstIssued")
    return Statement(
        id=node.word("bom-ref") or f"{serial}{node.path.removeprefix('$')}",
        vulnerabilities=tuple(dict.fromkeys(names)),
        status=status,
        products=tuple(_products(node, status, components, product, serial)),
        reason=_reason(analysis) if status is Status.NOT_AFFECTED else "",
        time=told or time,
    )


def _reason(analysis: Node) -> str:
    justification = analysis.find("justification")
    label = justification.among(_JUSTIFICATIONS) if justification else ""
    return ": ".join(filter(None, (label, analysis.word("detail"))))


def _products(
    node: Node,
    status: Status,
    components: Mapping[str, Component],
    product: Component | None,
    serial: str,
) -> Iterator[Product]:
    """Give what is affected, as a part of the product that the document is about."""
    for affected in node.each("affects"):
        reference = affected.at("ref").text()
        named = _resolved(reference, components, serial)
        component = replace(named, versions=_versions(affected, status))
        if product is None or named == product:
            yield Product(whole=component)
        else:
            yield Product(whole=product, parts=(component,))


def _resolved(reference: str, components: Mapping[str, Component], serial: str) -> Component:
    """Follow a reference into this document; one into another can still be a package URL."""
    if reference in components:
        return components[reference]
    if reference.startswith(_LINK):
        document, _, inner = reference.partition("#")
        own = document.removeprefix(_LINK).partition("/")[0]
        inner = inner if inner.startswith("pkg:") else unquote(inner)
        if serial and own == serial.removeprefix("urn:uuid:") and inner in components:
            return components[inner]
        return Component(names=(inner or reference,))
    return Component(names=(reference,))


def _versions(affected: Node, status: Status) -> Versions | None:
    """Give the versions that a statement is about.

    Where some are called unaffected, only these may be excused. A list that calls all of them
    affected is a scanner's, and the analysis stands above it.
    """
    told = [(entry, _called(entry)) for entry in affected.each("versions")]
    if not told:
        return None
    good = any(word == "unaffected" for _, word in told)
    excusing = status in (Status.FIXED, Status.NOT_AFFECTED)
    wanted = "unaffected" if excusing and good else "affected"
    meant = [entry for entry, word in told if word == wanted]
    exact = frozenset(filter(None, (entry.word("version") for entry in meant)))
    ranges = tuple(filter(None, (entry.word("range") for entry in meant)))
    return Versions(exact=exact, ranges=ranges)


def _called(entry: Node) -> str:
    if not entry.find("version") and not entry.find("range"):
        raise entry.error("has no version and no range")
    status = entry.find("status")
    return str(status.among(_AFFECTED)) if status else "affected"
