"""All manifests of a target together: what is pinned, and what nobody can look at."""

import posixpath
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from types import MappingProxyType
from typing import Final

from drawgate.core.dependency import Graph, Inventory, Pin
from drawgate.core.manifest import DECLARATIONS, LOCKS, REQUIREMENTS, SOURCES, is_manifest
from drawgate.core.target import NotAssessed
from drawgate.manifests import (
    pdm_lock,
    pipfile,
    pipfile_lock,
    poetry_lock,
    pylock,
    pyproject,
    script,
    setup_cfg,
    setup_py,
    uv_lock,
)
from drawgate.manifests.graphs import one_each, rooted
from drawgate.manifests.limits import TooMuchError, largest, too_large
from drawgate.manifests.links import filled_from, links_of
from drawgate.manifests.reading import Declared, Reading, allows, unread
from drawgate.manifests.requirements import read_requirements
from drawgate.manifests.text import shown, strict

_READERS: Final[Mapping[str, Callable[[str, str], Reading]]] = MappingProxyType(
    {
        "poetry.lock": poetry_lock.read,
        "uv.lock": uv_lock.read,
        "pdm.lock": pdm_lock.read,
        "Pipfile.lock": pipfile_lock.read,
        "pyproject.toml": pyproject.read,
        "setup.cfg": setup_cfg.read,
        "setup.py": setup_py.read,
        "Pipfile": pipfile.read,
    }
)


Answers = Mapping[tuple[str, str], set[str]]
"""Versions by folder and name; none where a name is answered without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What the manifests say, with the declarations that no lock or pin answers."""

    manifests: tuple[str, ...]
    pins: tuple[Pin, ...]
    declared: tuple[Declared, ...]
    not_assessed: tuple[NotAssessed, ...]
    graphs: tuple[Graph, ...] = ()

    @property
    def inventory(self) -> Inventory:
        """The inventory as it is without resolving anything."""
        open_ones = (declared.not_assessed() for declared in self.declared)
        gaps = chain(self.not_assessed, open_ones)
        return inventory_of(self.manifests, self.pins, gaps, self.graphs)


def gather(
    paths: Iterable[str],
    read: Callable[[str], bytes],
    around: frozenset[str] = frozenset(),
    lists: frozenset[str] = frozenset(),
) -> dict[str, bytes | None]:
    """Read the manifests among the target's `paths`, and the files they include.

    `around` are more files that may be included; `lists` are manifests whatever they are called.
    None stands for a file for which `read` raised an OSError.
    """
    known = frozenset(paths)
    wanted = {path for path in known if is_manifest(path)} | lists
    known |= around
    files: dict[str, bytes | None] = {}
    while wanted:
        fresh = {path: _content(path, read) for path in sorted(wanted)}
        files.update(fresh)
        linked = (links_of(path, content or b"") for path, content in fresh.items())
        wanted = set(frozenset[str]().union(*linked) & known) - files.keys()
    return {
        path: content for path, content in files.items() if not _is_module(path, content, known)
    }


def _is_module(path: str, content: bytes | None, known: Collection[str]) -> bool:
    """Tell a module of a package that is called setup.py from the manifest of a project."""
    folder, name = posixpath.split(path)
    inside = name == "setup.py" and posixpath.join(folder, "__init__.py") in known
    small = content is not None and len(content) <= largest(path)
    return inside and small and setup_py.is_module(content or b"")


def read_inventory(
    files: Mapping[str, bytes | None], about: frozenset[str] | None = None
) -> Inventory:
    """Give the pins of all manifests, and everything that is not pinned with the reason."""
    return survey(files, about).inventory


def survey(files: Mapping[str, bytes | None], about: frozenset[str] | None = None) -> Survey:
    """Read all manifests. A broken one is one entry of `not_assessed`, never nothing.

    Only what stands in the files `about` is told; the others say how these are read. None: all.
    """
    told = frozenset(files) if about is None else about
    unreadable = [path for path in files if path in told and files[path] is None]
    found = _survey({p: content for p, content in files.items() if content is not None}, told)
    missed = (unread(path, "it can't be read") for path in unreadable)
    return replace(found, not_assessed=(*found.not_assessed, *missed))


def _survey(files: Mapping[str, bytes], about: frozenset[str]) -> Survey:
    large = frozenset(path for path, content in files.items() if len(content) > largest(path))
    # An empty file stands for a large one, so that what includes it finds it.
    files = {**files, **dict.fromkeys(large, b"")}
    listed = tuple(sorted(_listed(files)))
    named = tuple(
        sorted(path for path in about.intersection(files) if _is_named(path, files[path]))
    )
    readings = {path: _read(path, files[path]) for path in named if path not in large}
    from_lists = read_requirements(listed, files, about)
    everything = (from_lists, *readings.values())
    answers = _answers(readings, from_lists.pins)
    members = frozenset[str]().union(*(reading.members for reading in readings.values()))
    return Survey(
        manifests=tuple(sorted({*named, *about.intersection(listed)})),
        pins=_merged(_uncovered([pin for r in everything for pin in r.pins])),
        declared=tuple(
            each for r in everything for each in r.declared if not _covered(each, answers)
        ),
        not_assessed=(
            *(_counted(item, members) for r in everything for item in r.not_assessed),
            *(unread(path, too_large(path)) for path in large & about),
        ),
        graphs=rooted([graph for reading in everything for graph in reading.graphs]),
    )


