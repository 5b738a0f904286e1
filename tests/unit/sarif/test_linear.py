"""Sixteen times as much of anything takes about sixteen times as long, not 256 times."""

import gc
import io
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import Masks, merge

Json = dict[str, Any]

_FEW = 200
_TIMES = 16
_BOUND = 64
"""A linear step has a ratio of about 16, twice that on a busy machine; a quadratic one of 256."""
_NO_MASKS = Masks(results=lambda _: None, body=lambda _: None)
"""Copies all as it is: these tests are about where things go."""


def guid(number: int) -> str:
    return f"{number:08x}-1111-4111-8111-111111111111"


def run(*results: Json, tool: Json | None = None, **more: object) -> Json:
    return {"tool": {"driver": {"name": "x"}} | (tool or {}), "results": results} | more


def result(**more: object) -> Json:
    return {"message": {"text": "m"}} | more


def extensions(count: int, side: str) -> list[Json]:
    rules = [{"id": side}, {"id": "A"}]
    named = [{"name": f"e{n}", "guid": guid(n), "rules": rules} for n in range(count)]
    rule = [{"id": "A", "toolComponent": {"guid": guid(n)}} for n in range(count)]
    return [run(*(result(rule=one) for one in rule), tool={"extensions": named})]


def guids(count: int, _: str) -> list[Json]:
    guids = [guid(number) for number in range(count * 8)]
    rules = [{"id": one, "guid": one} for one in guids]
    results = (result(rule={"guid": one}) for one in guids)
    return [run(*results, tool={"driver": {"name": "x", "rules": rules}})]


def taxonomies(count: int, side: str) -> list[Json]:
    taxa = [{"id": side}, {"id": "T"}]
    named = [{"name": f"t{n}", "taxa": taxa} for n in range(count)]
    about = [[{"id": "T", "toolComponent": {"name": f"t{n}"}}] for n in range(count)]
    return [run(*(result(taxa=one) for one in about), taxonomies=named)]


def bases(count: int, side: str) -> list[Json]:
    return [
        run(originalUriBaseIds={f"b{n}": {"uri": f"file:///{side}/{n}/"} for n in range(count)})
    ]


def roots(count: int, side: str) -> list[Json]:
    places = ({"artifactLocation": {"uri": f"file:///other/{n}"}} for n in range(count))
    results = (result(locations=[{"physicalLocation": one}]) for one in places)
    return [run(*results, **bases(count, side)[0])]


def runs(count: int, side: str) -> list[Json]:
    provenance = "versionControlProvenance"
    return [
        run(
            properties={"a": n, "drawgate/coverage": {"lookedAt": n}},
            artifacts=[{"location": {"uri": f"{side}{n}"}}],
            **{provenance: [{"repositoryUri": f"https://shop.example/{side}/{n}"}]},
        )
        for n in range(count)
    ]


@pytest.mark.parametrize("shape", [extensions, guids, taxonomies, bases, roots, runs])
def test_work_grows_with_the_size(shape: Callable[[int, str], list[Json]], tmp_path: Path) -> None:
    """Nothing in a log is looked for by going through all of its kind each time."""
    few, many = (_seconds(shape, count, tmp_path) for count in (_FEW, _FEW * _TIMES))

    assert many / few < _BOUND


def _seconds(shape: Callable[[int, str], list[Json]], count: int, folder: Path) -> float:
    """Give the shortest of three times: what else the machine does only makes them longer."""
    logs = [folder / f"{side}.sarif" for side in "ab"]
    for log in logs:
        document = {"version": "2.1.0", "runs": shape(count, log.stem)}
        log.write_text(json.dumps(document), encoding="utf-8")
    times = []
    gc.disable()  # it looks at more objects the more there are
    try:
        for _ in range(3):
            start = time.process_time()
            merge(logs, io.BytesIO(), _NO_MASKS)
            ingest(logs[0].read_bytes(), "a.sarif")
            times.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(times)
