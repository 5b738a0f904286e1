"""Where the data folders policies/ and reports/ are in this installation."""

import hashlib
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml

from drawgate.core.errors import PolicyError

_T = TypeVar("_T")

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


def read_table(name: str, build: Callable[[Any], _T]) -> _T:
    """Give a table in its reader's own form; PolicyError where it has another layout than that."""
    try:
        return build(table(name))
    except (LookupError, TypeError, ValueError, AttributeError, re.error) as error:
        what = f"the table has another layout: {type(error).__name__}: {error}"
        raise PolicyError(what, where=f"policies/tables/{name}.yaml") from error


@cache
def rules(folder: str) -> bytes:
    """Merge the rules below `policies/FOLDER` into one JSON file, `{"rules": […]}`.

    Tools that take several files prefix ids by the path, and read YAML slowly or without its
    pointers. Two rules of one id would shadow each other, so that is an error, as is no rule.
    """
    found: dict[str, Any] = {}
    for path in sorted((data("policies") / folder).rglob("*.yaml")):
        for rule in _rules(path):
            if rule["id"] in found:
                raise PolicyError(f"two rules are called {rule['id']}", where=str(path))
            found[rule["id"]] = rule
    if not found:
        raise PolicyError("no rule is there", where=str(data("policies") / folder))
    merged = {"rules": [found[name] for name in sorted(found)]}
    return json.dumps(merged, separators=(",", ":"), sort_keys=True).encode()


@cache
def ruleset(folder: str) -> str:
    """Name the state of these rules: how many there are, and a digest that changes with any."""
    merged = rules(folder)
    number = len(json.loads(merged)["rules"])
    return f"{number} rules of policies/{folder}, sha256:{hashlib.sha256(merged).hexdigest()[:16]}"


def _rules(path: Path) -> list[Any]:
    try:
        found = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)["rules"]  # noqa: S506 - CSafeLoader
        return [rule for rule in found if rule["id"]]
    except (OSError, yaml.YAMLError, LookupError, TypeError) as error:
        raise PolicyError(f"the rules can't be read: {error}", where=str(path)) from error
