"""Which rules are about a credential, by policies/tables/credentials.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from typing import Any

from drawgate import resources
from drawgate.core.finding import Kind, Rule


def about_credential(kind: Kind, tool: str, rule: Rule) -> bool:
    """Tell whether what a rule finds is a credential: by kind, weakness, tag or the rule's id."""
    if kind is Kind.SECRETS:
        return True
    known = _table()
    tagged = not known.tags.isdisjoint(map(str.lower, rule.tags))
    return tagged or not known.cwe.isdisjoint(rule.cwe) or _is_listed(tool.lower(), rule.id.lower())


@lru_cache(maxsize=4096)  # a log has few rules and many findings
def _is_listed(tool: str, rule: str) -> bool:
    return any(fnmatchcase(rule, pattern) for pattern in _table().rules.get(tool, ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What of the table tells rules apart."""

    cwe: frozenset[int]
    tags: frozenset[str]
    rules: Mapping[str, tuple[str, ...]]


@cache
def _table() -> _Table:
    return resources.read_table("credentials", _built)


def _built(raw: Any) -> _Table:  # noqa: ANN401 - what YAML holds
    return _Table(
        cwe=frozenset(raw["cwe"]),
        tags=frozenset(raw["tags"]),
        rules={tool: tuple(patterns) for tool, patterns in raw["rules"].items()},
    )
