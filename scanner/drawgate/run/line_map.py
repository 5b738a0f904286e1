"""Which lines of a commit are which in another commit, or in files that lie there changed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha1, sha256
from pathlib import Path
from typing import Final

from drawgate.core.errors import TargetError
from drawgate.core.lines import Around, Hunk, LineMap
from drawgate.run.git import DIFF, PATCH, Changed, Entry, Git, renamed
from drawgate.run.git_process import answer, call_outside
from drawgate.run.patch import Section, around, sections
from drawgate.run.private import private_directory

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
    changes = tuple(states.git.changes(states.root, states.old, states.new))
    renames = renamed(changes)
    fresh = _fresh(states, trees, [renames.get(path, path) for path in old], new)
    pairs = list(_untouched(changes, trees, fresh, (*old, *new)))
    missed = 0
    committed = [each for each in changes if each.new_path not in fresh]
    for some in _batches([e for e in committed if e.old_path in old or e.new_path in new]):
        try:
            pairs += _committed(states, some)
        except TargetError:
            missed += len(some)
    if fresh:
        back = {now: before for before, now in renames.items()}
        try:
            told = list(_uncommitted(states, trees[0], back, fresh))
        except TargetError:
            told, missed = [], missed + len(fresh)
        pairs += told
        renames |= {e.old: e.new for e in told if e.old and e.new and e.old != e.new}
    return Told(lines=_joined(pairs, old, new), renames=renames, missed=missed)


def _trees(states: States) -> tuple[dict[str, Entry], dict[str, Entry]]:
    """Give the files of both commits; links and other repositories have no lines."""
    old, new = (
        {path: entry for path, entry in tree.items() if not entry.is_link and not entry.is_module}
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


def _untouched(
    changes: Iterable[Changed],
    trees: tuple[Mapping[str, Entry], Mapping[str, Entry]],
    fresh: Collection[str],
    wanted: Iterable[str],
) -> Iterator[_Pair]:
    touched = {path for each in changes for path in (each.old_path, each.new_path)}
    for path in {*wanted} - touched:
        if path in trees[0] and path in trees[1] and path not in fresh:
            yield _Pair(old=path, new=path, section=Section())


def _batches(changes: Sequence[Changed]) -> Iterator[Sequence[Changed]]:
    yield from (changes[at : at + _FILES] for at in range(0, len(changes), _FILES))


def _committed(states: States, some: Sequence[Changed]) -> Iterator[_Pair]:
    wanted: dict[tuple[str, str], list[Changed]] = {}
    for each in some:
        if each.old.content == each.new.content:
            yield _Pair(old=each.old_path, new=each.new_path, section=Section())
        else:
            wanted.setdefault((each.old.content, each.new.content), []).append(each)
    paths = {path for same in wanted.values() for e in same for path in (e.old_path, e.new_path)}
    if not wanted:
        return
    patch = states.git.patch(states.root, states.old, states.new, sorted(paths - {""}), _LIMIT)
    for section in sections(patch):
        for each in wanted.pop(section.blobs, ()) if section.blobs else ():
            yield _Pair(old=each.old_path, new=each.new_path, section=section)


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
                (private / name / str(number)).write_bytes(data)
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
