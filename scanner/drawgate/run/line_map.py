"""Which lines of a commit are which in another commit, or in files that lie there changed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1, sha256
from pathlib import Path
from typing import Final

from drawgate.core.errors import TargetError
from drawgate.core.lines import Around, Hunk, LineMap
from drawgate.run.git import DIFF, PATCH, Changed, Entry, Git
from drawgate.run.git_process import answer, call_outside
from drawgate.run.patch import Section, around, sections
from drawgate.run.private import private_directory
from drawgate.run.returns import as_lines, returned

Wanted = Mapping[str, Collection[int]]
"""By path, the lines with findings."""
_FILES: Final = 500
"""Files whose lines git is asked for at once."""
_LIMIT: Final = 64 << 20
"""Bytes of such an answer, and of the copies that are compared outside of the repository."""
_SHA1: Final = 40
"""Characters of a content's name; of SHA-256 there are more."""
_DIFFER: Final = 1
"""What `diff --no-index` answers when something differs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """A commit, and the state that it is compared with."""

    git: Git
    root: Path
    old: str
    new: str
    load: Callable[[Iterable[str]], Iterable[tuple[str, bytes]]] | None = None
    """Reads files as they are now, where that need not be the commit `new`; not what is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What git says of lines, and what files are called now."""

    lines: LineMap
    renames: Mapping[str, str]
    missed: int = 0
    """Files of which it could not tell in the room there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pair:
    """One file in both states; a path is empty where the file is not there."""

    old: str
    new: str
    section: Section


def line_map(states: States, old: Wanted, new: Wanted) -> Told:
    """Ask git what became of the lines with findings. Raises TargetError."""
    trees = _trees(states)
    committed, missed = _committed(states, trees, old, new)
    now = {pair.old: pair.new for pair in committed if pair.old and pair.new}
    back = {there: before for before, there in now.items()}
    fresh = _fresh(states, trees, [now.get(path, path) for path in old], new)
    paths = {*(now.get(path, path) for path in old), *new} - fresh.keys()
    fresh |= returned(
        states.git, states.root, trees, [(back.get(path, path), path) for path in sorted(paths)]
    )
    told: list[_Pair] = []
    if fresh:
        try:
            told += _uncommitted(states, trees[0], back, fresh)
        except TargetError:
            missed += len(fresh)
    pairs = [pair for pair in committed if pair.new not in fresh] + told
    renames = {e.old: e.new for e in pairs if e.old and e.new and e.old != e.new}
    return Told(lines=_joined(pairs, old, new), renames=renames, missed=missed)


def _trees(states: States) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """Give the files of both commits; links and other repositories have no lines."""
    old, new = (
        {path: entry for path, entry in tree.items() if entry.is_file}
        for tree in (states.git.tree(states.root, each) for each in (states.old, states.new))
    )
    return old, new


def _fresh(
    states: States,
    trees: tuple[Mapping[str, Entry], Mapping[str, Entry]],
    old: Iterable[str],
    new: Iterable[str],
) -> dict[str, bytes | None]:
    """Give the files that are not what the commit says, and what they hold; None: they are gone."""
    if states.load is None:
        return {}
    wanted = {*old, *new}
    found: dict[str, bytes | None] = dict.fromkeys(sorted(wanted & trees[1].keys()))
    for path, data in states.load(sorted(wanted)):
        found[path] = data
        if path in trees[1] and _is(data, trees[1][path]):
            del found[path]
    return found


def _is(data: bytes, entry: Entry) -> bool:
    named = sha1 if len(entry.content) == _SHA1 else sha256
    return named(b"blob %d\0" % len(data) + data).hexdigest() == entry.content


def _committed(
    states: States,
    trees: tuple[Mapping[str, Entry], Mapping[str, Entry]],
    old: Wanted,
    new: Wanted,
) -> tuple[list[_Pair], int]:
    """Give what two commits tell, and of how many files they can't."""
    changes = tuple(states.git.changes(states.root, states.old, states.new))
    kept = (old.keys() | new.keys()) - {each.path for each in changes}
    pairs = [_same(path, path) for path in sorted(kept) if path in trees[0] and path in trees[1]]
    wanted = [
        each
        for each in changes
        if (each.path in old and each.old.is_file) or (each.path in new and each.new.is_file)
    ]
    there = states.git.sizes(states.root, _contents_of(wanted)) if wanted else {}
    known = [each for each in wanted if there.keys() >= set(_contents_of([each]))]
    missed = len(wanted) - len(known)
    edited = [each for each in known if each.old.is_file and each.new.is_file]
    came_or_went = [each for each in known if not (each.old.is_file and each.new.is_file)]
    for some in (came_or_went, *_batches(edited)):
        try:
            pairs += _asked(states, some, edited=some is not came_or_went)
        except TargetError:
            missed += len(some)
    return pairs, missed


def _same(old: str, new: str) -> _Pair:
    return _Pair(old=old, new=new, section=Section())


