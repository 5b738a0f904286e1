"""Rules as GitHub takes them: short enough, with all the texts it wants, severity as a number."""

import hashlib
from typing import Final

import msgspec

from drawgate.sarif.github_limits import DESCRIPTION, HELP, NAME, TAGS
from drawgate.sarif.model import Descriptor, Multiformat, Properties

_NO_RULE: Final = "(no rule id)"
_READ: Final = ("precision", "security-severity")
"""What GitHub reads of a rule's properties, beside its tags."""


def fitted(rule: Descriptor) -> Descriptor:
    """Cut a rule to what GitHub takes; nothing in it points to anywhere else."""
    identifier = rule_id(rule.id)
    return msgspec.structs.replace(
        rule,
        id=identifier,
        name=cut(rule.name, NAME) if rule.name else None,
        short_description=_text(rule.short_description, identifier, DESCRIPTION),
        full_description=_text(rule.full_description, identifier, DESCRIPTION),
        help=_text(rule.help, identifier, HELP),
        relationships=[],
        properties=_properties(rule.properties),
    )


def rule_id(identifier: str) -> str:
    """Give an id of at most so many characters; what is cut off still tells two apart."""
    if _units(identifier) <= NAME:
        return identifier or _NO_RULE
    mark = hashlib.sha256(identifier.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return cut(identifier, NAME - len(mark)) + mark


def cut(text: str, limit: int) -> str:
    """Cut a text to a number of UTF-16 units, as GitHub's side counts, and show that it was cut."""
    if len(text) <= limit // 2 or _units(text) <= limit:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: 2 * (limit - 1)]
    return kept.decode("utf-16-le", "ignore") + "…"


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _text(text: Multiformat | None, otherwise: str, limit: int) -> Multiformat:
    """Give a text that is not empty; Markdown that is too long is left out, not broken."""
    plain = (text.text if text else "").strip() or otherwise
    markdown = text.markdown if text and text.markdown and _units(text.markdown) <= limit else None
    return Multiformat(text=cut(plain, limit), markdown=markdown)


def _properties(properties: Properties) -> Properties:
    kept = {name: properties[name] for name in _READ if name in properties}
    tags = [cut(tag, NAME) for tag in properties.get("tags", ()) if tag.strip()][: TAGS - 1]
    return kept | ({"tags": tags} if tags else {})
