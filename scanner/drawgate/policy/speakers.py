"""Whom a pack lets speak about the exploitability of vulnerabilities."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speakers:
    """Whose VEX documents count, and about what; flags and settings may add to both."""

    authors: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    """What is being scanned: package URLs, or other names that the documents give it."""
