"""CycloneDX 1.6: the vulnerabilities of the product's packages, each with an analysis."""

from collections.abc import Mapping
from typing import Any, Final

from drawgate.core.purl import parse_purl
from drawgate.core.vex import Status
from drawgate.policy.verdict import as_json
from drawgate.reporting.publisher import Publisher, publisher_of
from drawgate.reporting.vex import Risk, Said, identifier, statements
from drawgate.reporting.view import View

NAME: Final = "cyclonedx-vex"
_PRODUCT: Final = "product"
_STATES: Final = {
    Status.NOT_AFFECTED: "not_affected",
    Status.FIXED: "resolved",
    Status.UNDER_INVESTIGATION: "in_triage",
    Status.AFFECTED: "exploitable",
}
_RESPONSES: Final = {
    Risk.ACCEPTED: "will_not_fix",
    Risk.DEFERRED: "update",
    Risk.MITIGATED: "workaround_available",
}
_JUSTIFICATIONS: Final = {
    "component_not_present": "code_not_present",
    "vulnerable_code_not_present": "code_not_present",
    "vulnerable_code_not_in_execute_path": "code_not_reachable",
    "inline_mitigations_already_exist": "protected_by_mitigating_control",
}
"""What OpenVEX's labels are called here; one of them has no counterpart."""
_SOURCES: Final = {"CVE": "NVD", "GHSA": "GitHub Advisories"}


def render(view: View) -> bytes:
    """Write a document; the same log, author and product give the same bytes."""
    publisher = view.publisher or publisher_of("", "", NAME)
    said = statements(view)
    content = {
        "version": 1,
        "metadata": _metadata(view, publisher),
        "components": [_component(each) for each in _packages(said)],
        "vulnerabilities": [_vulnerability(each, publisher) for each in said],
    }
    head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": identifier(content),
    }
    return as_json(head | content)


def _metadata(view: View, publisher: Publisher) -> Mapping[str, Any]:
    purl = parse_purl(publisher.product)
    named = {"name": purl.name, "version": purl.version} if purl else {"name": publisher.product}
    tool = {"type": "application", "name": "drawgate", "version": view.verdict.drawgate}
    return {
        "timestamp": view.verdict.as_of,
        "tools": {"components": [tool]},
        "authors": [{"name": publisher.author}],
        "component": {
            "type": "application",
            "bom-ref": _PRODUCT,
            **{key: text for key, text in named.items() if text},
            "purl": publisher.product,
        },
    }


def _packages(said: tuple[Said, ...]) -> list[Said]:
    """Give each package once."""
    by_purl = {each.purl: each for each in said}
    return [by_purl[purl] for purl in sorted(by_purl)]


def _component(said: Said) -> Mapping[str, Any]:
    version = {"version": said.package.version} if said.package.version else {}
    return {
        "type": "library",
        "bom-ref": said.purl,
        "name": said.package.name,
        **version,
        "purl": said.purl,
    }


def _vulnerability(said: Said, publisher: Publisher) -> Mapping[str, Any]:
    name, *aliases = said.names
    references = [{"id": alias, "source": _source(alias)} for alias in aliases]
    return {
        "bom-ref": identifier(publisher.product, name, said.purl),
        "id": name,
        "source": _source(name),
        **({"references": references} if references else {}),
        "analysis": _analysis(said),
        "affects": [{"ref": said.purl}],
    }


def _source(name: str) -> Mapping[str, str]:
    return {"name": _SOURCES.get(name.partition("-")[0], "OSV")}


def _analysis(said: Said) -> Mapping[str, Any]:
    justification = _JUSTIFICATIONS.get(said.justification, "")
    unsaid = "" if justification else said.justification
    told = {
        "state": _STATES[said.status],
        "justification": justification,
        "response": [_RESPONSES[said.risk]] if said.risk else [],
        "detail": ": ".join(filter(None, (unsaid, said.reason))),
    }
    return {key: value for key, value in told.items() if value}
