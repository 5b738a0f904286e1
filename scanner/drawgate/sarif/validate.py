"""Check a log against the official schema, and against what the schema can't say."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from drawgate.core.errors import LogError
from drawgate.resources import data
from drawgate.sarif.checks import Problem, check_log
from drawgate.sarif.decode import decode, strip_bom
from drawgate.sarif.objects import encode

if TYPE_CHECKING:
    from jsonschema.protocols import Validator


def validate(log: bytes | Path) -> list[Problem]:
    """Give all problems of a log; an empty list means it is valid.

    The checks of `sarif/checks.py` rely on the shapes that the schema checks, so they are only
    made on a log that satisfies it.
    """
    try:
        document = _document(log)
    except LogError as error:
        return [Problem(path="$", message=error.what)]
    problems = [
        Problem(path=error.json_path, message=_short(error.message))
        for error in _schema_validator().iter_errors(document)
    ]
    if problems:
        return problems
    return list(check_log(document))


def _document(log: bytes | Path) -> Any:  # noqa: ANN401 - any JSON document
    try:
        content = log if isinstance(log, bytes) else log.read_bytes()
    except OSError as error:
        raise LogError(f"the log can't be read: {error.strerror}", where=str(log)) from error
    return decode(strip_bom(content, ""), "", Any)


def _short(message: str, limit: int = 300) -> str:
    """Cut the value that jsonschema quotes in full: it may be a whole run."""
    return message if len(message) <= limit else f"{message[:100]} … {message[100 - limit :]}"


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
            yield ValidationError("the array has equal elements, which it must not")

    path = data("policies") / "schema" / "sarif-2.1.0.json"
    schema = msgspec.json.decode(path.read_bytes())
    validator: Validator = extend(Draft4Validator, {"uniqueItems": unique})(schema)  # type: ignore[no-untyped-call]
    return validator
