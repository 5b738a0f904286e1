"""XML of other people: one pass, no tree, and nothing that a document could fetch or blow up."""

from typing import Protocol

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from drawgate.core.errors import EvidenceError


class Target(Protocol):
    """What is told of each element, in the order of the document."""

    def start(self, tag: str, attrs: dict[str, str], /) -> None:
        """Hear that an element begins."""

    def end(self, tag: str, /) -> None:
        """Hear that an element ends."""


def feed(data: bytes, target: Target, name: str) -> None:
    """Read a whole document. Raises EvidenceError; so may the target, by ValueError."""
    # A DOCTYPE may stand there, Cobertura's does; entities and what is elsewhere may not.
    parser = DefusedXMLParser(target=_Named(target), forbid_entities=True, forbid_external=True)
    try:
        parser.feed(data)
        parser.close()
    except ParseError as error:
        line, column = error.position
        what = "is not valid XML" if data.strip() else "is empty"
        raise EvidenceError(what, where=f"{name}:{line}:{column + 1}", hint=_HINT) from error
    except DefusedXmlException as error:
        what = "declares entities, or asks for other files"
        raise EvidenceError(what, where=name, hint="a report needs neither") from error
    except (ValueError, LookupError) as error:
        raise EvidenceError(str(error), where=name, hint=_HINT) from error


_HINT = "have the tests write it again"


class _Named:
    """Takes namespaces off: some tools write one, and nobody needs it."""

    def __init__(self, target: Target) -> None:
        self._target = target

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        self._target.start(tag.rpartition("}")[2], attrs)

    def end(self, tag: str) -> None:
        self._target.end(tag.rpartition("}")[2])

    def data(self, text: str) -> None:
        """Pass over texts: they hold a test's output."""

    def close(self) -> None:
        """Have nothing to give."""
