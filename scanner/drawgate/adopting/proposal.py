"""Writes what was adopted as YAML: waivers that a person completes, everything else as comments."""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from drawgate.adopting.adopt import Adopted
from drawgate.adopting.entry import Entry, LeftOut, Match, clean
from drawgate.adopting.inline import Marked
from drawgate.core.words import count

PROPOSAL: Final = ".drawgate/adopted-proposal.yaml"
DAYS: Final = 90
"""How long a waiver is proposed to hold that had no date."""

_HEAD: Final = """\
# A proposal, written by `drawgate init --adopt`: what this repository tells other tools to hide.
# NOTHING READS THIS FILE, AND IT HIDES NOTHING: every finding counts until a person has decided.
#
# For each entry ask: is it still true, is it narrow enough, who answers for it, and until when?
# Fill in what is empty: `type` (false-positive, accepted, mitigated or deferred), `reason`,
# `owner`, `approver` (somebody other than the owner), `severity` (how bad a scan calls it today),
# and of packages which, in which versions ("==1.2.3", "<2.0", "*"). Delete what nobody stands for.
# What remains has the fields of `.drawgate/waivers.yaml` (docs/waivers.md).
"""
_ODD: Final = re.compile(r"[^a-z0-9]+")
_LONGEST: Final = 60
"""Characters of an id."""


def propose(adopted: Adopted, today: date) -> str:
    """Give the text of the proposal; empty when there is nothing for a person to read."""
    if not (adopted.entries or adopted.left_out or adopted.marked):
        return ""
    past = [e for e in adopted.entries if e.expires and e.expires < today.isoformat()]
    live = [e for e in adopted.entries if not e.expires or e.expires >= today.isoformat()]
    waivers = [entry for entry in live if not _is_exclusion(entry.match)]
    excluded = [entry for entry in live if _is_exclusion(entry.match)]
    parts = (
        [_HEAD, 'apiVersion: "drawgate/v1"', *_waivers(waivers, today + timedelta(days=DAYS))],
        _section("Paths that one tool leaves out. `--exclude` leaves them out for all:", excluded),
        _section("Expired, so that nothing is proposed:", past),
        _section("Not adopted:", adopted.left_out),
        _section(
            "Marked in the code itself; a scan records these without a waiver:", adopted.marked
        ),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _is_exclusion(match: Match) -> bool:
    return not (match.rules or match.vuln or match.purl)


def _waivers(entries: Iterable[Entry], proposed: date) -> Iterator[str]:
    ids = _Ids()
    today = proposed - timedelta(days=DAYS)
    written = [_waiver(entry, ids.of(entry), today) for entry in entries]
    yield "waivers:" if written else "waivers: []"
    for lines in written:
        yield from lines


def _waiver(entry: Entry, name: str, today: date) -> Iterator[str]:
    yield ""
    yield f"  # from {_origin(entry)}"
    yield f"  # would hide {hides(entry)}"
    yield f"  - id: {_quoted(name)}"
    yield "    match:"
    for key, values in _fields(entry.match):
        yield f"      {key}: {values}"
    yield f"    type: {_quoted('false-positive' if entry.false else '')}"
    yield f"    reason: {_quoted(entry.reason)}"
    yield '    owner: ""'
    yield '    approver: ""'
    yield f"    created: {_quoted(today.isoformat())}"
    note = "as it was" if entry.expires else f"proposed, {DAYS} days: it had none"
    proposed = (today + timedelta(days=DAYS)).isoformat()
    yield f"    expires: {_quoted(entry.expires or proposed)} # {note}"
    yield '    severity: ""'


def _fields(match: Match) -> Iterator[tuple[str, str]]:
    if match.rules:
        several = [_quoted(rule) for rule in match.rules]
        yield "rule", several[0] if len(several) == 1 else f"[{', '.join(several)}]"
        yield "paths", _quoted(match.path or "**")
        return
    package, _, version = match.purl.partition("@")
    yield "advisory", _quoted(match.vuln)
    yield "package", _quoted(package)
    yield "versions", _quoted(f"=={version}" if version else "")


def hides(entry: Entry) -> str:
    """Say in words what a waiver of this entry would hide, and how far it reaches."""
    match = entry.match
    where = f"in {match.path}" if match.path else "in any file"
    if match.rules:
        said = f"every finding of {' and '.join(match.rules)} {where}"
    elif match.vuln or match.purl:
        what = match.vuln or "every vulnerability"
        said = f"{what} in {match.purl or 'any package'}, {where}"
        if match.vuln.isdigit():
            said += f"; {entry.tool} has numbers of its own, look for the CVE"
    else:
        said = f"all that {entry.tool} reports {where}"
    return clean(said)


def _section(title: str, said: Iterable[Entry | LeftOut | Marked]) -> Iterator[str]:
    lines = [f"#   {_line(each)}" for each in said]
    if lines:
        yield ""
        yield f"# {title}"
        yield from lines


def _line(said: Entry | LeftOut | Marked) -> str:
    match said:
        case Marked():
            return f"{said.marker}: {count(said.places, 'place')} in {count(said.files, 'file')}"
        case LeftOut():
            return f"{_origin(said)}: {clean(said.reason)}"
        case Entry():
            until = f", until {said.expires}" if said.expires else ""
            why = f" ({clean(said.reason)})" if said.reason else ""
            return f"{_origin(said)}: hid {hides(said)}{until}{why}"


def _origin(said: Entry | LeftOut) -> str:
    tool = f" ({said.tool})" if isinstance(said, Entry) else ""
    return f"{clean(said.file)}{f':{said.line}' if said.line else ''}{tool}"


def _quoted(text: str) -> str:
    """Write a text as JSON does, which YAML reads as it stands."""
    return json.dumps(clean(text), ensure_ascii=False)


@dataclass(slots=True)
class _Ids:
    """Names that are unique in the file, and the same when it is written again."""

    given: dict[str, int] = field(default_factory=dict)

    def of(self, entry: Entry) -> str:
        match = entry.match
        what = " ".join((entry.tool, *match.rules[:1], match.vuln, match.purl, match.path))
        name = _ODD.sub("-", clean(what).lower()).strip("-")[:_LONGEST].strip("-")
        self.given[name] = self.given.get(name, 0) + 1
        return name if self.given[name] == 1 else f"{name}-{self.given[name]}"
