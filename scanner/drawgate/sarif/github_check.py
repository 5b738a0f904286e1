"""Would GitHub code scanning take this log whole? Every limit and habit that is known, checked.

Serious problems make GitHub refuse the file, close alerts that it should not, or open ones that
it should not; the others make it hide something.
"""

import gzip
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from drawgate.sarif import fingerprint, names
from drawgate.sarif import github_limits as limits
from drawgate.sarif.checks import Problem
from drawgate.sarif.github_place import repository_path
from drawgate.sarif.objects import encode
from drawgate.sarif.uri import from_uri

Json = dict[str, Any]
Problems = Iterator[Problem]

_URI: Final = re.compile(r"(?:[A-Za-z0-9._~/!$&'()*+,;=@-]|%[0-9A-Fa-f]{2})+")
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_COLUMNS: Final = ("startLine", "startColumn", "endLine", "endColumn")
_TEXTS: Final = {
    "shortDescription": limits.DESCRIPTION,
    "fullDescription": limits.DESCRIPTION,
    "help": limits.PLAIN,
}


def check_upload(log: Json) -> Problems:
    """Check a log that is valid SARIF."""
    runs: list[Json] = log.get("runs") or []
    yield from _most("$.runs", len(runs), limits.RUNS, "runs")
    if not log.get("$schema"):
        yield Problem(path="$", message="$schema is missing")
    size = len(gzip.compress(encode(log), 6, mtime=0))
    yield from _most("$", size, limits.SIZE, "bytes when compressed")
    yield from _categories(runs)
    for number, run in enumerate(runs):
        yield from _run(f"$.runs[{number}]", run)


def _most(path: str, number: int, limit: int, what: str, *, serious: bool = True) -> Problems:
    if number > limit:
        message = f"{number:,} {what}; GitHub takes {limit:,}"
        yield Problem(path=path, message=message, serious=serious)


def _array(path: str, values: object, kept: int, refused: int) -> Problems:
    """Check how many of something there are: GitHub hides what is over the one number."""
    number = len(values) if isinstance(values, list) else 0
    yield from _most(path, number, refused, "elements")
    if number <= refused:
        yield from _most(path, number, kept, "elements", serious=False)


def _categories(runs: list[Json]) -> Problems:
    keys = [(run["tool"]["driver"]["name"], _category(run)) for run in runs]
    for (tool, category), times in Counter(keys).items():
        if times > 1:
            message = f"{times} runs of {tool} have the category {category!r}"
            yield Problem(path="$.runs", message=message)


def _category(run: Json) -> str:
    identifier: str = (run.get("automationDetails") or {}).get("id") or ""
    return identifier.rpartition("/")[0]


def _run(path: str, run: Json) -> Problems:
    if not _category(run):
        message = "has no category: an id that ends in a slash"
        yield Problem(path=f"{path}.automationDetails", message=message)
    if any(not one["executionSuccessful"] for one in run.get("invocations") or ()):
        yield Problem(path=f"{path}.invocations", message="the run failed")
    if not isinstance(run.get("results"), list):
        yield Problem(path=path, message="results are missing")
    for table in ("artifacts", "threadFlowLocations", "logicalLocations"):
        if run.get(table):
            message = "GitHub follows no index into it"
            yield Problem(path=f"{path}.{table}", message=message, serious=False)
    extensions = run["tool"].get("extensions")
    yield from _array(f"{path}.tool.extensions", extensions, limits.EXTENSIONS, limits.EXTENSIONS)
    yield from _rules(f"{path}.tool.driver", run["tool"]["driver"])
    yield from _array(f"{path}.results", run.get("results"), limits.RESULTS, limits.RESULTS_REFUSED)
    known = {rule["id"] for rule in run["tool"]["driver"].get("rules") or ()}
    for number, result in enumerate(run.get("results") or ()):
        yield from _result(f"{path}.results[{number}]", result, known)


def _rules(path: str, driver: Json) -> Problems:
    if not driver.get("name"):
        yield Problem(path=path, message="name is empty")
    rules: list[Json] = driver.get("rules") or []
    yield from _most(f"{path}.rules", len(rules), limits.RULES, "rules")
    for number, rule in enumerate(rules):
        yield from _rule(f"{path}.rules[{number}]", rule)
    for identifier, times in Counter(rule["id"] for rule in rules).items():
        if times > 1:
            yield Problem(path=f"{path}.rules", message=f"{times} rules have the id {identifier!r}")


