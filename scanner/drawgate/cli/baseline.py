"""`--baseline`: a log, a baseline file, or a commit that is scanned the same way."""

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from drawgate import pipeline
from drawgate.cli.log import read_log
from drawgate.cli.progress import watching
from drawgate.core.baseline import Baseline
from drawgate.core.errors import TargetError, UsageError
from drawgate.core.target import Wanted
from drawgate.pipeline import Request
from drawgate.run.git import Git
from drawgate.sarif.source import read_source
from drawgate.triage.baseline_file import is_baseline_file, read_baseline
from drawgate.triage.compare import baseline_of

OPTION = "--baseline"


def read_file(path: Path) -> Baseline:
    """Read a baseline file, or the findings of a log. Raises LogError."""
    data = read_source(path)
    if is_baseline_file(data):
        found = read_baseline(data, str(path))
    else:
        found = baseline_of(read_log(path, None, data), str(path))
    return replace(found, digest=sha256(data).hexdigest())


def baseline_for(request: Request, named: str, *, quiet: bool, color: str) -> Baseline:
    """Give the baseline that a user named: a file that is there, or else a ref of git.

    Its commit is scanned out of git's own store, never by checking it out.
    """
    path = Path(named)
    if path.is_file():
        found = read_file(path)
        return replace(found, renames=renames(request.path, found.commit))
    _refuse_paths(named)
    wanted = Wanted(origin=OPTION, ref=named, whole=True)
    asked = replace(request, wanted=wanted, index=None)
    with ExitStack() as stack:
        change = stack.enter_context(pipeline.changing(asked))
        progress = stack.enter_context(watching(sys.stderr, quiet=quiet, color=color))
        scan = pipeline.run_plan(asked, pipeline.prepare(asked, progress, change), progress)
    commit = _commit(request.path, named)
    found = replace(baseline_of(scan, named), commit=commit, ref=named)
    return replace(found, renames=renames(request.path, commit))


def _refuse_paths(named: str) -> None:
    """Take what looks like a file for one: no branch is called `old.sarif`."""
    if named.endswith((".sarif", ".json")):
        hint = "name a SARIF log, a baseline file or a ref of git"
        raise UsageError("there is no such file", where=f"{OPTION} {named}", hint=hint)


def _commit(path: Path, ref: str) -> str:
    git = Git()
    root = git.top_level(path.resolve())
    return git.commit(root, ref) if root else ""


def renames(repository: Path, old: str, new: str = "HEAD") -> Mapping[str, str]:
    """Ask git what files are called now; nothing where it does not know a commit."""
    git, folder = Git(), repository.resolve()
    try:
        root = git.top_level(folder) if folder.is_dir() and old else None
        if root is None:
            return {}
        return git.renames(root, git.commit(root, old), git.commit(root, new))
    except TargetError:
        return {}
