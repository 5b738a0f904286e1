"""Finds and loads a pack: one of ours by name, any other by path."""

import hashlib
from pathlib import Path

from drawgate import resources, strict
from drawgate.config import is_path
from drawgate.core.errors import PolicyError
from drawgate.policy.language import PACK
from drawgate.policy.model import Pack, Require


def load_pack(name_or_path: str, where: str = "") -> Pack:
    """Load a pack. What is neither one of our names nor a path of a YAML file is an error.

    Our names come first, so that no file of the target can take the place of one. `where` says
    who named it: a flag, a variable or a file.
    """
    if name_or_path in builtin_packs():
        return _load(_folder() / f"{name_or_path}.yaml", "built in")
    if is_path(name_or_path):
        path = Path(name_or_path)
        return _load(path, path.name if path.is_absolute() else name_or_path)
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


def _load(path: Path, source: str) -> Pack:
    data = strict.read_bytes(path, PolicyError)
    content = PACK(strict.parse_yaml(data, str(path), PolicyError))
    return Pack(
        id=content.id,
        version=content.version,
        title=content.title,
        rules=content.rules,
        require=content.require,
        source=source,
        digest=hashlib.sha256(data).hexdigest(),
        waivers=content.waivers,
        vex=content.vex,
    )


__all__ = ["Pack", "Require", "builtin_packs", "load_pack"]
