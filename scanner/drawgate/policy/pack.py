"""Finds and loads a pack: one of ours by name, any other by path."""

from pathlib import Path

from drawgate import resources, strict
from drawgate.config import is_path
from drawgate.core.errors import PolicyError
from drawgate.policy.agreement import disagreements
from drawgate.policy.language import PACK
from drawgate.policy.layers import Joined, Source, join
from drawgate.policy.model import Pack, Require


def load_pack(name_or_path: str, where: str = "") -> Pack:
    """Load a pack. What is neither one of our names nor a path of a YAML file is an error.

    Our names come first, so that no file of the target can take the place of one. `where` says
    who named it: a flag, a variable or a file.
    """
    source = find(name_or_path, where)
    return made(join(source, ours), "built in" if source.builtin else source.label)


def find(name_or_path: str, where: str = "") -> Source:
    """Find a pack by its name or path; see `load_pack`."""
    if source := ours(name_or_path):
        return source
    if is_path(name_or_path):
        path = Path(name_or_path)
        return Source(path=path, label=path.name if path.is_absolute() else name_or_path)
    hint = strict.suggestion(name_or_path, builtin_packs())
    called = strict.called(name_or_path, builtin_packs(), where)
    raise PolicyError(
        f"no policy pack is called{called}",
        where=where,
        hint=f"{hint}; a file's path ends in .yaml",
    )


def builtin_packs() -> tuple[str, ...]:
    """Give the names of the packs that come with Drawgate, sorted."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def _folder() -> Path:
    return resources.data("policies") / "packs"


def ours(name: str) -> Source | None:
    """Find one of our packs by its name."""
    if name not in builtin_packs():
        return None
    return Source(path=_folder() / f"{name}.yaml", label=f"{name} (built in)", builtin=True)


def made(joined: Joined, source: str) -> Pack:
    """Read what was joined as a pack."""
    content = PACK(joined.node)
    for error in disagreements(joined.node, content):
        raise error
    return Pack(
        id=content.id,
        version=content.version,
        title=content.title,
        rules=content.rules,
        require=content.require,
        source=source,
        digest=joined.digest,
        sla=content.sla,
        extends=joined.layers,
        tests=content.tests,
        waivers=content.waivers,
        vex=content.vex,
    )


__all__ = ["Pack", "Require", "builtin_packs", "find", "load_pack", "made", "ours"]
