"""Which format a VEX document has: its content says so, not its name."""

import hashlib
from collections.abc import Callable
from typing import Final

from drawgate.core.errors import VexError
from drawgate.core.vex import Document
from drawgate.readers import csaf, cyclonedx_vex, openvex
from drawgate.readers.json_node import Node, load

_Reader = tuple[str, Callable[[Node], bool], Callable[[Node, str], Document]]
_READERS: Final[tuple[_Reader, ...]] = (
    (f"OpenVEX ({openvex.MARK})", openvex.is_openvex, openvex.read),
    (f"CycloneDX ({cyclonedx_vex.MARK})", cyclonedx_vex.is_cyclonedx, cyclonedx_vex.read),
    (f"CSAF (document.{csaf.MARK})", csaf.is_csaf, csaf.read),
)
_ENVELOPE: Final = (
    "check its signature and take the document out: "
    "`cosign verify-attestation`, or `jq -r .payload | base64 -d | jq .predicate`"
)


def read_vex(data: bytes, source: str) -> Document:
    """Read a document of any format we know. VexError with the file and the JSON path."""
    if data.lstrip()[:1] == b"<":
        hint = "`cyclonedx convert --output-format json` writes a CycloneDX document as JSON"
        raise VexError("is XML; Drawgate reads VEX as JSON", where=source, hint=hint)
    root = load(data, source)
    if not isinstance(root.value, dict):
        raise root.error("is no VEX document, which is a JSON object")
    if "payloadType" in root.value or "predicateType" in root.value:
        raise root.error("is an envelope (DSSE or in-toto), not the VEX document in it", _ENVELOPE)
    fits = [(name, read) for name, fit, read in _READERS if fit(root)]
    if len(fits) != 1:
        looked_for = ", ".join(name for name, _, _ in _READERS)
        what = " and ".join(name for name, _ in fits)
        what = f"looks like {what} at once" if fits else "is no VEX document that Drawgate knows"
        raise root.error(what, f"looked for {looked_for}")
    return fits[0][1](root, hashlib.sha256(data).hexdigest())
