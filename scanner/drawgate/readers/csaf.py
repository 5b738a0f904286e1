"""CSAF 2.0 and 2.1, the VEX profile: https://docs.oasis-open.org/csaf/csaf/v2.0/."""

from collections.abc import Iterator, Mapping
from typing import Final

from drawgate.core.vex import Component, Document, Product, Statement, Status, Versions
from drawgate.readers.json_node import Node, shown

MARK: Final = "csaf_version"
_VERSIONS: Final = {version: version for version in ("2.0", "2.1")}
_PROFILE: Final = "csaf_vex"
_GROUPS: Final = {
    "fixed": Status.FIXED,
    "first_fixed": Status.FIXED,
    "known_affected": Status.AFFECTED,
    "first_affected": Status.AFFECTED,
    "last_affected": Status.AFFECTED,
    "known_not_affected": Status.NOT_AFFECTED,
    "under_investigation": Status.UNDER_INVESTIGATION,
}
"""`recommended` and 2.1's `unknown` say nothing about a vulnerability."""
_STATES: Final = {word: word == "draft" for word in ("draft", "interim", "final")}
Products = Mapping[str, Product]


def is_csaf(root: Node) -> bool:
    """Tell by the version that every CSAF document has."""
    document = root.value.get("document")
    return isinstance(document, dict) and MARK in document


def read(root: Node, digest: str) -> Document:
    """Read a document. VexError with its place where it can't be relied on."""
    head = root.at("document")
    version = head.at(MARK).among(_VERSIONS)
    _check_profile(head.at("category"))
    tracking, publisher = head.at("tracking"), head.at("publisher")
    identifier, time = tracking.at("id").text(), tracking.moment("current_release_date")
    tree = root.find("product_tree")
    products = _tree(tree) if tree else {}
    groups = _product_groups(tree) if tree else {}
    statements = [
        statement
        for node in root.at("vulnerabilities").items()
        for statement in _statements(node, products, groups, identifier, time)
    ]
    return Document(
        source=root.source,
        format=f"CSAF {version}",
        id=identifier,
        version=tracking.version("version"),
        authors=tuple(filter(None, (publisher.at("name").text(), publisher.word("namespace")))),
        digest=digest,
        statements=tuple(statements),
        draft=tracking.at("status").among(_STATES),
    )


def _check_profile(category: Node) -> None:
    if category.text() != _PROFILE:
        raise category.error(
            f"is {shown(category.text())}; Drawgate reads the profile {_PROFILE}",
            "only that one promises a reason for each product that is not affected",
        )


def _tree(tree: Node) -> Products:
    """Give what each product id stands for; a branch may be as deep as its author likes."""
    found: dict[str, Product] = {}
    for node in tree.each("full_product_names"):
        _add(found, node, Product(whole=_component(node, "")))
    waiting = list(tree.each("branches"))
    while waiting:
        branch = waiting.pop()
        waiting += branch.each("branches")
        if product := branch.find("product"):
            ranged = branch.word("category") == "product_version_range"
            range_ = branch.word("name") if ranged else ""
            _add(found, product, Product(whole=_component(product, range_)))
    _relate(tree, found)
    return found


def _add(found: dict[str, Product], node: Node, product: Product) -> None:
    identifier = node.at("product_id").text()
    if identifier in found:
        raise node.error(f"has the product_id {shown(identifier)}, as another product has")
    found[identifier] = product


def _component(node: Node, range_: str) -> Component:
    """Give the identifiers of a product; 2.1 has lists where 2.0 has one."""
    told = [node.at("name").text()]
    if helper := node.find("product_identification_helper"):
        told += [helper.word("cpe"), helper.word("purl"), *helper.texts("purls")]
    versions = Versions(ranges=(range_,)) if range_ else None
    return Component(names=tuple(dict.fromkeys(filter(None, told))), versions=versions)


def _relate(tree: Node, found: dict[str, Product]) -> None:
    """Add the products that consist of others: a part of a product, named by both.

    They may name each other in any order; one that names itself, or nothing, is an error.
    """
    ready = list(tree.each("relationships"))
    blocked: dict[str, list[Node]] = {}
    while ready:
        node = ready.pop()
        part = node.at("product_reference").text()
        whole = node.at("relates_to_product_reference").text()
        missing = next((each for each in (part, whole) if each not in found), None)
        if missing is not None:
            blocked.setdefault(missing, []).append(node)
            continue
        named = node.at("full_product_name")
        inner = found[part].parts or (found[part].whole,)
        _add(found, named, Product(whole=found[whole].whole, parts=inner))
        ready += blocked.pop(named.at("product_id").text(), ())
    for nodes in blocked.values():
        raise nodes[0].error("relates to a product that the tree does not have, or to itself")


def _product_groups(tree: Node) -> Mapping[str, tuple[str, ...]]:
    return {
        group.at("group_id").text(): group.texts("product_ids")
        for group in tree.each("product_groups")
    }


def _statements(
    node: Node,
    products: Products,
    groups: Mapping[str, tuple[str, ...]],
    document: str,
    time: str,
) -> Iterator[Statement]:
    """Give a statement for each product: reasons are given for each of them."""
    names = [node.word("cve"), *(each.at("text").text() for each in node.each("ids"))]
    names = list(dict.fromkeys(filter(None, names)))
    told = node.find("product_status")
    if told is None:
        return
    if not names:
        raise node.error("has no cve and no ids")
    reasons = _reasons(node, groups)
    for group, status in _GROUPS.items():
        for item in told.each(group):
            identifier = item.text()
            if identifier not in products:
                raise item.error(f"is {shown(identifier)}, which the product tree does not have")
            yield Statement(
                id=f"{document}{item.path.removeprefix('$')}",
                vulnerabilities=tuple(names),
                status=status,
                products=(products[identifier],),
                reason=_reason(reasons, identifier) if status is Status.NOT_AFFECTED else "",
                time=time,
            )


_ALL: Final = ""


def _reasons(node: Node, groups: Mapping[str, tuple[str, ...]]) -> Mapping[str, list[str]]:
    """Give the flags and impacts of each product; what names none is about all of them."""
    found: dict[str, list[str]] = {}
    told = [(flag, flag.at("label").text()) for flag in node.each("flags")]
    told += [
        (threat, threat.at("details").text())
        for threat in node.each("threats")
        if threat.word("category") == "impact"
    ]
    for place, text in told:
        members = [each for group in place.texts("group_ids") for each in groups.get(group, ())]
        named = (*place.texts("product_ids"), *members)
        everywhere = not place.find("product_ids") and not place.find("group_ids")
        for identifier in (_ALL,) if everywhere else named:
            found.setdefault(identifier, []).append(text)
    return found


def _reason(reasons: Mapping[str, list[str]], identifier: str) -> str:
    told = (*reasons.get(identifier, ()), *reasons.get(_ALL, ()))
    return ": ".join(dict.fromkeys(told))
