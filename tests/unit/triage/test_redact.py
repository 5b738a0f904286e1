"""Redaction: messages, properties and raw output hold no credential."""

import json
from collections.abc import Callable

import pytest

from drawgate.core.finding import Finding, Kind
from drawgate.triage.mask import Mask, mask_of
from drawgate.triage.redact import mask_raw, redact

Maker = Callable[..., Finding]
SOURCES = {"a.py": "import x\npassword = 'it's mine'  # hunter22\n"}


def _redacted(finding: Finding) -> Finding:
    (result,) = redact((finding,), mask_of((finding,), SOURCES))
    return result


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Possible hardcoded password: 'it's mine'", "Possible hardcoded password: '***'"),
        ("Value 'a\nb' is bad", "Value '***' is bad"),
        ("Looks like hunter22", "Looks like ***"),
        ("No quote", "No quote"),
    ],
)
def test_a_credential_findings_message_hides_what_it_quotes(
    finding: Maker, message: str, expected: str
) -> None:
    """From the first quote to the last: tools don't escape what they quote."""
    told = _redacted(finding("a.py", 2, cwe=(259,), message=message, properties={"m": message}))

    assert (expected, {"m": expected}, True) == (told.message, told.properties, told.masked)


def test_another_finding_on_the_same_line_hides_its_literals(finding: Maker) -> None:
    secret = finding("a.py", 2, kind=Kind.SECRETS)
    other = finding("a.py", 1, message="'a' and 'b' of x", place={"end_line": 2})

    told = redact((secret, other), mask_of((secret, other), SOURCES))[1]

    assert ("'***' and '***' of x", True) == (told.message, told.masked)


def test_a_finding_elsewhere_is_left_alone(finding: Maker) -> None:
    """It is the same object, so that a scan without secrets costs nothing."""
    secret = finding("a.py", 2, kind=Kind.SECRETS)
    others = (finding("a.py", 1, message="of 'x'"), finding("b.py"), finding(path=""))

    told = redact((secret, *others), mask_of((secret, *others), SOURCES))

    assert all(one is other for one, other in zip(told[1:], others, strict=True))


def test_a_value_in_a_message_elsewhere_is_masked(finding: Maker) -> None:
    secret = finding("a.py", 2, kind=Kind.SECRETS)
    other = finding("b.py", message="hunter22 again", fingerprints={"x": "y"})

    told = redact((secret, other), mask_of((secret, other), SOURCES))[1]

    assert ("*** again", False, {"x": "y"}) == (told.message, told.masked, told.fingerprints)


@pytest.mark.parametrize(
    ("fingerprints", "expected"),
    [
        ({"secretHash": "0446abca"}, {}),
        ({"drawgate/lineText/v1": "1", "primaryLocationLineHash": "2:1"}, None),
    ],
)
def test_a_scanners_own_hash_of_a_secret_is_dropped(
    finding: Maker, fingerprints: dict[str, str], expected: dict[str, str] | None
) -> None:
    """Hashes that come with one of ours were taken over masked text."""
    told = _redacted(finding("a.py", 2, kind=Kind.SECRETS, fingerprints=fingerprints))

    assert told.fingerprints == (fingerprints if expected is None else expected)


def test_raw_json_is_masked_value_by_value(finding: Maker) -> None:
    mask = mask_of((finding("a.py", 2, kind=Kind.SECRETS),), SOURCES)
    said = {"code": ["hunter22"], "text": "hunter22", "n": 1, "list": [None, {"hunter22": True}]}

    shown = mask_raw(mask, json.dumps(said).encode(), frozenset({"code"}))

    assert json.loads(shown) == {
        "code": "***", "text": "***", "n": 1, "list": [None, {"***": True}],
    }  # fmt: skip


def test_raw_documents_may_follow_one_another() -> None:
    """As kingfisher prints them."""
    assert mask_raw(Mask(), b'\n{"hash": "x"}\n\n[1]\n ', frozenset({"hash"})) == (
        b'{"hash":"***"}\n[1]\n'
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b'{"code": "a \\" b", "x": 1', b'{"code": "***", "x": 1'),
        (b'{"x": 1, "code": "cut off in the mid', b'{"x": 1, "code": "***"'),
        (b'{"x": 1, "code": "cut off after \\', b'{"x": 1, "code": "***"'),
        (b"password=hunter2", b"password=***"),
        (b"", b""),
    ],
)
def test_output_that_is_no_json_is_masked_as_text(said: bytes, expected: bytes) -> None:
    """A scanner that was killed leaves half a document: dropped keys are dropped there too."""
    assert expected == mask_raw(Mask(), said, frozenset({"code"}))


def test_text_without_keys_to_drop_is_masked_all_the_same() -> None:
    assert b"token: '***'" == mask_raw(Mask(), b"token: 'x'", frozenset())


@pytest.mark.parametrize("depth", [700, 5000, 200_000])
def test_deeply_nested_output_is_masked_as_text(depth: int) -> None:
    """No stack is deep enough for what a tool can print, wherever it ends."""
    said = b'["password=hunter22",' + b"[" * depth + b"]" * depth + b"]"

    assert b"hunter22" not in mask_raw(Mask(), said, frozenset())
