"""Numbers and other people's words as sentences write them."""


def count(number: int, noun: str) -> str:
    """Write "1 finding", "2 findings", "7,669 findings"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def plain(text: str) -> str:
    """Drop what could steer a terminal or a log; line ends become spaces."""
    spaced = " ".join(text.split())
    return "".join(character for character in spaced if character.isprintable())
