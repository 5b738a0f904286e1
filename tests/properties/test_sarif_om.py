"""What holds for every log that goes through objects of the `sarif_om` library."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drawgate.sarif.indices import properties
from drawgate.sarif.sarif_om import from_sarif_om, to_sarif_om
from drawgate.sarif.validate import validate

Json = dict[str, Any]

slow = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
levels = st.sampled_from(["none", "note", "warning", "error"])
messages = st.fixed_dictionaries({"text": words}, optional={"markdown": words})
bags = st.dictionaries(words.filter(lambda word: word != "tags"), st.integers() | words, max_size=2)
guids = st.uuids(version=4).map(str)
references = st.fixed_dictionaries({"id": words}, optional={"guid": guids})
places = st.fixed_dictionaries(
    {"artifactLocation": st.fixed_dictionaries({"uri": st.just("a.py")})},
    optional={"region": st.fixed_dictionaries({"startLine": st.integers(1, 9)})},
)
locations = st.fixed_dictionaries({"physicalLocation": places}, optional={"message": messages})
suppressions = st.fixed_dictionaries(
    {"kind": st.sampled_from(["inSource", "external"])},
    optional={
        "status": st.sampled_from(["accepted", "underReview", "rejected"]),
        "justification": words,
    },
)
results = st.fixed_dictionaries(
    {"message": messages},
    optional={
        "ruleId": words,
        "level": levels,
        "locations": st.lists(locations, max_size=1),
        "suppressions": st.lists(suppressions, max_size=1),
        "partialFingerprints": st.dictionaries(words, words, max_size=2),
        "taxa": st.lists(references, max_size=1),
        "properties": bags,
        "rank": st.floats(0, 100),
    },
)
notifications = st.fixed_dictionaries(
    {"message": messages}, optional={"level": levels, "descriptor": references}
)
invocations = st.fixed_dictionaries(
    {"executionSuccessful": st.booleans()},
    optional={"toolExecutionNotifications": st.lists(notifications, max_size=2)},
)
rules = st.fixed_dictionaries(
    {"id": words},
    optional={
        "defaultConfiguration": st.fixed_dictionaries({"level": levels}),
        "messageStrings": st.dictionaries(words, messages, max_size=1),
        "properties": bags,
    },
)
drivers = st.fixed_dictionaries(
    {"name": words},
    optional={"version": words, "rules": st.lists(rules, max_size=2, unique_by=lambda r: r["id"])},
)
runs = st.fixed_dictionaries(
    {"tool": st.fixed_dictionaries({"driver": drivers})},
    optional={
        "results": st.lists(results, max_size=3),
        "invocations": st.lists(invocations, max_size=1),
        "properties": bags,
    },
)
logs = st.lists(runs, max_size=2).map(lambda found: {"version": "2.1.0", "runs": found})


@slow
@given(logs)
def test_both_ways_change_nothing(log: Json) -> None:
    """A log that becomes objects and is written again says the same, explicit levels included."""
    data = json.dumps(log).encode()

    assert log == json.loads(from_sarif_om(to_sarif_om(data)))


@slow
@given(logs)
def test_what_is_written_satisfies_the_schema(log: Json) -> None:
    """Going through the library adds no defect to a log (§3.27.23 is about the log drawn)."""
    data = json.dumps(log).encode()

    assert validate(data) == validate(from_sarif_om(to_sarif_om(data)))


def test_every_class_of_the_schema_is_there() -> None:
    """All objects a log can hold have their class in the library."""
    import sarif_om

    seen, waiting = set(), ["run", "externalProperties"]
    while waiting:
        kind = waiting.pop()
        if kind not in seen:
            seen.add(kind)
            waiting += [child for *_, child in properties(kind)]

    missing = [kind for kind in seen if not hasattr(sarif_om, kind[0].upper() + kind[1:])]
    assert missing == []
