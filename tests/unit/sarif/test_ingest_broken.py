"""Logs that are refused, with the reason and the place."""

import pytest

from drawgate.core.errors import LogError
from drawgate.sarif.ingest import ingest
from samples.foreign import Json, at, log, only, read, result, run

_RULES = {"rules": [{"id": "A"}, {"id": "B"}]}


_MORE = "points to none of the"


@pytest.mark.parametrize(
    ("one", "more", "message"),
    [
        (result(ruleIndex=2), {}, f".results[0].ruleIndex: index 2 {_MORE} 2 rules"),
        (result(ruleIndex=-2), {}, f".results[0].ruleIndex: index -2 {_MORE} 2 rules"),
        (result(rule={"index": 7}), {}, f".results[0].rule.index: index 7 {_MORE} 2 rules"),
        (
            result(rule={"toolComponent": {"index": 0}}),
            {},
            f".results[0].rule.toolComponent.index: index 0 {_MORE} 0 extensions",
        ),
        (result(ruleIndex=1), {}, ".results[0].ruleId: this and ruleIndex name different rules"),
        (
            result(ruleIndex=0, rule={"index": 1}),
            {},
            ".results[0].ruleIndex: this and rule.index name different rules",
        ),
        (
            result(rule={"id": "B"}),
            {},
            ".results[0].ruleId: this and rule.id name different rules",
        ),
        (
            result(taxa=[{"id": "79"}, {"index": 0}]),
            {},
            f".results[0].taxa[1].index: index 0 {_MORE} 0 taxa",
        ),
        (
            result(provenance={"invocationIndex": 0}),
            {},
            f".results[0].provenance.invocationIndex: index 0 {_MORE} 0 invocations",
        ),
        (
            result(locations=[*at("a.py"), *at("b.py", index=4)]),
            {},
            f".results[0].locations[1].physicalLocation.artifactLocation.index: index 4 {_MORE} 0",
        ),
        (
            result(kind="pass", locations=at("b.py", index=4)),
            {},
            f".results[0].locations[0].physicalLocation.artifactLocation.index: index 4 {_MORE} 0",
        ),
        (
            result(),
            {"artifacts": [{"location": {"uri": "a.py", "index": 1}}]},
            f".artifacts[0].location.index: index 1 {_MORE} 1 artifacts",
        ),
        (
            result(),
            {
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "ruleConfigurationOverrides": [
                            {"descriptor": {"index": 3}, "configuration": {}}
                        ],
                    }
                ]
            },
            f".invocations[0].ruleConfigurationOverrides[0].descriptor.index: index 3 {_MORE} 2",
        ),
        (
            result(),
            {
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"descriptor": {"index": 5}, "message": {"text": "m"}}
                        ],
                    }
                ]
            },
            f".invocations[0].toolExecutionNotifications[0].descriptor.index: index 5 {_MORE} 0",
        ),
    ],
)
def test_an_index_that_leads_nowhere(one: Json, more: Json, message: str) -> None:
    """A log that contradicts itself means nothing one could judge (§3.7.4, §3.27.5-7)."""
    with pytest.raises(LogError) as caught:
        read(one, driver=_RULES, **more)

    assert str(caught.value).startswith(f"x.sarif: $.runs[0]{message}")


