"""INI files are read as the standard library reads them, with lines and without its slowness."""

from configparser import ConfigParser, Error
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawgate.manifests.ini import sections

_PIECES = ("[a]", "[DEFAULT]", "[b] c", "[", "]", "x", "X", " ", "  ", "\t", "=", ":", "#", ";")
_TEXT = st.lists(st.sampled_from((*_PIECES, *"\n\n\n\n")), max_size=40).map("".join)


def expected(text: str) -> dict[str, dict[str, list[str]]] | None:
    parser = ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except Error:
        return None
    return {
        name: {
            option: [line.strip() for line in value.splitlines() if line.strip()]
            for option, value in parser.items(name)
        }
        for name in parser.sections()
    }


def read(text: str) -> dict[str, dict[str, list[str]]] | None:
    try:
        found = sections(text)
    except ValueError:
        return None
    return {
        name: {option: [line for line, _ in lines] for option, lines in options.items()}
        for name, options in found.items()
    }


@given(_TEXT)
def test_any_text_is_read_as_the_standard_library_reads_it(text: str) -> None:
    """Sections, options, continued values, comments and what is refused: all the same."""
    assert read(text) == expected(text)


def test_each_line_of_a_value_has_its_own_number() -> None:
    """The same text may stand in many places; each one counts for itself."""
    text = "[a]\nx = flask\n[options]\r\nx =\r\n  # why\r\n  flask\r\n\r\n  six\n"

    assert sections(text) == {
        "a": {"x": (("flask", 2),)},
        "options": {"x": (("flask", 6), ("six", 8))},
    }


@pytest.mark.parametrize(
    ("text", "line"), [("token TOKEN\n", 1), ("[a]\nb\n", 2), ("[a]\nb=\n\n=TOKEN\n", 4)]
)
def test_what_can_not_be_read_is_named_by_its_line_only(text: str, line: int) -> None:
    """Its text may be a secret."""
    with pytest.raises(ValueError, match=f"it is no INI file: line {line} is") as caught:
        sections(text)

    assert "TOKEN" not in str(caught.value)


@pytest.mark.parametrize("unit", ["=\n", "[\n", " =\n[b]\n", "[b]\n", "a=\n", "\n", " #\n", "a:"])
def test_a_megabyte_of_anything_costs_little(unit: str) -> None:
    """The first line that can't be read ends it."""
    text = "[a]\n" + unit * (2**20 // len(unit))
    start = process_time()

    read(text)

    assert process_time() - start < 2.0
