"""Which packages a target names, and in which of its files."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from drawgate.core.adapter import Adapter
from drawgate.core.dependency import Graph, Inventory
from drawgate.core.finding import PACKAGES
from drawgate.core.manifest import SCRIPT, is_manifest
from drawgate.core.target import File, Target
from drawgate.run.progress import Progress
from drawgate.target import Change, read

if TYPE_CHECKING:
    from drawgate.run.cache import Cache


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Requirements without a version, for which pip can choose one: that takes a while."""

    number: int
    ask: "Callable[[Progress, Cache | None], Packages]"
    """Asks pip, and gives all packages, those that it chose as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packages:
    """What the manifests say."""

    target: Target
    """The target with `lists`."""
    inventories: tuple[Inventory, ...] = ()
    """In layers, no package in two versions in one."""
    notes: tuple[str, ...] = ()
    open: Open | None = None
    """None where nothing is open, or where pip may not be asked."""

    @property
    def graphs(self) -> tuple[Graph, ...]:
        """Who needs whom, as far as the manifests tell."""
        return tuple(graph for inventory in self.inventories for graph in inventory.graphs)


def find_packages(
    target: Target, adapters: Iterable[Adapter], change: Change | None, *, ask: bool
) -> Packages:
    """Read the manifests if anybody is going to ask about packages; `ask`: pip may be, too.

    What the target holds and a manifest beside it includes is a manifest as well: whoever edits
    `deps/more.txt` changes what `requirements.txt` installs.
    """
    selected = any(adapter.kind in PACKAGES for adapter in adapters)
    if not selected and not target.around:
        return Packages(target=target)
    # Their parsers take a third of the start-up, which a scan of one file should not pay for.
    from drawgate import manifests  # noqa: PLC0415 - see above

    paths = tuple(file.path for file in target.files)
    one = change.read if change else partial(read, target.root)
    load = change.load if change else partial(_load, target.root)
    beside = manifests.look_around({*paths, *target.unread}, target.around, load)
    scripts = {
        file.path
        for file in target.files
        if SCRIPT in file.markers and not is_manifest(file.path) and _is_script(file)
    }
    own = manifests.gather(paths, one, target.around, beside.lists | scripts)
    files, about = {**beside.files, **own}, frozenset(own)
    named = (path for path in paths if is_manifest(path))
    found = replace(target, lists=about.difference(target.around, named))
    if not selected:  # the plan says what they would have looked at
        return Packages(target=found)
    written = manifests.read_inventory(files, about)
    number = _askable(files, about) if ask else 0
    known = Packages(target=found, inventories=manifests.layers(written))
    if not number:
        return known
    asking = partial(_ask, known, written, files, about)
    return replace(known, open=Open(number=number, ask=asking))


def _is_script(file: File) -> bool:
    return file.path.endswith((".py", ".pyw")) or bool(file.interpreter)


def _askable(files: Mapping[str, bytes | None], about: frozenset[str]) -> int:
    """Count the requirements that pip can be asked about."""
    from drawgate import manifests  # noqa: PLC0415 - as above
    from drawgate.manifests.resolution import questions  # noqa: PLC0415 - as above

    return sum(len(each.open) for each in questions(manifests.survey(files, about)))


def _ask(  # noqa: PLR0913, PLR0917 - what `find_packages` has found out
    known: Packages,
    written: Inventory,
    files: Mapping[str, bytes | None],
    about: frozenset[str],
    progress: Progress,
    cache: "Cache | None",
) -> Packages:
    """Let pip choose. `cache` keeps its answers for a day."""
    from drawgate import manifests  # noqa: PLC0415 - as above
    from drawgate.run.resolve import resolve  # noqa: PLC0415 - as above

    target = known.target
    paths = tuple(file.path for file in target.files)
    resolved = resolve(files, target.home, paths=paths, about=about, progress=progress, cache=cache)
    chosen = len(resolved.pins) - len(written.pins)
    note = (
        f"pip chose versions of {chosen} packages that are not pinned; it may choose others later"
    )
    notes = (note,) if chosen else ()
    return Packages(target=target, inventories=manifests.layers(resolved), notes=notes)


def _load(root: Path, paths: Iterable[str]) -> Mapping[str, bytes]:
    found = {}
    for path in paths:
        try:
            found[path] = read(root, path)
        except OSError:
            continue  # what stands beside the target is none of its files
    return found
