"""What the borders around adapters agree on: in the registry, in the plan and in the runner."""

from typing import Final

from drawgate.core.errors import StoppedError
from drawgate.core.words import plain

PASS_ON: Final = (KeyboardInterrupt, GeneratorExit, StoppedError)
"""What leaves through the border around an adapter. All else is its fault, also SystemExit and
what extension modules derive from BaseException: none of it may end a scan."""
ASK: Final = "report it to the adapter's author"
_LONGEST: Final = 500
"""Characters of another one's words; they may be of any length."""


def raised(what: str, error: BaseException) -> str:
    """Say what an adapter's code raised, in words that are short and fit to be shown."""
    return f"{what}: {type(error).__name__}: {plain(str(error))[:_LONGEST]}"
