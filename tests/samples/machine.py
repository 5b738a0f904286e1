"""What a test may ask of the machine it runs on."""

import os
import subprocess
from pathlib import Path

import pytest


def must_allow(what: str, *words: str) -> None:
    """Leave a test out where a command fails that it builds on; in CI that is no excuse."""
    try:
        done = subprocess.run([*words, "true"], capture_output=True, check=False)
        allowed = done.returncode == 0
    except FileNotFoundError:
        allowed = False
    if not allowed and "CI" in os.environ:
        pytest.fail(f"this machine lets nobody {what}")
    if not allowed:
        pytest.skip(f"this machine lets nobody {what}")


def processes_with(word: str) -> list[str]:
    """List the numbers of live processes that have a word in their command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if word.encode() in words:
            found.append(entry.name)
    return found
