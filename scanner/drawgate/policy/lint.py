"""Everything that is wrong or odd about a pack, all at once, each with its place."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from operator import is_
from typing import Final

from drawgate import strict
from drawgate.core.errors import DrawgateError, PolicyError
from drawgate.core.finding import PACKAGES, Kind
from drawgate.policy.agreement import disagreements
from drawgate.policy.language import PACK, RULE
from drawgate.policy.layers import Joined
from drawgate.policy.model import Answer, Enforcement, Match, PackFile, PackRule
from drawgate.strict import Entry, Node, Place
from drawgate.strict.node import Value

_MOST: Final = 25
"""Errors after which nobody reads on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something that a pack may say, and that hardly anybody means."""

    where: str
    what: str
    hint: str = ""


def errors(joined: Joined) -> tuple[DrawgateError, ...]:
    """Give all errors: what is wrong is cut out, and the rest is read again.

    What a table lacks of which something was cut out is nobody's mistake.
    """
    found: list[DrawgateError] = []
    cut: set[str] = set()
    node: Node | None = joined.node
    while node is not None and len(found) < _MOST:
        try:
            content = PACK(node)
        except PolicyError as error:
            if error.where not in cut:
                found.append(error)
            node = _without(node, error.where, cut)
        else:
            found += () if found else disagreements(node, content)
            break
    return tuple(sorted(found, key=lambda error: _parts(error.where)))


def remarks(joined: Joined) -> Iterator[Remark]:
    """Give what is odd about a pack that has no errors."""
    content = PACK(joined.node)
    rules = {rule.id: rule for rule in content.rules}
    for node in _items(joined.node.at("rules")):
        rule = rules[_id(node)]
        if rule.enforcement is not Enforcement.DISABLED:
            yield from _of_rule(rule, node)
    yield from _twins(content, joined)
    yield from _loosened(joined, rules)


def _of_rule(rule: PackRule, node: Node) -> Iterator[Remark]:
    kinds, asked = set(rule.scope.kind), _about_packages(rule.match)
    if asked and kinds and kinds.isdisjoint(_WITH_PACKAGES):
        what = f"the rule {rule.id} can count nothing: only packages have {asked[0]!r}"
        yield _remark(
            node.at("match", asked[0]), what, f"its scope is {' or '.join(rule.scope.kind)}"
        )
    for key in ("paths_not", "packages_not", "branches_not"):
        if every := set(getattr(rule.scope, key)) & _EVERYTHING:
            what = f"the rule {rule.id} can count nothing: {min(every)!r} leaves everything out"
            yield _remark(node.at("scope", key), what, f"narrow `scope.{key}`")
    if rule.scope.roles and set(rule.scope.kind) == set(PACKAGES):
        what = f"the rule {rule.id} counts packages of tests or documentation only"
        yield _remark(node.at("scope", "roles"), what)
    if rule.match.verified is not None and kinds and Kind.SECRETS not in kinds:
        what = f"the rule {rule.id} can count nothing: only secrets are verified"
        yield _remark(node.at("match", "verified"), what)


_WITH_PACKAGES: Final = frozenset((*PACKAGES, Kind.CONTAINER, Kind.LICENSE))
_EVERYTHING: Final = frozenset(("*", "**", "/**", "*/*", "/"))


def _about_packages(match: Match) -> tuple[str, ...]:
    asked = {
        "malicious": match.malicious,
        "kev": match.kev,
        "epss": match.epss is not None,
        "fix_available": match.fix_available,
        "direct": match.direct,
        "runtime": match.runtime,
    }
    return tuple(key for key, wanted in asked.items() if wanted)


def _twins(content: PackFile, joined: Joined) -> Iterator[Remark]:
    """Find rules that ask the same: whoever changes one forgets the other."""
    seen: dict[object, str] = {}
    for rule, node in zip(content.rules, _items(joined.node.at("rules")), strict=True):
        asks = (rule.scope, rule.match, rule.when)
        if rule.enforcement is Enforcement.DISABLED:
            continue
        if asks in seen:
            what = f"the rule {rule.id} asks the same as the rule {seen[asks]}"
            yield _remark(node, what, "keep the one that is meant")
        seen.setdefault(asks, rule.id)


def _loosened(joined: Joined, rules: Mapping[str, PackRule]) -> Iterator[Remark]:
    """Find rules that are weaker than those of their name in a pack below."""
    if joined.base is None:
        return
    nodes = {_id(each): each for each in _items(joined.node.at("rules"))}
    for before in map(RULE, _items(joined.base.at("rules"))):
        now = rules[before.id]
        for what in _weaker(before, now):
            yield _remark(
                nodes[now.id], f"the rule {now.id} is weaker than the one below it: {what}"
            )


def _weaker(before: PackRule, now: PackRule) -> Iterator[str]:
    if before.enforcement.fails and not now.enforcement.fails:
        yield f"{now.enforcement}, not {before.enforcement}"
        return
    if now.allow.max > before.allow.max:
        yield f"it allows {now.allow.max:,}, not {before.allow.max:,}"
    if before.match.unknown is Answer.BLOCK and now.match.unknown is Answer.IGNORE:
        yield "what is unknown does not count"
    old, new = before.match.severity, now.match.severity
    if old and new and old != new and not old.at_least(new):
        yield f"it begins at {new}, not at {old}"
    if set(before.count_suppressed) - set(now.count_suppressed):
        yield "more suppressions excuse"


def _remark(node: Node | None, what: str, hint: str = "") -> Remark:
    return Remark(where=str(node.place) if node else "", what=what, hint=hint)


_STAND_INS: Final = strict.parse_yaml(
    b"apiVersion: drawgate/v1\nid: x\nversion: 1.0.0\ntitle: X\n"
    b"rules: [{id: x, title: X, match: {kev: true}}]\n",
    "",
    PolicyError,
)
"""What a pack can't be read without; it takes the place of what was cut out."""


