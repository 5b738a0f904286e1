"""Questions to pip about requirements without a version, and what its answers mean."""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import msgspec
from packaging.markers import Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.utils import canonicalize_name

from drawgate.core.dependency import Graph, Node, Pin
from drawgate.core.target import NotAssessed
from drawgate.manifests.inventory import Survey
from drawgate.manifests.reading import (
    UNPINNED,
    Declared,
    name_of,
    normal,
    parse_requirement,
    pin_of,
)
from drawgate.manifests.requirement_lines import INDEX_REASON
from drawgate.manifests.text import shown

OPTIONS: Final = (
    "install",
    "--dry-run",
    # A source distribution is built to learn its name, and building runs its code.
    "--only-binary=:all:",
    "--ignore-installed",
    "--no-input",
    "--disable-pip-version-check",
    "--quiet",
)
_LINE: Final = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9._-]*"
    r"(?:\[[A-Za-z0-9._-]+(?:,[A-Za-z0-9._-]+)*\])?"
    r"(?:(?:[<>=!~]=|===|[<>])[A-Za-z0-9.+*!_-]+(?:,(?=[<>=!~])|$))*"
)
"""All that a line for pip may be: no white space, no option, no URL, no marker."""
_NOT_ANSWERED: Final = "pip did not choose it"
_NOT_HERE: Final = "pip was not asked: its marker does not hold on this machine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one manifest leaves open; its own pins hold as constraints."""

    manifest: str
    open: tuple[Declared, ...]
    constraints: tuple[Pin, ...]
    ignored: str = ""
    """What pip was not told although it stands somewhere, for the reason when it fails."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What pip is asked about, a line for each open requirement."""
        return tuple(_line(declared.requirement) for declared in self.open)

    @property
    def files(self) -> Mapping[str, bytes]:
        """Two files for pip, by name. Nothing but names and versions can be in them."""
        wanted = "".join(f"{line}\n" for line in self.lines)
        held = "".join(f"{pin.name}=={pin.version}\n" for pin in self.constraints)
        return {"requirements.txt": wanted.encode(), "constraints.txt": held.encode()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Versions that pip chose, and what it did not choose."""

    pins: tuple[Pin, ...] = ()
    not_assessed: tuple[NotAssessed, ...] = ()
    graph: Graph | None = None
    """Who needs whom of what pip chose; who is asked for stands in the manifest."""


class _Metadata(msgspec.Struct):
    name: str
    version: str
    requires_dist: list[str] = msgspec.field(default_factory=list)


class _Installed(msgspec.Struct):
    metadata: _Metadata


class _Report(msgspec.Struct):
    """https://pip.pypa.io/en/stable/reference/installation-report/, version 1."""

    version: str
    install: list[_Installed]


def questions(survey: Survey) -> tuple[Question, ...]:
    """Give one question for each manifest that leaves something open.

    Paths, URLs and repositories are no
    declarations, so none of them is ever asked about.
    """
    by_manifest: defaultdict[str, list[Declared]] = defaultdict(list)
    for declared in survey.declared:
        if _line(declared.requirement):
            by_manifest[declared.manifest].append(declared)
    return tuple(
        Question(
            manifest=manifest,
            open=tuple(found),
            constraints=_held(survey, manifest),
            ignored=_ignored(survey, manifest),
        )
        for manifest, found in sorted(by_manifest.items())
    )


def unasked(survey: Survey) -> Iterator[NotAssessed]:
    """Give what pip could not understand, such as Poetry's `^1.0`, or would leave out."""
    for declared in survey.declared:
        if not _line(declared.requirement):
            yield declared.not_assessed(_why_not(declared.requirement))


def answer(question: Question, report: bytes) -> Answer:
    """Read pip's installation report; ValueError when it is none.

    A package that another one required points at the line of the root that led to it.
    """
    read = msgspec.convert(json.loads(report), _Report)
    if read.version != "1":
        raise ValueError(f"pip's report has layout {read.version}")
    packages: dict[str, _Metadata] = {
        canonicalize_name(each.metadata.name): each.metadata for each in read.install
    }
    held = frozenset(pin.name for pin in question.constraints)
    lines = _lines(question.open, packages)
    return Answer(
        pins=tuple(
            pin_of(name, packages[name].version, question.manifest, line)
            for name, line in lines.items()
            if name not in held  # it is a pin already, and stands on its own line
        ),
        not_assessed=tuple(
            declared.not_assessed(_NOT_ANSWERED)
            for declared in question.open
            if declared.name not in packages
        ),
        graph=Graph(manifest=question.manifest, nodes=_nodes(packages)),
    )


def unanswered(question: Question, reason: str) -> Answer:
    """Keep everything open, with pip's reason."""
    return _left_open(question, f"pip could not resolve it: {shown(reason)}{question.ignored}")


def not_asked(question: Question, reason: str) -> Answer:
    """Keep everything open, because pip must not be asked."""
    return _left_open(question, f"pip was not asked: {shown(reason)}")


def _left_open(question: Question, said: str) -> Answer:
    return Answer(not_assessed=tuple(declared.not_assessed(said) for declared in question.open))


def part(question: Question, kept: Iterable[Declared]) -> Question:
    """Ask the same about fewer requirements."""
    return replace(question, open=tuple(kept))


def _ignored(survey: Survey, manifest: str) -> str:
    indexes = any(n.path == manifest and n.reason == INDEX_REASON for n in survey.not_assessed)
    return " (not used: the manifest's index options)" if indexes else ""


def _held(survey: Survey, manifest: str) -> tuple[Pin, ...]:
    """Give the manifest's own pins, without packages that it pins twice (by marker)."""
    own = [pin for pin in survey.pins if pin.manifest == manifest]
    times = Counter(pin.name for pin in own)
    return tuple(pin for pin in own if times[pin.name] == 1)


def _line(requirement: str) -> str:
    """Give the one line for pip, without the marker; empty when nothing is to be asked.

    A marker is judged here and never written down: it may hold any text, and versions of
    `packaging` differ in how they write quotes and line ends inside of it.
    """
    try:
        parsed = parse_requirement(requirement)
    except ValueError:
        return ""
    if parsed.url is not None or not _holds(parsed.marker):
        return ""
    extras = f"[{','.join(sorted(parsed.extras))}]" if parsed.extras else ""
    line = f"{parsed.name}{extras}{parsed.specifier}"
    return line if _LINE.fullmatch(line) else ""


def _holds(marker: Marker | None) -> bool:
    """Tell whether a marker holds on this machine; one that makes no sense does not."""
    try:
        return marker is None or marker.evaluate()
    except (UndefinedComparison, UndefinedEnvironmentName, ValueError, RecursionError):
        return False


def _why_not(requirement: str) -> str:
    try:
        return _NOT_HERE if parse_requirement(requirement).marker else UNPINNED
    except ValueError:
        return UNPINNED


def _lines(
    open_ones: Iterable[Declared], packages: Mapping[str, _Metadata]
) -> dict[str, int | None]:
    """Walk from each root in turn; the first one that reaches a package names its line."""
    lines: dict[str, int | None] = {}
    for declared in open_ones:
        todo = [declared.name]
        while todo:
            name = todo.pop()
            if name in packages and name not in lines:
                lines[name] = declared.line
                todo += _required(packages[name])
    return lines


def _nodes(packages: Mapping[str, _Metadata]) -> tuple[Node, ...]:
    """Say what each package needs of what pip chose, with an extra or without."""
    nodes = []
    for name, package in sorted(packages.items()):
        needs: dict[bool, list[tuple[str, str]]] = {False: [], True: []}
        for text in package.requires_dist:
            other = normal(name_of(text))
            if other in packages:
                needs["extra" in text.partition(";")[2]].append((other, ""))
        nodes.append(Node(name=name, needs=tuple(needs[False]), may_need=tuple(needs[True])))
    return tuple(nodes)


def _required(package: _Metadata) -> Iterator[str]:
    """Give every name it may require. Too many do no harm: only what pip chose counts."""
    for text in package.requires_dist:
        try:
            yield canonicalize_name(parse_requirement(text).name)
        except ValueError:
            continue
