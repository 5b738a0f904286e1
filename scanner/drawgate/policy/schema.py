"""Writes the published JSON Schemas: `python -m drawgate.policy.schema policies/schema`."""

import sys
from pathlib import Path
from typing import Final

from drawgate import config
from drawgate.policy import language, verdict

SCHEMAS: Final = {
    "config.schema.json": config.schema,
    "pack.schema.json": language.schema,
    "verdict.schema.json": verdict.schema,
}


def write(folder: Path) -> None:
    """Write each schema into a folder."""
    for name, make in SCHEMAS.items():
        (folder / name).write_bytes(verdict.as_json(make()))


if __name__ == "__main__":
    write(Path(sys.argv[1]))
