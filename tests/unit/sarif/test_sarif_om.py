"""Objects of the `sarif_om` library, handed in and given back."""

import builtins
import json
import sys
from typing import Any

import pytest
import sarif_om

from drawgate.core.errors import LogError, UsageError
from drawgate.sarif.ingest import ingest
from drawgate.sarif.sarif_om import from_sarif_om, to_sarif_om
from drawgate.sarif.validate import validate


def _tool(level: str) -> sarif_om.Tool:
    default = sarif_om.ReportingConfiguration(level=level)
    rule = sarif_om.ReportingDescriptor(id="A", default_configuration=default)
    return sarif_om.Tool(driver=sarif_om.ToolComponent(name="built", rules=[rule]))


def _result(**more: Any) -> sarif_om.Result:  # noqa: ANN401 - the class's attributes
    return sarif_om.Result(message=sarif_om.Message(text="m"), rule_id="A", rule_index=0, **more)


def test_a_built_run_becomes_a_log() -> None:
    """People who build a run hand it in as it is."""
    built = sarif_om.Run(tool=_tool("error"), results=[_result(level="note")])

    assert json.loads(from_sarif_om(built)) == {
        "version": "2.1.0",
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "built",
                        "rules": [{"id": "A", "defaultConfiguration": {"level": "error"}}],
                    }
                },
                "results": [
                    {"message": {"text": "m"}, "level": "note", "ruleId": "A", "ruleIndex": 0}
                ],
            }
        ],
    }


@pytest.mark.parametrize("default", ["error", "note"])
def test_a_warning_stays_a_warning(default: str) -> None:
    """The library's own writer drops `level: "warning"`, and the rule's level would count."""
    built = sarif_om.Run(tool=_tool(default), results=[_result(level="warning")])
    (finding,) = ingest(from_sarif_om(built), "x.sarif").findings

    assert finding.reported_severity == "warning"


@pytest.mark.parametrize("default", ["error", "note"])
def test_no_level_stays_no_level(default: str) -> None:
    """A log that leaves the level to the rule still does after both ways."""
    document = {
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "x",
                        "rules": [{"id": "A", "defaultConfiguration": {"level": default}}],
                    }
                },
                "results": [{"message": {"text": "m"}, "ruleId": "A"}],
            }
        ],
    }

    assert document == json.loads(from_sarif_om(to_sarif_om(json.dumps(document).encode())))


def test_a_suppression_has_a_status() -> None:
    """The library says `state`; the standard says `status` (§3.35.3)."""
    hidden = sarif_om.Suppression(kind="inSource", state="underReview")
    log = from_sarif_om(sarif_om.Run(tool=_tool("error"), results=[_result(suppressions=[hidden])]))

    assert validate(log)[0].serious is False
    assert json.loads(log)["runs"][0]["results"][0]["suppressions"] == [
        {"kind": "inSource", "status": "underReview"}
    ]
    assert to_sarif_om(log).runs[0].results[0].suppressions[0].state == "underReview"


def test_a_result_alone() -> None:
    """One result becomes a log of a tool that nobody named."""
    document = json.loads(from_sarif_om(_result()))

    assert document["runs"][0]["tool"] == {"driver": {"name": "unknown"}}
    assert len(document["runs"][0]["results"]) == 1


def test_property_bags() -> None:
    """A bag may be a dictionary, or an object with any attributes."""
    bag = sarif_om.PropertyBag(tags=["a"])
    bag.more = 1
    log = from_sarif_om(
        sarif_om.Run(
            tool=_tool("error"),
            results=[_result(properties=bag), _result(properties={"more": (1, None)})],
        )
    )

    assert [one["properties"] for one in json.loads(log)["runs"][0]["results"]] == [
        {"tags": ["a"], "more": 1},
        {"more": [1, None]},
    ]


@pytest.mark.parametrize("built", [None, {"runs": []}, sarif_om.Message(text="m")])
def test_what_is_no_log(built: object) -> None:
    """Anything else is refused by name."""
    with pytest.raises(UsageError, match="is no SarifLog, Run or Result of sarif_om"):
        from_sarif_om(built)


def test_what_can_not_be_written() -> None:
    """An object of another library within a log is refused, not guessed at."""
    with pytest.raises(UsageError, match="set can't stand in a log"):
        from_sarif_om(_result(properties={"a": {1}}))


@pytest.mark.parametrize(
    ("runs", "message"),
    [
        ([{}], r"\$\.runs\[0\]: 'tool' is missing"),
        ([1], r"\$\.runs\[0\]: an object was expected \(run\)"),
        (
            [{"tool": {"driver": {"name": "x"}}, "later": 1}],
            r"\$\.runs\[0\]: sarif_om has no 'later' here",
        ),
        (
            [{"tool": {"driver": {"name": "x"}}, "originalUriBaseIds": {"A": 1}}],
            r"\$\.runs\[0\]\.originalUriBaseIds\['A'\]: an object was expected",
        ),
    ],
)
def test_what_has_no_place(runs: list[Any], message: str) -> None:
    """What can't become an object is an error with its path; nothing is dropped."""
    with pytest.raises(LogError, match=message):
        to_sarif_om(json.dumps({"version": "2.1.0", "runs": runs}).encode())


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error says what to install."""
    real = builtins.__import__

    def refuse(name: str, *more: Any) -> Any:  # noqa: ANN401 - as the built-in
        if name == "sarif_om":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.delitem(sys.modules, "sarif_om")
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"pip install 'drawgate\[sarif-om\]'"):
        to_sarif_om(b"{}")
