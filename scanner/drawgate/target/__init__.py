"""A directory, git checkout or file becomes a Target; nothing else reads the target's tree."""

from collections.abc import Iterable
from pathlib import Path

from drawgate.core.target import Target
from drawgate.target.census import Census
from drawgate.target.change import Change
from drawgate.target.ground import Listing, find_ground, of_change
from drawgate.target.listing import NEVER
from drawgate.target.narrowing import Narrowing, left_aside, narrow
from drawgate.target.reading import MAX_SIZE, is_inside, read
from drawgate.target.results import MARKER

__all__ = [
    "MARKER",
    "MAX_SIZE",
    "NEVER",
    "Change",
    "Listing",
    "Narrowing",
    "is_inside",
    "open_target",
    "read",
]


def open_target(
    path: Path,
    git: Listing,
    narrowing: Narrowing | None = None,
    markers: Iterable[str] = (),
    change: Change | None = None,
) -> Target:
    """List a target, or what a change touches of it. `markers` are lower-case texts to look for.

    Raises TargetError when the path is missing, is neither directory nor file, or can't be
    listed.
    """
    narrowed = narrowing or Narrowing()
    ground = find_ground(path, git, narrowed.output)
    if change:
        ground = of_change(ground, change)
    names, exclusions = narrow(ground.names, narrowed, ground.prefix)
    root = change.root if change else ground.root
    census = Census(root=root, markers=tuple(sorted(m.encode() for m in markers)))
    census.links += change.links if change else ()
    files = tuple(file for name in names if (file := census.examine(name)))
    beside = ground.names.union(ground.around).difference(names)
    links = tuple(census.leading(beside))
    missed = (*ground.not_assessed, *census.not_assessed)
    return Target(
        root=root,
        repository=ground.root if change else None,
        name=ground.name,
        folder=ground.folder,
        form=ground.form,
        commit=ground.commit,
        files=files,
        around=ground.around | left_aside(ground.names, names, narrowed),
        unread=census.unread,
        links=links,
        exclusions=(*exclusions, *ground.exclusions),
        not_assessed=tuple(sorted(missed, key=lambda item: item.subject)),
        notes=(*ground.notes, *census.notes()),
    )
