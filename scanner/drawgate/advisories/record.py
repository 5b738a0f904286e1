"""One OSV record: checked against the schema's shape, and written in one canonical way."""

import json
from typing import Annotated, Any, Final

import msgspec

from drawgate.core.errors import AdvisoryError

Record = dict[str, Any]
"""A record as OSV publishes it (OSV schema 1.x), checked by `check`."""

_Text = Annotated[str, msgspec.Meta(min_length=1)]


class Package(msgspec.Struct):
    """Whom an `affected` entry is about."""

    name: _Text
    ecosystem: _Text


class Range(msgspec.Struct):
    """Events on one line of versions; each event is one key and one version."""

    type: _Text
    events: list[dict[str, str]]


class Affected(msgspec.Struct):
    """One package and which of its versions are vulnerable.

    `package` is missing in records that are about a git repository only.
    """

    package: Package | None = None
    versions: list[str] | None = None
    ranges: list[Range] | None = None


class Score(msgspec.Struct):
    """A severity as OSV writes it: the kind of vector, and the vector."""

    type: str
    score: str


class Reference(msgspec.Struct):
    """A link and what it leads to."""

    type: str
    url: str


class Shape(msgspec.Struct):
    """The keys that we read. Others are kept as they are."""

    id: _Text
    modified: _Text
    schema_version: str = "1.0.0"
    aliases: list[str] | None = None
    upstream: list[str] | None = None
    affected: list[Affected] | None = None
    severity: list[Score] | None = None
    references: list[Reference] | None = None
    summary: str | None = None
    details: str | None = None
    withdrawn: str | None = None
    database_specific: dict[str, Any] | None = None


_MAJOR: Final = "1."


def check(raw: object, *, where: str) -> Shape:
    """Give the typed view of a record, or an AdvisoryError that names the entry."""
    try:
        shape = msgspec.convert(raw, Shape)
    except msgspec.ValidationError as error:
        raise AdvisoryError(f"this is no OSV record: {error}", where=where) from error
    if not f"{shape.schema_version}.".startswith(_MAJOR):
        # pip-audit skips records of another major version with a mere warning: a false clean.
        raise AdvisoryError(f"OSV schema {shape.schema_version} is not known", where=where)
    return shape


def canonical(raw: Record) -> str:
    """Write a record in the one way that the digest counts: sorted keys, no spaces."""
    return json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
