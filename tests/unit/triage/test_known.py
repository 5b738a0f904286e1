"""Known values are found in any text, the longest first, however many begin alike."""

from time import process_time

import pytest

from drawgate.triage.known import known

LONG = "abcd" * 80


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abcd12345 and abcd1", "*** and ***"),
        ("xabcd12345x, xabcd1", "x***x, xabcd1"),
        (f"{LONG}1 {LONG}2 {LONG}", f"*** {LONG}2 ***"),
        ("one\ntwo2!x", "***\n***"),
        ("abc", "abc"),
        ("", ""),
    ],
)
def test_the_longest_value_that_stands_somewhere_is_hidden(text: str, expected: str) -> None:
    found = known(("abcd1", "abcd12345", LONG, f"{LONG}1", "one\ntwo2!x"))

    assert expected == found.without(text)


def test_thousands_of_values_that_begin_alike_take_linear_time() -> None:
    """A file of tokens has one beginning and as many values as lines."""
    found = known(f"ghp_{number:036}" for number in range(20_000))
    text = "\n".join(f"ghp_{number:036}" for number in range(10_000, 40_000))
    started = process_time()

    shown = found.without(text)

    assert process_time() - started < 1
    assert (10_000, 20_000) == (shown.count("***"), shown.count("ghp_"))


def test_values_show_in_no_representation() -> None:
    assert "Known()" == repr(known(("swordfish",)))
