"""A pack that another one stands on, as the verdict names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A pack that another one extends: what it is called, and which bytes it had."""

    name: str
    digest: str