def inventory_of(
    manifests: Iterable[str],
    pins: Iterable[Pin],
    not_pinned: Iterable[NotAssessed],
    graphs: Iterable[Graph] = (),
) -> Inventory:
    """Sort and de-duplicate into an inventory."""
    return Inventory(
        manifests=tuple(sorted(set(manifests))),
        pins=_merged(pins),
        not_pinned=tuple(
            sorted(set(not_pinned), key=lambda n: (n.path, n.line or 0, n.subject, n.reason))
        ),
        graphs=one_each(graphs),
    )


_VERSIONS: Final = 50
"""Versions of one package beside a declaration; a target may pin more, to make comparing dear."""
_NAMED: Final = LOCKS + DECLARATIONS


def _content(path: str, read: Callable[[str], bytes]) -> bytes | None:
    try:
        return read(path)
    except OSError:
        return None


def _listed(files: Mapping[str, bytes]) -> Iterator[str]:
    """Give the lists in pip's own format that nobody has to include."""
    filled = frozenset[str]().union(*(filled_from(path, files[path]) for path in files))
    for path in files:
        by_name = is_manifest(path, REQUIREMENTS + SOURCES)
        if by_name or (path in filled and not is_manifest(path, _NAMED)):
            yield path


def _is_named(path: str, content: bytes) -> bool:
    """Tell whether it is read by itself: by its name, or as a script that says what it needs."""
    return is_manifest(path, _NAMED) or script.holds(path, content)


def _read(path: str, content: bytes) -> Reading:
    usual = pylock.read if is_manifest(path) else script.read
    reader = _READERS.get(posixpath.basename(path), usual)
    try:
        return reader(path, strict(content))
    except TooMuchError as error:
        return Reading(not_assessed=(unread(path, str(error)),))
    except (ValueError, RecursionError, MemoryError) as error:
        reason = f"it is malformed: {shown(str(error)) or type(error).__name__}"
        return Reading(not_assessed=(unread(path, reason),))


def _uncovered(pins: list[Pin]) -> Iterator[Pin]:
    """Leave out a declaration's pin where a lock or list beside it has the very same version.

    Where that has another one, nobody knows which is installed, so both are audited.
    """
    firm = {
        (posixpath.dirname(pin.manifest), pin.name, pin.version)
        for pin in pins
        if not is_manifest(pin.manifest, DECLARATIONS)
    }
    for pin in pins:
        here = (posixpath.dirname(pin.manifest), pin.name, pin.version)
        if not (is_manifest(pin.manifest, DECLARATIONS) and here in firm):
            yield pin


def _covered(declared: Declared, answers: Answers) -> bool:
    """Tell whether a declaration is answered by a lock, or by a pin in requirements beside it.

    Only declarations can be covered: a requirements file is installed by itself. A version that
    the declaration does not allow is none that it could have led to.
    """
    key = (posixpath.dirname(declared.manifest), declared.name)
    if not is_manifest(declared.manifest, DECLARATIONS) or key not in answers:
        return False
    versions = answers[key]
    if len(versions) > _VERSIONS:
        return False
    return not versions or any(allows(declared.requirement, version) for version in versions)


def _counted(item: NotAssessed, members: frozenset[str]) -> NotAssessed:
    """Let a lock answer for a declaration whose lists can't be read; a file that can't be is told.

    Only one that names the project itself as a member was made by filling these lists in. Any
    other lock may stand beside by chance, and hold one package where the lists hold hundreds.
    """
    partly = item.subject != item.path and is_manifest(item.path, DECLARATIONS)
    answered = partly and (posixpath.dirname(item.path) or ".") in members
    return replace(item, uncounted=item.uncounted and not answered)


def _answers(readings: Mapping[str, Reading], listed: Iterable[Pin]) -> Answers:
    """Give what locks and lists answer for: folder and name, with the versions they pin.

    A lock also names what it takes from elsewhere, which has no version.
    """
    answers: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for path, reading in readings.items():
        for folder in reading.members | {posixpath.dirname(path)}:
            for name in reading.names:
                answers[(folder, name)].update()
            for pin in reading.pins:
                if pin.name in reading.names:
                    answers[(folder, pin.name)].add(pin.version)
    for pin in listed:
        for folder in _folders(pin.manifest):
            answers[(folder, pin.name)].add(pin.version)
    return answers


def _folders(manifest: str) -> Iterator[str]:
    """Give the folders that a list answers for: its own, and of `requirements/` the one above."""
    folder = posixpath.dirname(manifest)
    above, last = posixpath.split(folder)
    yield folder
    if last == "requirements":
        yield above


def _merged(pins: Iterable[Pin]) -> tuple[Pin, ...]:
    """Sort; of equal pins in one manifest the first line stays."""
    first: dict[tuple[str, str, str, str], Pin] = {}
    for pin in sorted(pins, key=lambda pin: pin.line or 0):
        first.setdefault((pin.manifest, pin.ecosystem, pin.name, pin.version), pin)
    return tuple(first[key] for key in sorted(first))
