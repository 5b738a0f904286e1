"""Check a log against the official schema, and against what the schema can't say."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from drawgate.core.errors import LogError
from drawgate.resources import data
from drawgate.sarif.checks import Problem, check_log
from drawgate.sarif.decode import as_utf8, decode
from drawgate.sarif.foreign import as_object
from drawgate.sarif.github_check import check_upload
from drawgate.sarif.objects import encode
from drawgate.sarif.source import read_source
from drawgate.sarif.twice import check_names

if TYPE_CHECKING:
    from jsonschema import ValidationError
    from jsonschema.protocols import Validator

_TOLD: Final = {
    "type": "the value is not of type {}",
    "enum": "the value is not one of {}",
    "minimum": "the value is less than the minimum, {}",
    "maximum": "the value is more than the maximum, {}",
    "pattern": "the value does not match {}",
    "format": "the value is no {}",
    "minItems": "the array has fewer elements than {}",
    "uniqueItems": "the array has equal elements, which it must not",
    "additionalProperties": "the object has properties that the schema does not know",
}
"""By keyword of the schema; the braces stand for what it wants."""


def validate(log: bytes | Path, *, github: bool = False) -> list[Problem]:
    """Give all problems of a log; an empty list means it is valid.

    With `github`, also those that GitHub code scanning has with it.

    The checks of `sarif/checks.py` rely on the shapes that the schema checks, so they are only
    made on a log that satisfies it.
    """
    try:
        document = _document(log)
    except LogError as error:
        _, root, place = error.where.rpartition("$")
        what = f"{error.what} ({error.hint})" if error.hint else error.what
        return [Problem(path="$" + place if root else "$", message=what)]
    problems = [
        Problem(path=error.json_path, message=_told(error))
        for error in _schema_validator().iter_errors(document)
    ]
    if problems:
        return problems
    return [*check_log(document), *(check_upload(document) if github else ())]


def _document(log: bytes | Path) -> Any:  # noqa: ANN401 - any JSON document
    content = as_object(log if isinstance(log, bytes) else read_source(log), "")
    document = decode(content, "", Any)
    check_names(as_utf8(content, ""), "")
    return document


def _told(error: "ValidationError") -> str:
    """Say which keyword of the schema is broken, never by which value: it may be a secret."""
    if error.validator == "required":
        return error.message  # names a property of the schema, and no value
    wanted = encode(error.validator_value).decode()
    return _TOLD.get(str(error.validator), "the value breaks the schema").format(wanted)


@cache
def _schema_validator() -> "Validator":
    from jsonschema import Draft4Validator, ValidationError  # noqa: PLC0415 - slow to import
    from jsonschema.validators import extend  # noqa: PLC0415 - as above

    def unique(
        validator: object,
        wanted: bool,  # noqa: FBT001 - jsonschema's call
        items: object,
        schema: object,
    ) -> Iterator[ValidationError]:
        """Compare by encoding: jsonschema compares every object with every other one."""
        if wanted and isinstance(items, list) and len({encode(i) for i in items}) < len(items):
            yield ValidationError("")

    path = data("policies") / "schema" / "sarif-2.1.0.json"
    schema = msgspec.json.decode(path.read_bytes())
    validator: Validator = extend(Draft4Validator, {"uniqueItems": unique})(schema)  # type: ignore[no-untyped-call]
    return validator
