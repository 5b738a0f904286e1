"""Logs as objects of the `sarif_om` library, and back, for people who build logs with it.

Two faults of that library (version 1.0.4) are mended here:
`Suppression` has the draft's `state` where the standard says `status`; and its own writer drops
every value that equals a default, so that an explicit `level: "warning"` is lost and a reader
takes the rule's level instead (§3.27.10). Its writer also copies each subtree at every depth.

So this module goes through the library's attributes itself. A default is left out unless
dropping it would change what the log says (`level`). What the library has no attribute for, such
as properties of a later SARIF, can't become an object: that is an error, not a loss.
"""

from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import msgspec

from drawgate.core.errors import LogError, UsageError
from drawgate.sarif.decode import check_version, decode
from drawgate.sarif.foreign import as_object
from drawgate.sarif.indices import properties
from drawgate.sarif.model import SCHEMA, VERSION

if TYPE_CHECKING:
    from sarif_om import SarifLog

Json = dict[str, Any]

_ROOT: Final = "sarifLog"
_ROOT_STEPS: Final = (
    ("runs", "many", "run"),
    ("inlineExternalProperties", "many", "externalProperties"),
)
_LEVEL: Final = "level"
"""Written even if it is the library's default; None where a log does not say it."""
_NAME: Final = "the log"
_known_fields: Final[dict[Any, tuple["_Field", ...]]] = {}
"""By class; looking a class's attributes up is slow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Field:
    """An attribute of one of the library's classes, and its name in a log."""

    attribute: str
    name: str
    required: bool
    default: object


def to_sarif_om(log: bytes) -> "SarifLog":
    """Give a log as objects; property bags stay dictionaries.

    UsageError: the library is not installed. LogError: no SARIF 2.1.0 log, or one with a
    property that the library has no place for.
    """
    library = _library()
    document = decode(as_object(log, _NAME), _NAME, Json)
    check_version(str(document.get("version")), _NAME)
    return _as_object(library, _ROOT, document, "$")


def from_sarif_om(built: object) -> bytes:
    """Write a SarifLog, or a log of one Run, or of one Result (its tool is then "unknown").

    UsageError: it is none of these, or the library is not installed.
    """
    library = _library()
    if isinstance(built, library.Result):
        tool = library.Tool(driver=library.ToolComponent(name="unknown"))
        built = library.Run(tool=tool, results=[built])
    if isinstance(built, library.Run):
        built = library.SarifLog(version=VERSION, runs=[built], schema_uri=SCHEMA)
    if not isinstance(built, library.SarifLog):
        what = f"{type(built).__name__} is no SarifLog, Run or Result of sarif_om"
        raise UsageError(what, where="from_sarif_om")
    return msgspec.json.encode(_as_json(built)) + b"\n"


def _library() -> ModuleType:
    try:
        import sarif_om  # noqa: PLC0415 - an extra, and the only place that needs it
    except ImportError as error:
        hint = "pip install 'drawgate[sarif-om]'"
        raise UsageError("the sarif_om library is not installed", hint=hint) from error
    module: ModuleType = sarif_om
    return module


def _as_object(library: ModuleType, kind: str, value: object, path: str) -> Any:  # noqa: ANN401 - one of 50 classes
    if not isinstance(value, dict):
        raise LogError(f"an object was expected ({kind})", where=f"{_NAME}: {path}")
    kinds = {name: (shape, child) for name, shape, child in _steps(kind)}
    fields = _fields(getattr(library, kind[0].upper() + kind[1:]))
    unknown = sorted(value.keys() - {field.name for field in fields})
    missing = [field.name for field in fields if field.required and field.name not in value]
    if unknown or missing:
        what = f"sarif_om has no {unknown[0]!r} here" if unknown else f"{missing[0]!r} is missing"
        raise LogError(what, where=f"{_NAME}: {path}")
    given: Json = {}
    for field in fields:
        if field.name in value:
            shape, child = kinds.get(field.name, ("", ""))
            held = value[field.name]
            given[field.attribute] = _children(library, shape, child, held, f"{path}.{field.name}")
        elif field.name == _LEVEL:
            given[field.attribute] = None
    return getattr(library, kind[0].upper() + kind[1:])(**given)


def _children(library: ModuleType, shape: str, kind: str, held: Any, path: str) -> Any:  # noqa: ANN401 - any JSON
    if not shape or held is None:
        return held
    if shape == "many" and isinstance(held, list):
        return [_as_object(library, kind, v, f"{path}[{n}]") for n, v in enumerate(held)]
    if shape == "named" and isinstance(held, dict):
        return {key: _as_object(library, kind, v, f"{path}['{key}']") for key, v in held.items()}
    return _as_object(library, kind, held, path)


def _steps(kind: str) -> tuple[tuple[str, str, str], ...]:
    return _ROOT_STEPS if kind == _ROOT else properties(kind)


def _as_json(built: Any) -> Any:  # noqa: ANN401 - any object, any JSON
    """Give what an object says, without defaults, all the way down."""
    if built is None or isinstance(built, str | int | float):
        return built
    if isinstance(built, list | tuple):
        return [_as_json(one) for one in built]
    if isinstance(built, dict):
        return {key: _as_json(value) for key, value in built.items()}
    if type(built).__name__ == "PropertyBag":  # people set any attribute on it
        return {key: _as_json(v) for key, v in vars(built).items() if v is not None}
    if not hasattr(built, "__attrs_attrs__"):
        what = f"{type(built).__name__} can't stand in a log"
        raise UsageError(what, where="from_sarif_om")
    said = ((field, getattr(built, field.attribute)) for field in _fields(type(built)))
    return {field.name: _as_json(value) for field, value in said if _is_said(field, value)}


def _is_said(field: _Field, value: object) -> bool:
    if value is None:
        return False
    return field.required or field.name == _LEVEL or value != field.default


def _fields(kind: Any) -> tuple[_Field, ...]:  # noqa: ANN401 - a class of the library, or of its users
    if kind not in _known_fields:
        import attr  # noqa: PLC0415 - comes with sarif_om

        _known_fields[kind] = tuple(
            _Field(
                attribute=one.name,
                name=_schema_name(kind.__name__, one.metadata["schema_property_name"]),
                required=one.default is attr.NOTHING,
                default=_default(one.default),
            )
            for one in attr.fields(kind)
        )
    return _known_fields[kind]


def _default(default: Any) -> object:  # noqa: ANN401 - attrs keeps either
    return default.factory() if hasattr(default, "factory") else default


def _schema_name(kind: str, name: str) -> str:
    """Mend the one name that the final standard changed (§3.35.3)."""
    return "status" if (kind, name) == ("Suppression", "state") else name
