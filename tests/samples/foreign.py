"""Logs as other tools write them, small and by hand, and what is read from them."""

import json
from typing import Any

from drawgate.core.attempt import Failed
from drawgate.core.finding import Finding
from drawgate.core.scan import Scan
from drawgate.core.severity import Severity
from drawgate.sarif.ingest import ingest
from drawgate.triage.severity import with_severity

Json = dict[str, Any]


def log(*runs: Json, **more: object) -> bytes:
    return json.dumps({"version": "2.1.0", "runs": runs} | more).encode()


def run(*results: Json, driver: Json | None = None, **more: object) -> Json:
    tool = {"driver": {"name": "x"} | (driver or {})}
    return {"tool": tool, "results": results} | more


def result(**more: object) -> Json:
    return {"ruleId": "A", "message": {"text": "m"}} | more


def at(uri: str, line: int = 3, **more: object) -> list[Json]:
    place = {"artifactLocation": {"uri": uri} | more, "region": {"startLine": line}}
    return [{"physicalLocation": place}]


def only(scan: Scan) -> Finding:
    (finding,) = scan.findings
    return finding


def read(one: Json, **more: object) -> Finding:
    return only(ingest(log(run(one, **more)), "x.sarif"))


def failed(*runs: Json) -> Failed:
    (attempt,) = ingest(log(*runs), "x.sarif").attempts
    assert isinstance(attempt, Failed)
    return attempt


def severity_of(finding: Finding) -> Severity:
    (rated,) = with_severity((finding,))
    return rated.severity
