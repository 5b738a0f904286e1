"""VEX: findings about packages that somebody whom the user trusts says do not matter here.

The newest statement that is about a finding decides. `not_affected` with a reason and `fixed` with
a version excuse it, `under_investigation` is noted; all else leaves it as it is. Malware is never
excused.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Final

from drawgate.core.exploit import MALWARE
from drawgate.core.finding import Finding, Kind, State, Suppression, SuppressionKind, changed
from drawgate.core.purl import Purl, parse_purl
from drawgate.core.vex import EXCUSING, Document, Statement, Status, Use, Vex, is_vex, settled
from drawgate.core.words import count
from drawgate.sarif.purl import package_url
from drawgate.triage.same_package import names_of, same_package
from drawgate.triage.texts import Change, with_texts
from drawgate.triage.vex_documents import use_of
from drawgate.triage.vex_products import Fit, Own, fit, own_of

_KINDS: Final = frozenset({Kind.DEPENDENCIES, Kind.CONTAINER, Kind.SBOM})
_HARSHEST: Final = tuple(Status)
"""Of two statements of one moment that contradict each other, the later in this order counts."""
_OUTCOMES: Final = {
    "other": "{it} about another product{such}; if that is what is scanned, say so with --product",
    "release": "{it} about a version{such} of what is scanned; --product says which one this is",
    "variant": "{it} about a variant{such}, which the scan can't tell",
    "unread": "{it} about a range of versions that can't be compared",
    "future": "{it} of a later moment than the scan is for (--as-of)",
    "malware": "{it} about malware, which nothing excuses",
    "reason": "not_affected needs a justification or an impact statement",
    "version": "fixed needs the version that has the fix",
}
_PROBLEMS: Final = {
    Fit.OTHER: "other",
    Fit.RELEASE: "release",
    Fit.VARIANT: "variant",
    Fit.UNREAD: "unread",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Findings with what the documents say of them, and what of it did not count."""

    findings: tuple[Finding, ...]
    vex: Vex
    """What was heard, as it may be shown."""
    unused: Mapping[str, Mapping[str, Mapping[str, str]]]
    """By the document's digest and the sort of problem: ids of statements, and an example."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """A statement, and who says it."""

    document: Document
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Court:
    """What is needed to judge one finding."""

    index: Mapping[str, Sequence[_Said]]
    own: Own
    as_of: str
    unused: dict[str, dict[str, dict[str, str]]] = field(
        default_factory=lambda: defaultdict(partial(defaultdict, dict))
    )

    def note(self, said: _Said, problem: str, example: str = "") -> None:
        self.unused[said.document.digest][problem].setdefault(said.statement.id, example)


def hear(
    findings: tuple[Finding, ...], vex: Vex, as_of: str, mask: Change = lambda _, text: text
) -> Heard:
    """Give each finding about a package the word of the newest statement about it.

    What an earlier hearing said, as in a log, is forgotten. Vulnerabilities are known by any of
    their names, also by those that another report of the same flaw knows. What goes into the
    findings is masked: anybody may have written it.
    """
    vex = _masked(vex, mask)
    court = _Court(index=_by_name(vex), own=own_of(vex.products), as_of=as_of)
    silent = tuple(map(_without, findings))
    names = _names(silent)
    heard = tuple(_heard(each, names[n], court, mask) for n, each in enumerate(silent))
    return Heard(findings=heard, vex=vex, unused=court.unused)


def _masked(vex: Vex, mask: Change) -> Vex:
    """Mask what describes the documents; their statements are masked where they are used."""
    documents = (
        replace(with_texts(replace(each, statements=()), mask), statements=each.statements)
        for each in vex.documents
    )
    return replace(vex, documents=tuple(documents), ignored=with_texts(vex.ignored, mask))


def uses(heard: Heard, findings: Iterable[Finding]) -> tuple[Use, ...]:
    """Say what came of each document; `findings` are those that nobody else speaks for."""
    told = [
        one for each in findings if each.suppressions for one in each.suppressions if is_vex(one)
    ]
    used = [_use(document, told, heard.unused) for document in heard.vex.documents]
    return tuple(sorted((*used, *heard.vex.ignored), key=lambda use: (use.source, use.digest)))


def _by_name(vex: Vex) -> Mapping[str, Sequence[_Said]]:
    index: defaultdict[str, list[_Said]] = defaultdict(list)
    for document in vex.documents:
        for statement in document.statements:
            for name in {name.strip().upper() for name in statement.vulnerabilities}:
                index[name].append(_Said(document=document, statement=statement))
    return index


def _names(findings: Sequence[Finding]) -> list[set[str]]:
    """Give the names of each finding's vulnerability, those of other reports of it as well."""
    names = [names_of(finding) for finding in findings]
    for members, _ in same_package(findings):
        together = set[str]().union(*(names[number] for number in members))
        for number in members:
            names[number] = together
    return names


