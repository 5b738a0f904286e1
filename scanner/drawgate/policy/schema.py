"""Writes the published JSON Schemas: `python -m drawgate.policy.schema policies/schema`."""

import sys
from inspect import cleandoc
from pathlib import Path
from typing import Any, Final

from drawgate import config
from drawgate.policy import language, verdict, waivers
from drawgate.triage import baseline_file, equivalence

SCHEMAS: Final = {
    "baseline.schema.json": baseline_file.schema,
    "config.schema.json": config.schema,
    "equivalence.schema.json": equivalence.schema,
    "pack.schema.json": language.schema,
    "verdict.schema.json": verdict.schema,
    "waivers.schema.json": waivers.schema,
}


def write(folder: Path) -> None:
    """Write each schema into a folder."""
    for name, make in SCHEMAS.items():
        (folder / name).write_bytes(verdict.as_json(_dedented(make())))


def _dedented(schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Take out the indentation of descriptions that come from docstrings; Python 3.13 has none."""
    match schema:
        case dict():
            return {key: _dedented(value) for key, value in schema.items()}
        case list():
            return [_dedented(value) for value in schema]
        case str():
            return cleandoc(schema)
        case _:
            return schema


if __name__ == "__main__":
    write(Path(sys.argv[1]))
