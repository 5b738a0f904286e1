"""What git knows beside two scans: what files are called now, and which lines are which."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from drawgate.core.baseline import Baseline
from drawgate.core.errors import TargetError
from drawgate.core.finding import Finding
from drawgate.core.words import count
from drawgate.pipeline import Request
from drawgate.run.git import Git
from drawgate.run.line_map import States, Told, line_map
from drawgate.run.snapshot import batches
from drawgate.target import Change, read
from drawgate.triage.whose_lines import of_this_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Now:
    """The state that was scanned after the baseline."""

    repository: Path
    """The repository, or a place in it."""
    findings: tuple[Finding, ...]
    commit: str = "HEAD"
    load: Callable[[Path, Iterable[str]], Iterable[tuple[str, bytes]]] | None = None
    """Reads files as they lay there, below the top of the repository; None: the commit has them."""
    log: bool = False
    """Whether a log says so, and not we ourselves."""


def as_scanned(request: Request, change: Change | None, findings: tuple[Finding, ...]) -> Now:
    """Say what a scan of ours looked at: a commit, an index, or the files that lie there."""
    now = Now(repository=request.path, findings=findings, load=lying_there)
    if change is None or request.wanted is None:
        return now
    if request.wanted.ref:
        return replace(now, load=None)
    return replace(now, load=lambda _, paths: _staged(change, paths))


def lying_there(root: Path, paths: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Read the files of a work tree."""
    for path in paths:
        with suppress(OSError):
            yield path, read(root, path)


def _staged(change: Change, paths: Iterable[str]) -> Iterable[tuple[str, bytes]]:
    known = change.names | change.around
    return change.load([path for path in paths if path in known]).items()


def with_git(baseline: Baseline, now: Now, *, log: bool) -> Baseline:
    """Add to a baseline what git knows; `log`: another program may have written it.

    What git does not know is said, and the matching goes by the findings' keys.
    """
    git, place = Git(), now.repository.resolve()
    root = git.top_level(place if place.is_dir() else place.parent)
    if root is None or not baseline.commit:
        return baseline
    try:
        return _told(baseline, _asked(git, root, baseline, now, log=log))
    except TargetError as error:
        note = f"{error}; which lines are the same is guessed"
        return replace(baseline, notes=(*baseline.notes, note))


def _asked(git: Git, root: Path, baseline: Baseline, now: Now, *, log: bool) -> Told:
    states = States(
        git=git,
        root=root,
        old=git.commit(root, baseline.commit),
        new=git.commit(root, now.commit),
        load=partial(now.load, root) if now.load else None,
    )
    old, new = _by_path(baseline.findings), _by_path(now.findings)
    if log:
        old = dict(_committed(git, root, states.old, old))
    if now.log:
        new = dict(_committed(git, root, states.new, new))
    return line_map(states, _lines(old), _lines(new))


def _told(baseline: Baseline, told: Told) -> Baseline:
    notes = baseline.notes
    if told.missed:
        files = count(told.missed, "file")
        notes += (f"git could not say which lines of {files} are the same: they are guessed",)
    return replace(baseline, renames=told.renames, lines=told.lines, notes=notes)


def _by_path(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.path and finding.line and not finding.dependency:
            found.setdefault(finding.path, []).append(finding)
    return found


def _lines(findings: Mapping[str, list[Finding]]) -> dict[str, frozenset[int]]:
    return {path: frozenset(f.line or 0 for f in found) for path, found in findings.items()}


def _committed(
    git: Git, root: Path, commit: str, findings: Mapping[str, list[Finding]]
) -> Iterator[tuple[str, list[Finding]]]:
    """Keep files of which a log says what the commit has; it may be of a changed work tree."""
    tree = git.tree(root, commit)
    paths: dict[str, list[str]] = {}
    for path in findings:
        if path in tree and tree[path].is_file:
            paths.setdefault(tree[path].content, []).append(path)
    sizes = git.sizes(root, paths) if paths else {}
    for batch in batches(sizes, sizes):
        for content, data in git.contents(root, batch):
            text = data.decode("utf-8", "replace")
            for path in paths[content]:
                if of_this_text(findings[path], text):
                    yield path, findings[path]
