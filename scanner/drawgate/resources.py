"""Where the data folders policies/ and reports/ are in this installation."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from drawgate.core.errors import PolicyError

_PACKAGE: Final = Path(__file__).resolve().parent
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def data(folder: str) -> Path:
    """Give the path of `policies` or `reports`: packed into the wheel, or in the source tree."""
    packed = _PACKAGE / "_data" / folder
    return packed if packed.is_dir() else _PACKAGE.parents[1] / folder


@cache
def table(name: str) -> Any:  # noqa: ANN401 - a table's shape is for its reader to check
    """Read `policies/tables/NAME.yaml`, once."""
    path = data("policies") / "tables" / f"{name}.yaml"
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506 - CSafeLoader
    except (OSError, yaml.YAMLError) as error:
        raise PolicyError(f"the table can't be read: {error}", where=str(path)) from error