def _without(root: Node, where: str, cut: set[str]) -> Node | None:
    """Cut out what stands at a place, a key or an item of a list; None where that is all of it.

    `cut` gets the places of all tables and lists around it.
    """
    known = PACK.schema["properties"]
    where = _start(root, where)
    if where == str(root.place) and next(iter(_table(root)), "") in known:
        return None
    kept = _children(root, where, cut)
    if kept is None or kept is root:
        return None
    lost = {key: e for key, e in _table(_STAND_INS).items() if key in _table(root)}
    return replace(kept, value=lost | dict(_table(kept)))


def _start(root: Node, where: str) -> str:
    """Give the start of what a place is inside of: an expression has lines of its own."""
    places = {str(each): each for each in _places(root)}
    file, *spot = _parts(where)
    before = (
        each for each in places.values() if each.file == file and [each.line, each.column] <= spot
    )
    nearest = max(before, key=lambda each: (each.line, each.column), default=None)
    return str(nearest) if nearest else where


def _parts(where: str) -> tuple[str, int, int]:
    """Take a place apart that was written as one."""
    match = _PLACE.fullmatch(where)
    return (match[1], int(match[2]), int(match[3])) if match else (where, 0, 0)


_PLACE: Final = re.compile(r"(.*):(\d+):(\d+)", re.DOTALL)


def _places(node: Node) -> Iterator[Place]:
    yield node.place
    for item in _items(node):
        yield from _places(item)
    for entry in _table(node).values():
        yield entry.place
        yield from _places(entry.node)


def _children(node: Node, where: str, cut: set[str]) -> Node | None:
    """Cut it out below a node, which stays itself if there is none; None where nothing is left."""
    match node.value:
        case tuple():
            kept = [_children(item, where, cut) for item in node.value if str(item.place) != where]
            value: Value = tuple(item for item in kept if item)
            same = all(map(is_, kept, node.value)) and len(kept) == len(node.value)
        case Mapping():
            left = {key: entry for key, entry in node.value.items() if not _at(entry, where)}
            made = {key: (entry, _children(entry.node, where, cut)) for key, entry in left.items()}
            value = {key: replace(entry, node=n) for key, (entry, n) in made.items() if n}
            same = len(value) == len(node.value) and all(e.node is n for e, n in made.values())
        case _:
            return node
    if same:
        return node
    cut.add(str(node.place))
    return replace(node, value=value) if value else None


def _at(entry: Entry, where: str) -> bool:
    return where in (str(entry.place), str(entry.node.place))


def _table(node: Node) -> Mapping[str, Entry]:
    return node.value if isinstance(node.value, Mapping) else {}


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.value if node and isinstance(node.value, tuple) else ()


def _id(rule: Node) -> str:
    return str(_table(rule)["id"].node.value)