def _without(finding: Finding) -> Finding:
    if not any(map(is_vex, finding.suppressions)):
        return finding
    kept = tuple(each for each in finding.suppressions if not is_vex(each))
    return changed(finding, suppressions=kept)


def _heard(finding: Finding, names: set[str], court: _Court, mask: Change) -> Finding:
    package = finding.dependency
    if package is None or finding.kind not in _KINDS or finding.state is State.ABSENT:
        return finding
    said = {id(each): each for name in sorted(names) for each in court.index.get(name, ())}
    purl = parse_purl(package_url(package)) if said else None
    fits = [(*_fit(each, purl, court.own), each) for each in said.values()] if purl else []
    about = [(where, each) for where, _, each in fits if _speaks(where, each, court)]
    done = _judged(finding, names, max(about, key=_order), court, mask) if about else finding
    if not done.suppressed:
        # Who has what was wanted need not hear what else did not fit.
        for where, product, each in fits:
            _note_misfit(where, product, each, court)
    return done


def _fit(said: _Said, package: Purl, own: Own) -> tuple[Fit, str]:
    """Give how well a statement fits, and the product that fits best."""
    best, example = Fit.OTHER, ""
    for product in said.statement.products:
        where = fit(product, package, own)
        if where > best or not example:
            best, example = max(best, where), next(iter(product.whole.names), "")
    return best, example


def _speaks(where: Fit, said: _Said, court: _Court) -> bool:
    return where >= Fit.ANY and said.statement.time <= court.as_of


def _note_misfit(where: Fit, product: str, said: _Said, court: _Court) -> None:
    if where in _PROBLEMS:
        court.note(said, _PROBLEMS[where], product)
    elif where >= Fit.ANY and not _speaks(where, said, court):
        court.note(said, "future")


def _judged(
    finding: Finding, names: set[str], newest: tuple[Fit, _Said], court: _Court, mask: Change
) -> Finding:
    where, said = newest
    suppression = _suppression(said, where, court)
    if suppression is None:
        return finding
    if finding.malicious or any(name.startswith(MALWARE) for name in names):
        court.note(said, "malware")
        return finding
    told = (*finding.suppressions, with_texts(suppression, mask))
    return changed(finding, suppressions=settled(told))


def _order(about: tuple[Fit, _Said]) -> tuple[str, int, str, str]:
    statement = about[1].statement
    return statement.time, _HARSHEST.index(statement.status), about[1].document.id, statement.id


def _suppression(said: _Said, where: Fit, court: _Court) -> Suppression | None:
    """Turn a statement into a suppression; None where it excuses nothing."""
    statement = said.statement
    if statement.status is Status.AFFECTED:
        return None
    if statement.status is Status.NOT_AFFECTED and not statement.reason:
        court.note(said, "reason")
        return None
    if statement.status is Status.FIXED and where is not Fit.EXACT:
        court.note(said, "version")
        return None
    return Suppression(
        kind=SuppressionKind.EXTERNAL,
        status="accepted" if statement.status in EXCUSING else "underReview",
        justification=statement.reason or _WORDS[statement.status],
        by=statement.id,
        source=said.document.source,
        type=statement.status.value,
        owner=", ".join(said.document.authors),
    )


_WORDS: Final = {
    Status.FIXED: "this version has the fix",
    Status.UNDER_INVESTIGATION: "its author is looking into it",
}


def _use(
    document: Document,
    told: Sequence[Suppression],
    unused: Mapping[str, Mapping[str, Mapping[str, str]]],
) -> Use:
    own = [each.status for each in told if each.source == document.source]
    problems = unused.get(document.digest, {})
    sentences = (
        _sentence(document, how, problems[key]) for key, how in _OUTCOMES.items() if key in problems
    )
    return replace(
        use_of(document, said=(*document.said, *sentences)),
        excused=own.count("accepted"),
        under_investigation=own.count("underReview"),
    )


def _sentence(document: Document, how: str, ids: Mapping[str, str]) -> str:
    examples = sorted(set(filter(None, ids.values())))
    such = f" ({examples[0]}{', …' if examples[1:] else ''})" if examples else ""
    one = len(ids) == 1
    why = how.format(such=such, it="it is" if one else "they are")
    number = f"{count(len(ids), 'statement')} {'does' if one else 'do'}"
    return f"VEX {document.source}: {number} not count: {why}"
