"""Numbers as sentences write them."""


def count(number: int, noun: str) -> str:
    """Write "1 finding", "2 findings", "7,669 findings"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
