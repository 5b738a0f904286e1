"""One call of git: what it may hear of the machine and of the repository, and how it ends."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Final

from drawgate.core.errors import ScannerError, TargetError
from drawgate.run import repository
from drawgate.run.environment import search_path
from drawgate.run.private import private_directory
from drawgate.run.process import OUTPUT, Call, Done, run
from drawgate.run.text import last_words

_SETTINGS: Final = (
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    # With it, an untracked A.py would be taken for the tracked a.py, and an ignored `Build/` for
    # `build/`: files would be hidden by a word in the repository's own configuration.
    "core.ignoreCase=false",
    "core.untrackedCache=false",
    "core.pager=cat",
    "core.sshCommand=false",
    "core.askPass=false",
    "credential.helper=",
    "protocol.allow=never",
    "protocol.ext.allow=never",
    "protocol.file.allow=never",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
)
_ENVIRONMENT: Final = {
    # A partial clone fetches a missing object by itself, with a command its config names.
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_ASKPASS": "false",
    "GIT_PAGER": "cat",
    # A file may be called `:(exclude)*`.
    "GIT_LITERAL_PATHSPECS": "1",
}
_TIMEOUT: Final = 120.0
"""Seconds. A named pipe where git looks for a `.gitignore` would keep it waiting for ever."""
_MEMORY: Final = 32 << 30
"""Bytes. Git maps whole pack files, so address space says little about its memory."""


def call(
    root: Path,
    cwd: Path,
    *args: str,
    stdin: bytes = b"",
    index: Path | None = None,
    output: int = OUTPUT,
) -> Done:
    """Ask git about the repository whose work tree begins at `root`. Raises TargetError."""
    settings = (f"safe.directory={root}", *_SETTINGS)
    argv = (
        _program(root),
        "--no-replace-objects",
        f"--git-dir={root / '.git'}",
        f"--work-tree={root}",
        *_overriding(settings),
        *args,
    )
    env = _ENVIRONMENT | ({"GIT_INDEX_FILE": str(index)} if index else {})
    asked = Call(argv=argv, private=root, cwd=cwd, avoid=root, env=env, stdin=stdin, output=output)
    return _run(asked, root)


def call_outside(private: Path, avoid: Path, *args: str, output: int = OUTPUT) -> Done:
    """Let git work on files of ours in a private directory, where no repository has a say.

    Neither the configuration of one nor its attributes count. Raises TargetError.
    """
    argv = (_program(avoid), *_overriding(_SETTINGS), *args)
    env = _ENVIRONMENT | {"GIT_CEILING_DIRECTORIES": str(private.parent)}
    asked = Call(argv=argv, private=private, cwd=private, avoid=avoid, env=env, output=output)
    return _run(asked, avoid)


def answer(root: Path, done: Done) -> bytes:
    """Give what git printed. Raises TargetError when it could not answer."""
    if done.code == 0 and not done.trouble:
        return done.stdout
    words = last_words(done.stderr).removeprefix("fatal: ")
    raise TargetError(
        f"git can't read the repository: {done.trouble or words}",
        where=str(root),
        hint=repository.REPAIR,
    )


def _overriding(settings: tuple[str, ...]) -> list[str]:
    return [word for setting in settings for word in ("-c", setting)]


def _run(asked: Call, avoid: Path) -> Done:
    """Start it in a private directory of its own, and not for ever."""
    with private_directory(avoid=avoid) as private:
        limited = replace(asked, private=private, timeout=_TIMEOUT, memory=_MEMORY)
        try:
            return run(limited)
        except ScannerError as error:
            raise TargetError(error.what, where=str(avoid)) from error


def _program(root: Path) -> str:
    """Find git on PATH, but never in the repository itself."""
    for entry in search_path(os.environ, root):
        program = entry / "git"
        if program.is_file() and os.access(program, os.X_OK):
            return str(program)
    hint = "install git, or scan a copy without its .git"
    raise TargetError("it is a git repository, and git is missing", where=str(root), hint=hint)