DEEP = b'{"version": "2.1.0", "runs": [], "x": ' + b"[" * 1000 + b"]" * 1000 + b"}"
CIRCLE = {"A": {"uri": "x/", "uriBaseId": "B"}, "B": {"uri": "y/", "uriBaseId": "A"}}
OURS = {
    "tool": {"driver": {"name": "drawgate"}},
    "properties": {
        "drawgate/target": {"name": "x", "form": "git", "commit": "", "files": 1},
        "drawgate/asOf": "2026-01-01T00:00:00Z",
        "drawgate/offline": "not asked for",
    },
}
"""The run by which a log of ours is known."""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "x.sarif: the file is empty; no scanner writes that when it worked"),
        (b" \n", "x.sarif: the file is empty; no scanner writes that when it worked"),
        (b"null", "x.sarif: this is a single value; a SARIF log is an object"),
        (b"[]", "x.sarif: this is an array; a SARIF log is an object"),
        (b"{}", "x.sarif: $: this is no SARIF log: it has no version and no runs"),
        (b"<html>", "x.sarif: this is an HTML page, not a log"),
        (b'{"version": "2.1.0", "ru', "x.sarif: the document ends in the middle"),
        (b'{"version": "\xff", "runs": []}', "x.sarif: this is not UTF-8 from byte 13 on"),
        (log(run(), more="@").replace(b"@", b"\xff"), "x.sarif: this is not UTF-8 from byte"),
        (b"\x1f\x8b\x08\x00", "x.sarif: the file is packed with gzip (unpack it: gunzip)"),
        (DEEP, "x.sarif: the document is nested too deeply to be read"),
        (log(run()) * 2, "x.sarif: something follows the end of the document; a log is one"),
        (b'{"version": "2.1.0", "runs": [nan]}', "x.sarif: this is no JSON: invalid character"),
        (
            log(run(result(locations=at("a.py", uriBaseId="A")), originalUriBaseIds=CIRCLE)),
            "x.sarif: $.runs[0].results[0].locations[0]: uriBaseIds stand on one another",
        ),
        (b'{"version": "2.1.0-rtm.5", "runs": 1}', "x.sarif: $.version: this is SARIF version 2.1"),
        (b'{"version": 2.1, "runs": 1}', "x.sarif: $.version: this is another version of SARIF"),
        ("{}".encode("utf-16"), "x.sarif: the file is UTF-16; SARIF is UTF-8"),
        ("{}".encode("utf-16-be"), "x.sarif: the file is UTF-16; SARIF is UTF-8"),
        (b'{"version": "2.0.0", "runs": 1}', "x.sarif: $.version: this is SARIF version 2.0.0;"),
        (b'{"version": "2.1.0"}', "x.sarif: $: this is no SARIF log: it has no runs"),
        (b'{"version": "2.1.0", "runs": null}', "x.sarif: $.runs: runs is null"),
        (
            log(inlineExternalProperties=[{}]),
            "x.sarif: $.inlineExternalProperties: results in inlineExternalProperties",
        ),
        (
            log(run(), run(result(), result(level="critical"))),
            "x.sarif: $.runs[1].results[1].level: Invalid enum value …",
        ),
        (
            log(run(result(properties={"drawgate/severity": "awful"})), OURS),
            "x.sarif: $.runs[0].results[0].drawgate/severity: Invalid enum value …",
        ),
        (
            log(run(properties={"drawgate/kind": 7}), OURS),
            "x.sarif: $.runs[0].properties.drawgate/kind: Expected `str | null`, got `int`",
        ),
    ],
)
def test_broken_logs(data: bytes, message: str) -> None:
    """The error names the file and the JSON path; nothing broken is read as clean."""
    with pytest.raises(LogError) as caught:
        ingest(data, "x.sarif")

    assert str(caught.value).startswith(message)


def test_a_byte_order_mark_is_accepted() -> None:
    """Windows tools write one."""
    assert read(result()) == only(ingest(b"\xef\xbb\xbf" + log(run(result())), "x.sarif"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'{"version": "1", "version": "2.1.0", "runs": []}',
            "x.sarif: $: 'version' stands twice in one object (no reader can tell which of them",
        ),
        (
            log(run(result())).replace(b'"results": [', b'"results": [], "results": ['),
            "x.sarif: $.runs[0]: 'results' stands twice in one object",
        ),
        (
            log(run(result(level="error"))).replace(b'"ruleId"', b'"level": "note", "ruleId"'),
            "x.sarif: $.runs[0].results[0]: 'level' stands twice",
        ),
        (
            log(run(result(properties={"ghp_x": {"a": 1}}))).replace(b'"a"', b'"a": 0, "a"'),
            "x.sarif: $.runs[0].results[0].properties[…]: a name stands twice",
        ),
        (
            log(run(result())).replace(b'"level"', b'"x"').replace(b'"ruleId"', b'"b": 1, "b"'),
            "x.sarif: $.runs[0].results[0]: a name stands twice",
        ),
    ],
)
def test_a_key_that_stands_twice(data: bytes, message: str) -> None:
    """Whichever counts, the other one would vanish; a name that may be a secret is not shown."""
    with pytest.raises(LogError) as caught:
        ingest(data, "x.sarif")

    assert str(caught.value).startswith(message)
