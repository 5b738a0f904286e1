"""OpenVEX 0.2.0: https://github.com/openvex/spec."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from drawgate.core.vex import Component, Document, Product, Statement, Status
from drawgate.readers.json_node import Node, shown

MARK: Final = "@context"
_CONTEXT: Final = re.compile(r"https://openvex\.dev/ns(?:/v?(.*?))?/?")
_READ: Final = "0.2.0"
_STATUSES: Final = {status.value: status for status in Status}
_JUSTIFICATIONS: Final = {
    word: word
    for word in (
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    )
}


def is_openvex(root: Node) -> bool:
    """Tell by the context, of whichever version."""
    context = root.value.get(MARK)
    return isinstance(context, str) and context.startswith("https://openvex.dev/ns")


def read(root: Node, digest: str) -> Document:
    """Read a document. VexError with its place where it can't be relied on."""
    _check_version(root.at(MARK))
    identifier = root.word("@id")
    time = root.moment("timestamp")
    root.moment("last_updated")
    statements = tuple(_statement(node, identifier, time) for node in root.at("statements").items())
    _check_ids(root, statements)
    author = root.word("author")
    return Document(
        source=root.source,
        format=f"OpenVEX {_READ}",
        id=identifier,
        version=root.version("version"),
        authors=(author,) if author else (),
        digest=digest,
        statements=statements,
    )


def _check_version(node: Node) -> None:
    match = _CONTEXT.fullmatch(node.text())
    version = (match[1] or "0.0.1") if match else "?"
    if version != _READ:
        raise node.error(
            f"is OpenVEX {shown(version)}; Drawgate reads {_READ}",
            "`vexctl` writes it anew",
        )


def _check_ids(root: Node, statements: tuple[Statement, ...]) -> None:
    """Refuse an id that two statements have: what is excused could not be traced to one."""
    seen: set[str] = set()
    for number, statement in enumerate(statements):
        if statement.id in seen:
            node = replace(root, path=f"$.statements[{number}].@id")
            raise node.error("is an id that stands twice")
        seen.add(statement.id)


def _statement(node: Node, document: str, time: str) -> Statement:
    status: Status = node.at("status").among(_STATUSES)
    vulnerability = node.at("vulnerability")
    names = (vulnerability.at("name").text(), *vulnerability.texts("aliases"))
    return Statement(
        id=node.word("@id") or f"{document}{node.path.removeprefix('$')}",
        vulnerabilities=names,
        status=status,
        products=tuple(_products(node)),
        reason=_reason(node) if status is Status.NOT_AFFECTED else "",
        time=node.moment("last_updated") or node.moment("timestamp") or time,
    )


def _reason(node: Node) -> str:
    """Give why a product is not affected; a statement that says neither is none."""
    justification = node.find("justification")
    label = justification.among(_JUSTIFICATIONS) if justification else ""
    return ": ".join(filter(None, (label, node.word("impact_statement"))))


def _products(statement: Node) -> Iterator[Product]:
    for node in statement.each("products"):
        parts = tuple(map(_component, node.each("subcomponents")))
        yield Product(whole=_component(node), parts=parts)


def _component(node: Node) -> Component:
    """Give all identifiers; of one that has only hashes nobody here can tell what it is."""
    told = [node.word("@id")]
    if identifiers := node.find("identifiers"):
        told += [identifiers.word(key) for key in ("purl", "cpe23", "cpe22")]
    names = tuple(dict.fromkeys(filter(None, told)))
    if not names and node.find("hashes") is None:
        raise node.error("has no @id, no identifiers and no hashes")
    return Component(names=names)
