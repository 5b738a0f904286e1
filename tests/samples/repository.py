"""Git as the owner of a repository would run it, for tests that build one."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

NAME: Final = ("-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false")


def git(where: Path, *words: str, stdin: str = "") -> str:
    """Run git without the settings of this machine, and give what it prints."""
    done = subprocess.run(
        ["git", *NAME, "-c", "protocol.file.allow=always", *words],
        cwd=where,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1"},
        input=stdin,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def begun(where: Path, files: Mapping[str, str]) -> Path:
    """Make a folder a repository, with one commit of these files beside what lies there."""
    git(where, "init", "-q", "-b", "main")
    for path, text in files.items():
        (where / path).write_text(text)
    git(where, "add", ".")
    git(where, "commit", "-q", "-m", "first")
    return where
