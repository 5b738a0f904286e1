"""Who gets colour."""

from collections.abc import Mapping
from typing import TextIO


def wants_color(choice: str, stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Decide about colour: `--color`, then NO_COLOR, FORCE_COLOR, then whether a person looks."""
    if choice != "auto":
        return choice == "always"
    if environ.get("NO_COLOR"):  # https://no-color.org: set and not empty
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb" and not environ.get("CI")
