"""`--baseline`: a log, a baseline file, or a commit that is scanned the same way."""

import sys
from contextlib import ExitStack
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from drawgate import pipeline
from drawgate.cli.log import read_log
from drawgate.cli.progress import watching
from drawgate.cli.told_by_git import Now, with_git
from drawgate.core.baseline import Baseline
from drawgate.core.errors import UsageError
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
        found = baseline_of(read_log(path, None, data, undated=True), str(path))
    return replace(found, digest=sha256(data).hexdigest())


def given(target: Path, named: str) -> Baseline | None:
    """Read the file that a user named, before anything is scanned; None: it is a ref of git.

    The file may be what the last scan wrote, which this one replaces; and whoever mistypes a name
    shall not wait for a scan to hear it.
    """
    path, root = Path(named), _root(target)
    if path.is_file():
        if root and Git().named(root, named):
            hint = f"write ./{named} for the file, or refs/heads/{named} for the branch"
            raise UsageError("is a file and a commit", where=f"{OPTION} {named}", hint=hint)
        return read_file(path)
    _refuse_paths(named)
    if root:
        Git().commit(root, named)
    return None


def baseline_for(
    request: Request, named: Baseline | str, now: Now, *, quiet: bool, color: str
) -> Baseline:
    """Give the baseline that a user named: a file that `given` has read, or else a ref of git.

    Its commit is scanned out of git's own store, never by checking it out. Of `now` git tells
    which lines are which.
    """
    if isinstance(named, Baseline):
        return with_git(named, now, log=True)
    wanted = Wanted(origin=OPTION, ref=named, whole=True)
    asked = replace(request, wanted=wanted, index=None)
    with ExitStack() as stack:
        change = stack.enter_context(pipeline.changing(asked))
        progress = stack.enter_context(watching(sys.stderr, quiet=quiet, color=color))
        scan = pipeline.run_plan(asked, pipeline.prepare(asked, change), progress)
    root = _root(request.path)
    commit = Git().commit(root, named) if root else ""
    # It is scanned today: that says nothing about when anybody saw first what is in it.
    found = replace(baseline_of(scan, named), commit=commit, ref=named, as_of="")
    return with_git(found, now, log=False)


def _refuse_paths(named: str) -> None:
    """Take what looks like a file for one: no branch is called `old.sarif`."""
    if named.endswith((".sarif", ".json")):
        hint = "name a SARIF log, a baseline file or a ref of git"
        raise UsageError("there is no such file", where=f"{OPTION} {named}", hint=hint)


def _root(target: Path) -> Path | None:
    place = target.resolve()
    return Git().top_level(place if place.is_dir() else place.parent)
