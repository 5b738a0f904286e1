"""From the command line to a request: which target, which files, which settings."""

import os
from dataclasses import dataclass
from pathlib import Path

from drawgate import registry
from drawgate.config import Config
from drawgate.core.errors import UsageError
from drawgate.core.scan import Offline
from drawgate.pipeline import Request
from drawgate.plan import Selection
from drawgate.target import Narrowing


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """The target, and the files in it that `--files` names."""

    target: Path
    files: tuple[str, ...] | None


def place_of(paths: tuple[Path, ...], files: tuple[str, ...]) -> Place:
    """Tell the target from the files that may follow `--files`."""
    folders = [path for path in paths if not files or path.is_dir()]
    if len(folders) > 1:
        hint = "scan them one by one, and merge the logs with `drawgate merge`"
        raise UsageError("more than one TARGET", where=str(folders[1]), hint=hint)
    target = folders[0] if folders else Path()
    if not files:
        return Place(target=target, files=None)
    named = [*map(Path, files), *(path for path in paths if path not in folders)]
    return Place(target=target, files=tuple(_below(path, target) for path in named))


def _below(path: Path, target: Path) -> str:
    """Give a path relative to the target; links in it are not resolved, the target's are."""
    root = Path(os.path.realpath(target))
    whole = Path(os.path.realpath(path.parent)) / path.name
    if not os.path.lexists(whole) and os.path.lexists(root / path):
        whole = Path(os.path.realpath((root / path).parent)) / path.name
    if not whole.is_relative_to(root):
        raise UsageError("is not below the target", where=str(path), hint=f"the target is {root}")
    return whole.relative_to(root).as_posix()


def make_request(
    place: Place, config: Config, as_of: str, offline: Offline, output: Path | None = None
) -> Request:
    """Turn a configuration into what the pipeline is asked for.

    `output` is our own directory, which is no part of the target.
    """
    origins = config.origins
    for key in ("only", "skip", "adapters"):
        registry.check(getattr(config, key), origins.get(key, ""))
    if config.advisories and not Path(config.advisories).exists():
        hint = "name a mirror, an all.zip of OSV or a folder of its records"
        raise UsageError("there is no such advisory data", where=config.advisories, hint=hint)
    return Request(
        path=place.target,
        as_of=as_of,
        selection=Selection(
            only=frozenset(config.only), skip=frozenset(config.skip), kinds=frozenset(config.kind)
        ),
        narrowing=Narrowing(
            include=tuple((origins["include"], pattern) for pattern in config.include),
            exclude=tuple((origins["exclude"], pattern) for pattern in config.exclude),
            files=place.files,
            output=Path(os.path.realpath(output)) if output else None,
        ),
        adapters=(*config.adapters, *config.only),
        advisories=Path(config.advisories) if config.advisories else None,
        notes=config.ignored,
        offline=offline,
        cores=config.jobs,
        timeout=config.timeout,
        identity_key=os.environ.get("DRAWGATE_IDENTITY_KEY", "").encode(),
    )
