"""Which VEX documents may speak: those by authors whom the user allows, and of each the newest."""

from collections.abc import Iterable
from typing import Final

from drawgate.core.vex import Document, Use, Vex
from drawgate.core.words import plain

_HINT: Final = "--vex-author allows one"


def choose(
    documents: Iterable[Document], authors: Iterable[str], products: Iterable[str] = ()
) -> Vex:
    """Sort out whom nobody asked, and what there is a newer version of."""
    allowed = {plain(author) for author in authors}
    given = tuple({document.digest: document for document in documents}.values())
    heard = [document for document in given if not _objection(document, allowed)]
    old = _replaced(heard)
    ignored = [
        use_of(document, said=(sentence,), used=False)
        for document in given
        if (sentence := _objection(document, allowed) or old.get(document.digest, ""))
    ]
    return Vex(
        documents=tuple(document for document in heard if document.digest not in old),
        ignored=tuple(ignored),
        products=tuple(dict.fromkeys(products)),
    )


def use_of(document: Document, *, said: tuple[str, ...] = (), used: bool = True) -> Use:
    """Describe a document whose statements nobody has looked at yet."""
    return Use(
        source=document.source,
        format=document.format,
        id=document.id,
        author=", ".join(document.authors),
        digest=document.digest,
        statements=len(document.statements),
        version=document.version,
        used=used,
        said=said,
    )


def _objection(document: Document, allowed: set[str]) -> str:
    """Say why a document has no word; empty where it has."""
    source = document.source
    if not document.authors:
        return f"VEX {source} ignored: it names no author"
    if allowed.isdisjoint(document.authors):
        by = ", ".join(document.authors)
        return f"VEX by {by} ignored: not among the authors allowed ({source}; {_HINT})"
    if document.draft:
        return f"VEX {source} ignored: its author calls it a draft"
    return ""


def _replaced(documents: Iterable[Document]) -> dict[str, str]:
    """Give the documents of which there is a newer version, and the sentence about each.

    Those of one id and one version all count: vendors' tools give one to several documents
    (docs/adr/0013).
    """
    by_id: dict[tuple[str, tuple[str, ...]], list[Document]] = {}
    for document in documents:
        by_id.setdefault((document.id or document.digest, document.authors), []).append(document)
    old = {}
    for same in by_id.values():
        newest = max(same, key=_version)
        for document in same:
            if _version(document) < _version(newest):
                sentence = f"{newest.source} is a newer version of it"
                old[document.digest] = f"VEX {document.source} ignored: {sentence}"
    return old


def _version(document: Document) -> tuple[int, ...]:
    """Order versions as numbers with dots; what is none comes first."""
    parts = document.version.split(".")
    return tuple(map(int, parts)) if all(part.isdecimal() for part in parts) else ()
