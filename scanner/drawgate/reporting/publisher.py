"""Who publishes a VEX document, and about which product; no document goes without."""

from dataclasses import dataclass

from drawgate.core.errors import UsageError
from drawgate.core.purl import parse_purl
from drawgate.reporting.text import line


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """Who speaks, and about what."""

    author: str
    product: str
    """A package URL."""


def publisher_of(author: str, product: str, format_: str) -> Publisher:
    """Check what the formats can't do without. UsageError says which option is missing."""
    for option, value, example in (
        ("--author", author, '--author "Acme Security"'),
        ("--product", product, "--product pkg:pypi/shop@1.2"),
    ):
        if not value:
            raise UsageError(f"needs {option}", where=f"-f {format_}", hint=f"such as {example}")
    if parse_purl(product) is None:
        hint = "write it like pkg:pypi/shop@1.2 or pkg:generic/shop@1.2"
        raise UsageError("is no package URL", where="--product", hint=hint)
    return Publisher(author=line(author), product=line(product.strip()))
