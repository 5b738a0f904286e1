"""Known values are found in any text, the longest first, however many begin alike."""

import time
from time import process_time

import pytest

from drawgate.triage.known import known

LONG = "abcd" * 80


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abcd12345 and abcd1", "*** and ***"),
        ("xabcd12345x, xabcd1", "x***, xabcd1"),
        (f"{LONG}1 {LONG}2 {LONG}", f"*** {LONG}2 ***"),
        ("one\ntwo2!x", "***\n***"),
        ("abc", "abc"),
        ("", ""),
    ],
)
def test_the_longest_value_that_stands_somewhere_is_hidden(text: str, expected: str) -> None:
    found = known(("abcd1", "abcd12345", LONG, f"{LONG}1", "one\ntwo2!x"))

    assert expected == found.without(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("key abcd12345AAW3 is", "key *** is"),
        ("key AAW3abcd12345 is", "key *** is"),
        ("AAW3+abcd12345_x,y", "***,y"),
        ("mysql -pabcd12345 db", "mysql -p*** db"),
        ("PASSWORD=abcd12345;x", "PASSWORD=***;x"),
        ("'abcd12345' and \"abcd12345\"", "'***' and \"***\""),
        ("https://h/abcd12345/x?k=abcd12345&y", "https://h/***/x?k=***&y"),
        ("abcd12345abcd12345 abcd12345, abcd12345", "*** ***, ***"),
        ("a.abcd12345.b", "a.***.b"),
    ],
)
def test_a_word_is_hidden_whole(text: str, expected: str) -> None:
    """What is left of a longer secret is a part of one; prose and names beside it stay."""
    assert expected == known(("abcd12345",)).without(text)


def test_one_endless_word_takes_linear_time() -> None:
    """Each character of a word is looked at once, however often the value stands in it."""
    text = "abcd12345" * 100_000
    started = time.process_time()

    assert "***" == known(("abcd12345",)).without(text)
    assert time.process_time() - started < 2


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
