"""What the target holds and no scanner of the run looks at: always told, and asked for by some."""

from collections.abc import Iterable, Iterator
from typing import Final

from drawgate.core.attempt import Ran, Skipped
from drawgate.core.finding import Kind
from drawgate.core.scan import Scan
from drawgate.core.target import Unscanned
from drawgate.core.words import count
from drawgate.policy.model import Answer, Require
from drawgate.policy.verdict import Effect, Requirement

_NAMED: Final = 3
"""Languages and ecosystems in a sentence that counts the rest."""
_ELSEWHERE: Final = "scan these files where they come from; nothing found here is about them"


def unscanned(scan: Scan, require: Require, told: Iterable[Requirement]) -> Iterator[Requirement]:
    """Give a line for each language and ecosystem that `told` has not named already."""
    said = "\n".join(each.sentence for each in told if not each.met)
    for item in _rows(scan):
        if _held(item) in said or any(f"{name} " in said for name in item.scanners):
            continue  # it is named already, or the scanner that nobody ran
        asked = item.kind in require.kinds and require.unscanned is Answer.BLOCK
        yield Requirement(
            name=f"{'left-out' if item.left_out else 'unscanned'}:{item.name}",
            met=False,
            effect=Effect.INCOMPLETE if asked else Effect.WARNING,
            sentence=_sentence([item]),
            hint=_hint(scan, item),
        )


def of_kind(scan: Scan, kind: Kind) -> tuple[str, str]:
    """Say what nobody looks at for a kind, the most first, and what to do; else give nothing."""
    rows = [item for item in _rows(scan) if item.kind is kind]
    return _sentence(rows), _remedy(rows)


def nothing_else(scan: Scan) -> tuple[str, str]:
    """Say what nobody looks at where that is all there is, and what to do; else give nothing.

    A scanner of secrets reads any text, so it does not count here.
    """
    others = [a for a in scan.attempts if a.subject.kind is not Kind.SECRETS]
    idle = all(isinstance(a, Skipped) and not a.subject.applicable for a in others)
    if not others or not idle:
        return "", ""
    rows = _rows(scan)
    reasons = _reasons(rows)
    return _listed(rows) + (f" ({reasons})" if reasons else ""), _remedy(rows)


def _rows(scan: Scan) -> list[Unscanned]:
    return [item for item in scan.target.unscanned if not _answered(scan, item)]


def _answered(scan: Scan, item: Unscanned) -> bool:
    """Tell whether a merged log looked at it: it says so, or its tool is known to."""
    able = item.answered_by
    ran = [a for a in scan.attempts if isinstance(a, Ran) and a.subject.kind in able]
    proven = any(item.example in attempt.report.looked_at for attempt in ran)
    foreign = {a.subject.name.lower() for a in ran if not a.report.looked_at}
    return (proven and not scan.target.partial) or not foreign.isdisjoint(item.scanners)


def _sentence(rows: list[Unscanned]) -> str:
    """Tell what nobody could look at from what a scanner of ours leaves out on purpose."""
    unknown = [item for item in rows if not item.left_out]
    aside = [item for item in rows if item.left_out]
    told = [f"no scanner of this run looks at {_listed(unknown)}"] if unknown else []
    if aside:
        told.append(f"{_listed(aside)} is left out on purpose: {_reasons(aside)}")
    return "; ".join(told)


def _reasons(rows: Iterable[Unscanned]) -> str:
    return "; ".join(sorted({item.left_out for item in rows if item.left_out}))


def _remedy(rows: list[Unscanned]) -> str:
    """Say what to do: another scanner is no answer for what ours leaves out or would read."""
    told = {_own_hint(item) for item in rows} or {""}
    return "add a scanner that does, or merge its log in" if "" in told else "; ".join(sorted(told))


def _listed(items: Iterable[Unscanned]) -> str:
    ranked = sorted(items, key=lambda item: (-item.files, item.name))
    rest = f"; and {len(ranked) - _NAMED} more" if len(ranked) > _NAMED else ""
    return "; ".join(map(_held, ranked[:_NAMED])) + rest


def _held(item: Unscanned) -> str:
    """Write a row: what, how much, and where to find one."""
    such = (
        item.example if item.files == 1 else f"{count(item.files, 'file')}, such as {item.example}"
    )
    return f"{item.name} ({such})"


def _own_hint(item: Unscanned) -> str:
    return _ELSEWHERE if item.left_out else item.advice


def _hint(scan: Scan, item: Unscanned) -> str:
    """Say who would look at it: a scanner that was left out or missing, or one from elsewhere."""
    if own := _own_hint(item):
        return own
    attempts = {a.subject.name: a for a in scan.attempts if isinstance(a, Skipped)}
    ours = [attempts[name] for name in item.scanners if name in attempts]
    if ours:
        return f"{ours[0].subject.name} would: {ours[0].why} ({ours[0].reason})"
    if item.scanners:
        return f"{item.scanners[0]} does; `drawgate merge` takes its SARIF log"
    return "Drawgate knows no scanner for it; nothing found there proves nothing"
