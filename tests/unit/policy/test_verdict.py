"""verdict.json: its schema, its bytes."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema

from drawgate import resources
from drawgate.core.finding import Kind
from drawgate.core.target import Exclusion
from drawgate.policy.gate import judge
from drawgate.policy.pack import load_pack
from drawgate.policy.verdict import to_json

Make = Callable[..., Any]


def test_a_verdict_fits_the_published_schema(
    scan: Make, ran: Make, failed: Make, finding: Make, data: Make
) -> None:
    schema = json.loads((resources.data("policies") / "schema" / "verdict.schema.json").read_text())
    attempts = [
        ran("bandit", Kind.CODE, finding()),
        failed("detect-secrets", Kind.SECRETS),
        ran("pip-audit", Kind.DEPENDENCIES, data=data()),
    ]
    target = {"exclusions": (Exclusion(origin="--exclude", pattern="x", files=1),)}
    document = json.loads(to_json(judge(scan(*attempts, target=target), load_pack("strict"))))

    jsonschema.validate(document, schema)
    assert ["format", "drawgate", "outcome", "incomplete", "exit_code"] == list(document)[:5]
    assert ("drawgate/verdict/v1", "failed", True, 1) == (
        document["format"],
        document["outcome"],
        document["incomplete"],
        document["exit_code"],
    )


def test_a_verdict_is_the_same_bytes_for_the_same_scan(
    scan: Make, ran: Make, finding: Make, pack: Make
) -> None:
    first, second = (
        to_json(judge(scan(ran("b", Kind.CODE, finding(), looked=["b", "a"])), pack()))
        for _ in range(2)
    )

    assert first == second
    assert first.startswith(b'{\n  "format": "drawgate/verdict/v1",\n')
    assert first.endswith(b"}\n")


def test_names_that_are_not_utf8_stay_readable(scan: Make, ran: Make, pack: Make) -> None:
    """The bytes of an odd name are written as escapes, so that every JSON reader accepts them."""
    target = {"name": "caf\udce9 \ud800 \udc00 ü"}
    document = json.loads(to_json(judge(scan(ran("b", Kind.CODE), target=target), pack())))

    assert "caf\\xe9 \\ud800 \\udc00 ü" == document["target"]["name"]
