"""Runs of different repositories are never one, and those of one repository are."""

import io
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from drawgate.core.attempt import Ran
from drawgate.core.errors import LogError
from drawgate.sarif.ingest import ingest
from drawgate.sarif.merge import MergeSummary, merge
from drawgate.triage.merged import masks

Json = dict[str, Any]
Write = Callable[..., Path]


def run(tool: str = "x", **more: object) -> Json:
    place = {"artifactLocation": {"uri": "a.py"}, "region": {"startLine": 3}}
    one = {"ruleId": "R", "message": {"text": "m"}, "locations": [{"physicalLocation": place}]}
    return {"tool": {"driver": {"name": tool}}, "results": [one]} | more


def scan(name: str, commit: str = "") -> list[Json]:
    """Make the runs of a log of ours."""
    target = {"name": name, "form": "git", "commit": commit, "files": 1}
    facts = {
        "drawgate/target": target,
        "drawgate/asOf": "2026-01-01T00:00:00Z",
        "drawgate/offline": "not asked for",
    }
    about = {"tool": {"driver": {"name": "drawgate"}}, "properties": facts, "results": []}
    category = {"automationDetails": {"id": "drawgate/x/"}}
    return [about | {"automationDetails": {"id": "drawgate/"}}, run() | category]


def merge_all(write: Write, *logs: list[Json]) -> tuple[bytes, MergeSummary]:
    output = io.BytesIO()
    paths = [write(f"{number}.sarif", *runs) for number, runs in enumerate(logs)]
    summary = merge(paths, output, masks())
    return output.getvalue(), summary


def repository(uri: str) -> Json:
    return {"versionControlProvenance": [{"repositoryUri": uri}]}


def root(uri: str, name: str = "%SRCROOT%") -> Json:
    return {"originalUriBaseIds": {name: {"uri": uri}}}


@pytest.mark.parametrize(
    ("one", "other", "called"),
    [
        (
            repository("https://git.example/a/shop"),
            repository("https://git.example/a/api.git"),
            ["shop/", "api/"],
        ),
        (
            repository("https://git.example/a/shop"),
            repository("https://git.example/b/shop"),
            ["shop/", "shop/2/"],
        ),
        (repository("git@git.example:a/shop.git"), {}, ["shop/", "2/"]),
        (root("file:///srv/shop/"), root("file:///srv/an%20api"), ["shop/", "an%20api/"]),
        (root("file:///w/shop/", "REPOROOT"), root("file:///w/x/", "REPOROOT"), ["shop/", "x/"]),
    ],
)
def test_two_repositories(write: Write, one: Json, other: Json, called: list[str]) -> None:
    """Equal results of both are two results, and each run is called by its repository."""
    output, summary = merge_all(write, [run(**one)], [run(**other)])

    runs = json.loads(output)["runs"]
    assert called == [each["automationDetails"]["id"] for each in runs]
    assert (2, 0, ("x",)) == (summary.results, summary.collapsed, summary.apart)
    assert 2 == len(ingest(output, "m.sarif").findings)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        (repository("https://git.example/a/shop.git"), repository("https://git.example/a/shop/")),
        (
            repository("https://bob:hunter22@Git.example/a/shop"),
            repository("git@git.example:a/shop.git"),
        ),
        (
            repository("ssh://git@git.example:22/a/shop.git"),
            repository("https://git.example/a/shop"),
        ),
        (root("file:///home/ci/1/shop/"), root("file:///builds/2/shop")),
        (root("file:///"), root("file:///")),
        (root("file:///home/ann/", "HOME"), root("file:///home/bob/", "HOME")),
        (root("src/"), root("lib/")),
    ],
)
def test_one_repository(write: Write, one: Json, other: Json) -> None:
    """However its address is written, and wherever it is checked out."""
    output, summary = merge_all(write, [run(**one)], [run(**other)])

    assert 1 == len(json.loads(output)["runs"])
    assert () == summary.apart


def test_two_scans_of_ours(write: Write) -> None:
    """Each attempt says whose it is, no result is lost, and all targets head the report."""
    output, summary = merge_all(write, scan("shop", "1"), scan("api", "2"))

    merged = ingest(output, "m.sarif")
    assert "shop + api" == merged.target.name
    assert [("x", "api"), ("x", "shop")] == [
        (each.subject.name, each.subject.category) for each in merged.attempts
    ]
    assert all(isinstance(each, Ran) for each in merged.attempts)
    assert (2, 0, ("x",)) == (summary.results, summary.collapsed, summary.apart)


def test_two_scans_of_one_target(write: Write) -> None:
    """Two scans of one commit, for example of some files each, are folded."""
    output, summary = merge_all(write, scan("shop", "1"), scan("shop", "1"))

    assert ["drawgate", "x"] == [
        each["tool"]["driver"]["name"] for each in json.loads(output)["runs"]
    ]
    assert (1, 1, ()) == (summary.results, summary.collapsed, summary.apart)


def test_one_name_and_two_commits(write: Write) -> None:
    """A folder's name is no repository: at another commit it may be any other one."""
    output, _ = merge_all(write, scan("app", "1"), scan("app", "2"))

    assert ["app", "app/2"] == [each.subject.category for each in ingest(output, "m").attempts]


def test_merging_again_changes_nothing(write: Write, tmp_path: Path) -> None:
    """What stays apart once stays apart, under the same names."""
    once, _ = merge_all(write, scan("shop"), scan("api"))
    again = tmp_path / "again.sarif"
    again.write_bytes(once)
    output = io.BytesIO()
    merge([again], output, masks())

    assert once == output.getvalue()


_ODD = [1, "a", True, [{}], [[]], {"PROJECTROOT": {"uri": {}}}, {"PROJECTROOT": []}, [{"name": []}]]


@pytest.mark.parametrize("odd", _ODD, ids=json.dumps)
@pytest.mark.parametrize(
    "name", ["originalUriBaseIds", "versionControlProvenance", "properties", "drawgate/target"]
)
def test_odd_facts_about_the_origin(tmp_path: Path, name: str, odd: object) -> None:
    """What has the wrong type is merged as it is or refused as a log; it is no traceback."""
    facts = {"properties": {name: odd}} if "/" in name else {name: odd}
    log = {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "drawgate"}}} | facts]}
    path = tmp_path / "odd.sarif"
    path.write_text(json.dumps(log))

    with suppress(LogError):
        merge([path], io.BytesIO(), masks())