def _contents_of(changes: Iterable[Changed]) -> list[str]:
    return sorted({e.content for each in changes for e in (each.old, each.new) if e.is_file})


def _batches(changes: Sequence[Changed]) -> Iterator[Sequence[Changed]]:
    yield from (changes[at : at + _FILES] for at in range(0, len(changes), _FILES))


def _asked(states: States, some: Sequence[Changed], *, edited: bool) -> Iterator[_Pair]:
    """Ask about files that are there in both, or about some that came and some that went."""
    went = _by_content((each.path, each.old) for each in some)
    came = _by_content((each.path, each.new) for each in some)
    # Of equal contents git tells no lines: it is one file under two names, or with another mode.
    for content in went.keys() & came.keys():
        for old, new in _equal(went[content], came[content], renamed=not edited):
            went[content].remove(old)
            came[content].remove(new)
            yield _same(old, new)
    left = {path for each in (went, came) for paths in each.values() for path in paths}
    if not left:
        return
    patch = states.git.patch(states.root, states.old, states.new, sorted(left), _LIMIT)
    for section in sections(patch):
        if section.blobs:
            old, new = section.blobs
            yield from _paired(section, went.get(old, []), came.get(new, []))


def _paired(section: Section, went: list[str], came: list[str]) -> Iterator[_Pair]:
    if went or came:
        old, new = _taken(went, came)
        yield _Pair(old=old, new=new, section=section)


def _taken(went: list[str], came: list[str]) -> tuple[str, str]:
    """Take a file of each, the same path if there is one; nothing where there is no file."""
    both = sorted(set(went) & set(came))
    old, new = ((both or each or [""])[0] for each in (went, came))
    for path, paths in ((old, went), (new, came)):
        if path:
            paths.remove(path)
    return old, new


def _equal(went: list[str], came: list[str], *, renamed: bool) -> list[tuple[str, str]]:
    if renamed:
        return list(zip(went, came, strict=False))
    return [(path, path) for path in sorted(set(went) & set(came))]


def _by_content(entries: Iterable[tuple[str, Entry]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for path, entry in entries:
        if entry.is_file:
            found.setdefault(entry.content, []).append(path)
    return found


def _uncommitted(
    states: States,
    tree: Mapping[str, Entry],
    back: Mapping[str, str],
    fresh: Mapping[str, bytes | None],
) -> Iterator[_Pair]:
    """Compare copies of what the baseline has with copies of what lies there now."""
    paths = [(back.get(path, path), path) for path in fresh]
    had = _contents(states, {tree[old].content for old, _ in paths if old in tree})
    olds = {n: had[tree[p].content] for n, (p, _) in enumerate(paths) if p in tree}
    news = {n: data for n, data in enumerate(fresh.values()) if data is not None}
    seen: set[int] = set()
    for section in sections(_patch_of(states.root, olds, news)):
        if section.copies:
            one, other = section.copies
            seen.update(section.copies)
            old, new = paths[one][0], paths[other][1]
            renamed_ = one != other
            yield _Pair(
                old=old if one in olds else "",
                new=new if renamed_ or other in news else "",
                section=section,
            )
    for number in olds.keys() & news.keys() - seen:
        yield _Pair(old=paths[number][0], new=paths[number][1], section=Section())


def _contents(states: States, names: Collection[str]) -> dict[str, bytes]:
    sizes = states.git.sizes(states.root, sorted(names)) if names else {}
    if sizes.keys() != set(names) or sum(sizes.values()) > _LIMIT:
        raise TargetError("git lacks what is compared, or it is too much", where=str(states.root))
    return dict(states.git.contents(states.root, sorted(names))) if names else {}


def _patch_of(root: Path, olds: Mapping[int, bytes], news: Mapping[int, bytes]) -> bytes:
    with private_directory(avoid=root) as private:
        for name, copies in (("old", olds), ("new", news)):
            (private / name).mkdir()
            for number, data in copies.items():
                (private / name / str(number)).write_bytes(as_lines(data))
        words = ("diff", "--no-index", *DIFF[2:], *PATCH, "--ignore-cr-at-eol", "old", "new")
        done = call_outside(private, root, *words, output=_LIMIT)
        return done.stdout if done.code == _DIFFER and not done.trouble else answer(root, done)


def _joined(pairs: Iterable[_Pair], old: Wanted, new: Wanted) -> LineMap:
    before: dict[str, Sequence[Hunk]] = {}
    after: dict[str, Sequence[Hunk]] = {}
    olds: dict[tuple[str, int], Around] = {}
    news: dict[tuple[str, int], Around] = {}
    for pair in pairs:
        for path, hunks, wanted, texts, found in (
            (pair.old, before, old, pair.section.removed, olds),
            (pair.new, after, new, pair.section.added, news),
        ):
            if path:
                hunks[path] = tuple(pair.section.hunks)
                lines = (line for line in wanted.get(path, ()) if line in texts)
                found |= {(path, line): around(texts, line) for line in lines}
    return LineMap(before=before, after=after, around_old=olds, around_new=news)
