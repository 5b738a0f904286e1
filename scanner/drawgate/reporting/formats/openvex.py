"""OpenVEX 0.2.0: one statement for each vulnerability of each package in the product."""

from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.errors import UsageError
from drawgate.core.vex import Status
from drawgate.policy.verdict import as_json
from drawgate.reporting.publisher import Publisher, publisher_of
from drawgate.reporting.vex import Said, identifier, statements
from drawgate.reporting.view import View

NAME: Final = "openvex"


def render(view: View) -> bytes:
    """Write a document; the same log, author and product give the same bytes."""
    publisher = view.publisher or publisher_of("", "", NAME)
    said = [_statement(each, publisher) for each in statements(view)]
    if not said:
        what = "there is nothing to say: the log has no finding about a package"
        raise UsageError(what, where=f"-f {NAME}", hint="OpenVEX knows no document without one")
    content = {
        "author": publisher.author,
        "timestamp": view.verdict.as_of,
        "version": 1,
        "tooling": f"drawgate {view.verdict.drawgate}",
        "statements": said,
    }
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": identifier(content)}
    return as_json(head | content)


def _statement(said: Said, publisher: Publisher) -> Mapping[str, Any]:
    name, *aliases = said.names
    about = {"name": name, "aliases": aliases} if aliases else {"name": name}
    product = {**_component(publisher.product), "subcomponents": [_component(said.purl)]}
    return {
        "@id": identifier(publisher.product, name, said.purl),
        "vulnerability": about,
        "products": [product],
        "status": said.status.value,
        **_reason(said),
    }


def _component(purl: str) -> dict[str, Any]:
    return {"@id": purl, "identifiers": {"purl": purl}}


def _reason(said: Said) -> Mapping[str, str]:
    match said.status:
        case Status.NOT_AFFECTED:
            told = {"justification": said.justification, "impact_statement": said.reason}
        case Status.AFFECTED:
            told = {"action_statement": said.reason}
        case Status.UNDER_INVESTIGATION | Status.FIXED:
            told = {"status_notes": said.reason}
    return {key: text for key, text in told.items() if text}
