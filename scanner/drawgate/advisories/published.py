"""Tells by their content what files hold: CISA's KEV catalogue, FIRST's EPSS scores, or JSON."""

import csv
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, NoReturn, TypeVar

import msgspec

from drawgate.core.errors import AdvisoryError
from drawgate.core.moment import moment

_BOM: Final = b"\xef\xbb\xbf"
_CVE: Final = r"\ACVE-[0-9]{4}-[0-9]{4,19}\Z"  # `$` would let a newline through
_FIRST_YEAR: Final = 1999
"""CVE began then; earlier dates are a zero time of some program."""
_HEAD: Final = re.compile(r"#model_version:[^,]{1,40},score_date:([0-9T:+Z-]{10,30})")
_COLUMNS: Final = ["cve", "epss", "percentile"]
_SCORES: Final = (b"#model_version", b"cve,epss")

KevRow = tuple[str, str, str, bool | None]
EpssRow = tuple[str, float, float]
_Row = TypeVar("_Row", KevRow, EpssRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kev:
    """The catalogue: when it was released, and its rows by CVE."""

    date: str
    rows: tuple[KevRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Epss:
    """One day's scores, by CVE."""

    date: str
    rows: tuple[EpssRow, ...]


class _Entry(msgspec.Struct, rename="camel"):
    cve: Annotated[str, msgspec.Meta(pattern=_CVE)] = msgspec.field(name="cveID")
    date_added: date
    due_date: date
    known_ransomware_campaign_use: str = ""


class _Catalogue(msgspec.Struct, rename="camel"):
    date_released: str
    count: Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
    vulnerabilities: list[_Entry]


def is_scores(head: bytes) -> bool:
    """Tell whether a file begins as FIRST's scores do, whatever its name is."""
    return head.removeprefix(_BOM).lstrip(b'" ').lower().startswith(_SCORES)


def read_document(content: bytes, where: str) -> Kev | Epss | Any:  # noqa: ANN401 - any JSON
    """Read scores, a catalogue, or any other JSON; AdvisoryError names what is broken."""
    if is_scores(content[:64]):
        return _epss(content, where)
    document = read_json(content.removeprefix(_BOM), where)
    if isinstance(document, dict) and "id" not in document and "vulnerabilities" in document:
        return _kev(document, where)
    return document


def read_json(content: bytes, where: str) -> Any:  # noqa: ANN401 - the caller looks at the shape
    """Decode JSON, or raise an AdvisoryError that names the entry."""
    try:
        with suppress(msgspec.MsgspecError):
            return msgspec.json.decode(content)  # three times as quick, and as strict
        return json.loads(content, parse_constant=_refuse)  # says what is wrong
    except (ValueError, RecursionError) as error:
        raise AdvisoryError(f"this can't be read: {one_line(error)}", where=where) from error


def is_date(text: str) -> bool:
    """Tell whether a text is a date that advisories can have."""
    read = moment(text)
    return read is not None and read.year >= _FIRST_YEAR


def one_line(error: BaseException) -> str:
    """Shorten what a library says to one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _kev(document: dict[str, Any], where: str) -> Kev:
    try:
        catalogue = msgspec.convert(document, _Catalogue)
    except msgspec.ValidationError as error:
        raise AdvisoryError(f"this is no KEV catalogue: {error}", where=where) from error
    rows: dict[str, KevRow] = {}
    for entry in catalogue.vulnerabilities:
        _add(rows, _kev_row(entry), where)
    if catalogue.count != len(catalogue.vulnerabilities) or not rows:
        told = f"the KEV catalogue has {len(catalogue.vulnerabilities)} entries"
        raise AdvisoryError(f"{told} and says that it has {catalogue.count}", where=where)
    dated = _moment(catalogue.date_released, where)
    return Kev(date=dated, rows=tuple(rows[cve] for cve in sorted(rows)))


def _kev_row(entry: _Entry) -> KevRow:
    # "Unknown" is the catalogue's word where nobody has seen it: not a no.
    used = entry.known_ransomware_campaign_use.strip().lower() == "known" or None
    return entry.cve, entry.date_added.isoformat(), entry.due_date.isoformat(), used


def _epss(content: bytes, where: str) -> Epss:
    try:
        text = content.removeprefix(_BOM).decode()
    except UnicodeDecodeError as error:
        raise AdvisoryError("the EPSS scores are not UTF-8", where=where) from error
    if not text.endswith("\n"):
        raise AdvisoryError("the EPSS scores were cut off: their last line has no end", where=where)
    lines = csv.reader(text.splitlines(), strict=True)
    try:
        head = ",".join(next(lines))
        rows = _epss_rows(lines, where)
    except (csv.Error, StopIteration) as error:
        raise AdvisoryError(f"the EPSS scores can't be read: {error}", where=where) from error
    dated = _HEAD.fullmatch(head)
    if not dated:
        told = "the EPSS scores do not say of which day they are"
        raise AdvisoryError(told, where=where, hint="the first line is `#model_version:…`")
    date_ = _moment(dated[1], where)
    return Epss(date=date_, rows=tuple(rows[cve] for cve in sorted(rows)))


def _epss_rows(lines: Iterator[list[str]], where: str) -> dict[str, EpssRow]:
    if next(lines) != _COLUMNS:
        raise AdvisoryError(f"the EPSS scores lack the heading {','.join(_COLUMNS)}", where=where)
    cve = re.compile(_CVE).match
    rows: dict[str, EpssRow] = {}
    for number, cells in enumerate(lines, start=3):
        try:
            name, score, percentile = cells[0], float(cells[1]), float(cells[2])
        except (ValueError, IndexError):
            raise _bad_line(number, where) from None
        whole = cve(name) and 0 <= score <= 1 and 0 <= percentile <= 1
        if not whole or len(cells) != len(_COLUMNS):
            raise _bad_line(number, where)
        _add(rows, (name, score, percentile), where)
    if not rows:
        raise AdvisoryError("there is not one score in it", where=where)
    return rows


def _bad_line(number: int, where: str) -> AdvisoryError:
    told = "the EPSS scores have no CVE number and two shares from 0 to 1 in line"
    return AdvisoryError(f"{told} {number}", where=where)


def _add(rows: dict[str, _Row], row: _Row, where: str) -> None:
    if rows.setdefault(row[0], row) != row:
        raise AdvisoryError(f"{row[0]} stands twice, with different content", where=where)


def _moment(text: str, where: str) -> str:
    read = moment(text)
    if read is None or not is_date(text):
        raise AdvisoryError(f"{text[:40]!r} is no date", where=where)
    return read.strftime("%Y-%m-%dT%H:%M:%SZ")
