"""From a configuration to a request: what the pipeline is asked for."""

import os
from pathlib import Path

from drawgate import registry
from drawgate.cli.place import Place
from drawgate.config import Config
from drawgate.core.errors import UsageError
from drawgate.core.scan import Offline
from drawgate.core.selection import Selection
from drawgate.pipeline import Request
from drawgate.target import Narrowing


def make_request(
    place: Place, config: Config, as_of: str, offline: Offline, output: Path | None = None
) -> Request:
    """Turn a configuration into what the pipeline is asked for.

    `output` is our own directory, which is no part of the target.
    """
    origins = config.origins
    for key in ("only", "skip", "adapters"):
        registry.check(getattr(config, key), config.place(key))
    if config.advisories and not Path(config.advisories).exists():
        hint = "name a mirror, an all.zip of OSV or a folder of its records"
        raise UsageError("there is no such advisory data", where=config.advisories, hint=hint)
    return Request(
        path=place.target,
        as_of=as_of,
        selection=Selection(
            only=frozenset(config.only),
            skip=frozenset(config.skip),
            kinds=frozenset(config.kind),
            named=frozenset(config.adapters),
        ),
        narrowing=Narrowing(
            include=tuple((origins["include"], pattern) for pattern in config.include),
            exclude=tuple((origins["exclude"], pattern) for pattern in config.exclude),
            files=place.files,
            output=Path(os.path.realpath(output)) if output else None,
        ),
        wanted=place.wanted,
        index=_index() if place.wanted else None,
        adapters=(*config.adapters, *config.only),
        advisories=Path(config.advisories) if config.advisories else None,
        notes=config.ignored,
        offline=offline,
        cores=config.jobs,
        timeout=config.timeout,
        identity_key=os.environ.get("DRAWGATE_IDENTITY_KEY", "").encode(),
    )


def _index() -> Path | None:
    """Give the index of the commit that is being made: git tells its hooks, for `commit -a`."""
    named = os.environ.get("GIT_INDEX_FILE")
    return Path(named).absolute() if named else None
