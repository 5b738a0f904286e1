"""Rules of SARIF 2.1.0, and habits of its readers, that a JSON schema can't express."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from drawgate.sarif.indices import INDICES, properties
from drawgate.sarif.ingest_severity import is_readable
from drawgate.sarif.references import is_part_of
from drawgate.sarif.uri import is_absolute

Json = dict[str, Any]
Found = Iterator[tuple[str, str, Json]]
"""Kind in the schema, JSON path, value."""

_URI: Final = re.compile(r"(?:[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*")
"""The characters of RFC 3986."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong with a log, and where (a JSON path).

    `serious` means the file is not valid SARIF; the others are valid and trouble some reader.
    """

    path: str
    message: str
    serious: bool = True


def check_log(log: Json) -> Iterator[Problem]:
    """Check a log that satisfies the schema."""
    runs: list[Json] = log.get("runs") or []
    yield from _categories(runs)
    for number, run in enumerate(runs):
        path = f"$.runs[{number}]"
        yield from _rules(run, f"{path}.tool.driver")
        yield from _all_or_none(run, path)
        yield from _circles(run.get("originalUriBaseIds", {}), f"{path}.originalUriBaseIds")
        for kind, where, value in _objects("run", path, run):
            yield from _indices(kind, where, value, run)
            if kind == "artifactLocation":
                yield from _uri(where, value)
            elif kind == "region":
                yield from _region(where, value)
        for index, result in enumerate(run.get("results") or []):
            yield from _result(result, run, f"{path}.results[{index}]")


def _objects(kind: str, path: str, value: Json) -> Found:
    """Give every object of the run, with its kind; what extends the standard is left out."""
    yield kind, path, value
    for name, shape, child in properties(kind):
        held = value.get(name)
        if held is None:
            continue
        if shape == "one":
            yield from _objects(child, f"{path}.{name}", held)
        elif shape == "many":
            for index, one in enumerate(held):
                yield from _objects(child, f"{path}.{name}[{index}]", one)
        else:
            for key, one in held.items():
                yield from _objects(child, f"{path}.{name}['{key}']", one)


def _categories(runs: list[Json]) -> Iterator[Problem]:
    """Look for runs that GitHub would take for one (since 2025-07 it refuses the file)."""
    seen: set[tuple[str, str]] = set()
    for number, run in enumerate(runs):
        tool = run["tool"]["driver"]["name"]
        category = run.get("automationDetails", {}).get("id", "").rpartition("/")[0]
        if (tool, category) in seen:
            what = f"another run of {tool!r} has the same category {category!r}"
            yield _warning(f"$.runs[{number}].automationDetails.id", what)
        seen.add((tool, category))


def _rules(run: Json, path: str) -> Iterator[Problem]:
    rules = run["tool"]["driver"].get("rules", [])
    counts = Counter(rule["id"] for rule in rules)
    for index, rule in enumerate(rules):
        where = f"{path}.rules[{index}]"
        if counts[rule["id"]] > 1:
            yield _warning(f"{where}.id", f"several rules have the id {rule['id']!r}")
        score = rule.get("properties", {}).get("security-severity")
        if score is not None and not _is_score(score):
            what = "security-severity is no number from 0.0 to 10.0 in a string"
            yield _warning(f"{where}.properties['security-severity']", what)
        yield from _severity(rule.get("defaultConfiguration", {}), f"{where}.defaultConfiguration")


def _severity(holder: Json, path: str) -> Iterator[Problem]:
    """Look at a score where GitHub does not read it, but Drawgate does."""
    if not is_readable(holder.get("properties", {})):
        what = "security-severity is no number from 0.0 to 10.0"
        yield _warning(f"{path}.properties", what)


def _is_score(score: object) -> bool:
    try:
        return isinstance(score, str) and 0 <= float(score) <= 10  # noqa: PLR2004 - CVSS's scale
    except ValueError:
        return False


def _all_or_none(run: Json, path: str) -> Iterator[Problem]:
    """Check what all results of a run must have if one has it (§3.27.23, §3.27.24)."""
    results = run.get("results") or []
    for name in ("suppressions", "baselineState"):
        having = sum(result.get(name) is not None for result in results)
        if 0 < having < len(results):
            what = f"{having} of {len(results)} results have {name}: all or none must"
            yield Problem(path=f"{path}.results", message=what)


def _circles(bases: Json, path: str) -> Iterator[Problem]:
    """Look for bases that stand on themselves: places relative to one are nowhere (§3.14.14)."""
    sound: set[str] = set()
    for name in bases:
        chain: set[str] = set()
        step: str | None = name
        while step in bases and step not in chain and step not in sound:
            chain.add(step)
            step = bases[step].get("uriBaseId")
        if step in chain:
            what = "the uriBaseIds from here on stand on one another in a circle"
            yield Problem(path=f"{path}['{name}']", message=what)
        else:
            sound |= chain


def _indices(kind: str, path: str, value: Json, run: Json) -> Iterator[Problem]:
    for name, array in INDICES.get(kind, {}).items():
        index = value.get(name, -1)
        if index >= len(run.get(array, [])):
            yield _dangling(f"{path}.{name}", index, array)


def _dangling(path: str, index: int, array: str) -> Problem:
    return Problem(path=path, message=f"index {index} points to none of the {array}")


def _uri(path: str, value: Json) -> Iterator[Problem]:
    uri = value.get("uri")
    if uri is None:
        return
    if not _URI.fullmatch(uri):
        yield Problem(path=f"{path}.uri", message="this is no URI (RFC 3986)")
    elif ".." in uri.split("/"):
        yield _warning(f"{path}.uri", "the URI climbs out of its folder")
    elif is_absolute(uri) and "originalUriBaseIds" not in path:
        yield _warning(f"{path}.uri", "the URI means something on one machine only")


def _region(path: str, region: Json) -> Iterator[Problem]:
    """Check that a region does not end before it begins (§3.30.7, §3.30.8)."""
    first, last = region.get("startLine"), region.get("endLine")
    if first is None:
        return
    if last is not None and last < first:
        yield Problem(path=f"{path}.endLine", message=f"it ends in line {last}, before {first}")
    start, end = region.get("startColumn", 1), region.get("endColumn")
    if last in (None, first) and end is not None and end < start:
        what = f"it ends in column {end}, before {start}"
        yield Problem(path=f"{path}.endColumn", message=what)


def _result(result: Json, run: Json, path: str) -> Iterator[Problem]:
    reference = result.get("rule", {})
    identifier = reference.get("id") or result.get("ruleId")
    index = max(reference.get("index", -1), result.get("ruleIndex", -1))
    if identifier is None and index < 0:
        yield _warning(path, "the result names no rule")
    if not result.get("locations"):
        yield _warning(f"{path}.locations", "the result has no location")
    yield from _severity(result, path)
    component = _component(reference.get("toolComponent", {}), run)
    if component is None:
        where = f"{path}.rule.toolComponent.index"
        yield _dangling(where, reference["toolComponent"]["index"], "extensions")
        return
    rules = component.get("rules", [])
    if index >= len(rules):
        yield _dangling(f"{path}.ruleIndex", index, "rules")
    elif index >= 0 and identifier is not None and not is_part_of(identifier, rules[index]["id"]):
        what = f"ruleId is {identifier!r}, but rule {index} is {rules[index]['id']!r}"
        yield Problem(path=f"{path}.ruleId", message=what)


def _component(reference: Json, run: Json) -> Json | None:
    """Find the component of a rule (§3.54.2); None when the index points to nothing."""
    tool, index = run["tool"], reference.get("index", -1)
    extensions: list[Json] = tool.get("extensions", [])
    if index >= 0:
        return extensions[index] if index < len(extensions) else None
    guid = reference.get("guid")
    same = (one for one in extensions if guid is not None and one.get("guid") == guid)
    driver: Json = tool["driver"]
    return next(same, driver)


def _warning(path: str, message: str) -> Problem:
    return Problem(path=path, message=message, serious=False)