def _rule(path: str, rule: Json) -> Problems:
    if not rule["id"]:
        yield Problem(path=path, message="id is empty")
    for name in ("id", "name"):
        yield from _length(f"{path}.{name}", rule.get(name) or "", limits.NAME)
    for name, limit in _TEXTS.items():
        text = (rule.get(name) or {}).get("text") or ""
        if not text.strip():
            yield Problem(path=f"{path}.{name}", message="the text is empty")
        yield from _length(f"{path}.{name}", text, limit)
    properties = rule.get("properties") or {}
    tags = properties.get("tags")
    yield from _array(f"{path}.properties.tags", tags, limits.TAGS, limits.TAGS_REFUSED)
    if "security-severity" in properties:
        yield from _score(f"{path}.properties.security-severity", properties["security-severity"])


def _length(path: str, text: str, limit: int) -> Problems:
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    yield from _most(path, units, limit, "characters")


def _score(path: str, value: object) -> Problems:
    """Check the number in a string; critical is "over 9.0", so exactly that is in doubt."""
    if not isinstance(value, str) or not _NUMBER.fullmatch(value):
        yield Problem(path=path, message="is no string that holds a number")
    elif not 0 < float(value) <= 10:  # noqa: PLR2004 - the scale of CVSS
        yield Problem(path=path, message="must be above 0 and at most 10", serious=False)
    elif float(value) == 9:  # noqa: PLR2004 - as above
        yield Problem(path=path, message="9.0 is neither high nor critical", serious=False)


def _result(path: str, result: Json, known: set[str]) -> Problems:
    text = (result.get("message") or {}).get("text") or ""
    if not text.strip():
        yield Problem(path=f"{path}.message", message="the text is empty")
    if result.get("ruleId") not in known:
        yield Problem(path=path, message="ruleId names no rule of the run")
    value = (result.get("partialFingerprints") or {}).get("primaryLocationLineHash") or ""
    if not fingerprint.SHAPE.fullmatch(value):
        where = f"{path}.partialFingerprints"
        yield Problem(path=where, message="primaryLocationLineHash is missing or malformed")
    yield from _closed(path, result)
    locations: list[Json] = result.get("locations") or []
    if not locations:
        yield Problem(path=path, message="has no location: GitHub refuses the whole file")
    yield from _array(f"{path}.locations", locations, limits.LOCATIONS, limits.LOCATIONS_REFUSED)
    for number, location in enumerate(locations):
        yield from _location(f"{path}.locations[{number}]", location)
    steps = [
        step
        for code_flow in result.get("codeFlows") or ()
        for flow in code_flow["threadFlows"]
        for step in flow["locations"]
    ]
    yield from _array(f"{path}.codeFlows", steps, limits.STEPS, limits.STEPS_REFUSED)


def _closed(path: str, result: Json) -> Problems:
    """Find results that would be open alerts and should not be: GitHub ignores what says so."""
    if result.get("suppressions"):
        yield Problem(
            path=f"{path}.suppressions", message="GitHub would open an alert all the same"
        )
    if result.get("baselineState") == "absent":
        yield Problem(path=f"{path}.baselineState", message="GitHub would open it again")
    if (result.get("properties") or {}).get(names.FOLDED):
        yield Problem(path=path, message="another result speaks for this one")


def _location(path: str, location: Json) -> Problems:
    physical = location.get("physicalLocation") or {}
    artifact = physical.get("artifactLocation") or {}
    uri = artifact.get("uri") or ""
    where = f"{path}.physicalLocation.artifactLocation"
    if not _URI.fullmatch(uri):
        yield Problem(path=where, message="uri is missing, or no relative reference")
    elif repository_path(from_uri(uri)) != from_uri(uri):
        yield Problem(path=where, message="the path does not lead from the repository's root")
    region = physical.get("region") or {}
    if missing := [name for name in _COLUMNS if not isinstance(region.get(name), int)]:
        message = f"{' and '.join(missing)} missing"
        yield Problem(path=f"{path}.physicalLocation.region", message=message)
        return
    numbers = [region[name] for name in _COLUMNS]
    first, last = (
        (region["startLine"], region["startColumn"]),
        (region["endLine"], region["endColumn"]),
    )
    if min(numbers) < 1 or max(numbers) > limits.GREATEST or last < first:
        yield Problem(path=f"{path}.physicalLocation.region", message="lines or columns are wrong")
