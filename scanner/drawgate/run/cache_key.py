"""The key of the cache: what it holds can be neither guessed nor planted by who lacks it."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from drawgate.run.environment import inside

_LENGTH: Final = 32
_PURPOSE: Final = b"drawgate cache 1\n"


def cache_key(avoid: Path) -> bytes | None:
    """Give the user's identity key, else a random one that stays on this machine.

    A hash over a file's content could be guessed where the file is little more than a secret,
    so it is only ever taken with a key that lies elsewhere than the cache. None when there is
    no place outside of `avoid` (the target) to keep one.
    """
    if named := os.environ.get("DRAWGATE_IDENTITY_KEY"):
        return _PURPOSE + named.encode("utf-8", "surrogateescape")
    place = _place()
    if place is None or inside(place, avoid):
        return None
    try:
        return _read(place) or _made(place)
    except OSError:
        return None


def _place() -> Path | None:
    try:
        home = os.environ.get("XDG_STATE_HOME") or str(Path("~/.local/state").expanduser())
    except RuntimeError:  # neither HOME nor an entry in the user database
        return None
    path = Path(home) / "drawgate" / "cache-key"
    return path if path.is_absolute() else None


def _read(place: Path) -> bytes | None:
    found = place.read_bytes() if place.is_file() else b""  # a pipe would keep us waiting
    return found if len(found) == _LENGTH else None


def _made(place: Path) -> bytes | None:
    """Make the key; of several processes that do so at once one wins, and all use its key."""
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:  # noqa: PTH123 - only open() takes a descriptor
            stream.write(secrets.token_bytes(_LENGTH))
        with contextlib.suppress(FileExistsError):
            os.link(draft, place)
        if _read(place) is None:  # of a wrong length: a disk was full once
            draft.replace(place)
        return _read(place)
    finally:
        draft.unlink(missing_ok=True)
