"""Reports that `--evidence` names: told apart by their first element, read, and added up."""

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from drawgate.core.errors import EvidenceError
from drawgate.core.evidence import Counted, Document, Evidence, Reached
from drawgate.readers import cobertura, junit

MAX_BYTES: Final = 128 << 20
"""A coverage report has some hundred bytes a line."""


def read_evidence(paths: Iterable[Path]) -> Evidence:
    """Read all reports. Raises EvidenceError with the file, and the place if there is one."""
    documents: dict[Document, None] = {}
    tests: list[Counted] = []
    lines: dict[str, dict[str, bool]] = {}
    for path in paths:
        data, name = _bytes(path), path.name if path.is_absolute() else str(path)
        form = _form(data, str(path))
        document = Document(name=name, form=form, digest=hashlib.sha256(data).hexdigest())
        if any(document.digest == each.digest for each in documents):
            continue  # the same tests, named twice
        documents[document] = None
        if form == _JUNIT:
            tests.append(junit.read(data, str(path)))
        else:
            _add(lines, cobertura.read(data, str(path)))
    forms = {document.form for document in documents}
    return Evidence(
        documents=tuple(documents),
        tests=_sum(tests) if _JUNIT in forms else None,
        coverage=_reached(lines) if _COBERTURA in forms else None,
    )


_JUNIT: Final = "JUnit"
_COBERTURA: Final = "Cobertura"
_FIRST: Final = re.compile(r"<(?:[A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        what = f"can't be read: {error.strerror}"
        hint = "--evidence names reports of tests (JUnit) and coverage (Cobertura)"
        raise EvidenceError(what, where=str(path), hint=hint) from error
    if len(data) > MAX_BYTES:
        raise EvidenceError(f"is larger than {MAX_BYTES >> 20} MiB", where=str(path))
    return data


def _form(data: bytes, name: str) -> str:
    """Tell by the first element; what stands before it is a declaration or a comment."""
    text = re.sub(r"<!--.*?-->|<[?!][^>]*>", "", _start(data), flags=re.DOTALL)
    first = _FIRST.search(text)
    root = first[1] if first else ""
    if root in junit.ROOTS:
        return _JUNIT
    if root == cobertura.ROOT:
        return _COBERTURA
    hint = "give reports of tests (JUnit) and coverage (Cobertura), in XML"
    raise EvidenceError("is neither a JUnit nor a Cobertura report", where=name, hint=hint)


def _start(data: bytes) -> str:
    """Decode enough to see the first element; the parser decodes the rest for itself."""
    head = data[:65_536]
    coded = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    return head.decode(coded, "replace")


def _add(lines: dict[str, dict[str, bool]], more: cobertura.Lines) -> None:
    """Join: what one run of the tests reaches is reached."""
    for file, its in more.items():
        known = lines.setdefault(file, {})
        for number, reached in its.items():
            known[number] = known.get(number, False) or reached


def _sum(tests: Iterable[Counted]) -> Counted:
    every = tuple(tests)
    return Counted(
        tests=sum(each.tests for each in every),
        failed=sum(each.failed for each in every),
        skipped=sum(each.skipped for each in every),
    )


def _reached(lines: dict[str, dict[str, bool]]) -> Reached:
    return Reached(
        lines=sum(map(len, lines.values())),
        covered=sum(sum(its.values()) for its in lines.values()),
    )
