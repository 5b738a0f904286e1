"""Every mistake in a policy or configuration file is named with its place."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from time import process_time
from typing import cast

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drawgate import strict
from drawgate.core.errors import ConfigError, PolicyError
from drawgate.strict import Entry, Node, Shape
from drawgate.strict.tomlfile import _Walk


class Colour(StrEnum):
    RED = "red"
    GREEN = "green"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    name: str
    api_version: str = "v1"
    colour: Colour = Colour.RED
    width: int = 1
    share: float = 0.5
    open: bool = False
    keys: tuple[str, ...] = ()
    limits: dict[Colour, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.name == "forbidden":
            raise ValueError("this name is forbidden")


DOOR: Shape[Door] = strict.record(
    Door,
    {
        "name": strict.text.about("what people call it"),
        "apiVersion": strict.choice("v1"),
        "colour": strict.member_of(Colour),
        "width": strict.integer(1),
        "share": strict.number(0, 1),
        "open": strict.boolean,
        "keys": strict.one_or_more(strict.pattern("[a-z]+", "lower-case letters")),
        "limits": strict.table_of(strict.member_of(Colour), strict.integer(0)),
    },
)


def from_yaml(text: str) -> Node:
    return strict.parse_yaml(text.encode(), "door.yaml", PolicyError)


def from_toml(text: str) -> Node:
    return strict.parse_toml(text.encode(), "door.toml", ConfigError)


def test_yaml_becomes_a_dataclass() -> None:
    """A whole table, each sort of value once."""
    door = DOOR(
        from_yaml(
            "name: front\napiVersion: v1\ncolour: green\nwidth: 3\nshare: 1\nopen: true\n"
            "keys: [a, b]\nlimits: {red: 2, green: 0}\n"
        )
    )

    expected = Door(
        name="front",
        colour=Colour.GREEN,
        width=3,
        share=1,
        open=True,
        keys=("a", "b"),
        limits={Colour.RED: 2, Colour.GREEN: 0},
    )
    assert expected == door


def test_toml_becomes_the_same_dataclass() -> None:
    door = DOOR(from_toml('name = "front"\nkeys = "a"\nshare = 0.25\n[limits]\nred = 2\n'))

    assert Door(name="front", keys=("a",), share=0.25, limits={Colour.RED: 2}) == door


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name: x\nwidht: 3", "door.yaml:2:1: unknown key 'widht' (did you mean 'width'?)"),
        (
            "name: x\nzzz: 3",
            (
                "door.yaml:2:1: unknown key (known: apiVersion, colour, keys, limits, name, "
                "open, share, width)"
            ),
        ),
        ("width: 3", "door.yaml:1:1: the key 'name' is missing"),
        ("name: forbidden", "door.yaml:1:1: this name is forbidden"),
        ("name: ''", "door.yaml:1:7: expected a text, found an empty text"),
        ("name: 1.10", "door.yaml:1:7: expected a text, found the number 1.1 (put it in quotes)"),
        ("name:", "door.yaml:1:6: expected a text, found nothing (put it in quotes)"),
        ("name: [x]", "door.yaml:1:7: expected a text, found a list"),
        (
            "name: x\nwidth: true",
            "door.yaml:2:8: expected a whole number of at least 1, found the word true",
        ),
        (
            "name: x\nwidth: 0",
            "door.yaml:2:8: expected a whole number of at least 1, found the number 0",
        ),
        (
            "name: x\nshare: 1.5",
            "door.yaml:2:8: expected a number from 0 to 1, found the number 1.5",
        ),
        (
            "name: x\nshare: false",
            "door.yaml:2:8: expected a number from 0 to 1, found the word false",
        ),
        ("name: x\nopen: yes", "door.yaml:2:7: expected true or false, found a text"),
        (
            "name: x\ncolour: rad",
            "door.yaml:2:9: expected red or green, found the text 'rad' (did you mean 'red'?)",
        ),
        ("name: x\ncolour: {}", "door.yaml:2:9: expected red or green, found a table"),
        (
            "name: x\nkeys: []",
            "door.yaml:2:7: expected a list with at least one item, found a list",
        ),
        ("name: x\nkeys: [a, a]", "door.yaml:2:11: stands in this list twice (line 2)"),
        (
            "name: x\nkeys: [a, B]",
            "door.yaml:2:11: expected lower-case letters, found a text",
        ),
        (
            "name: x\nlimits: {blue: 1}",
            "door.yaml:2:10: expected red or green, found a text (known: green, red)",
        ),
        ("- name: x", "door.yaml:1:1: expected a table, found a list"),
        (
            f"name: x\ncolour: {'long' * 20}",
            "door.yaml:2:9: expected red or green, found a text (known: green, red)",
        ),
    ],
)
def test_a_wrong_value_names_its_place(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        DOOR(from_yaml(text))

    assert message == str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "door.yaml: is empty"),
        ("# only a comment", "door.yaml: is empty"),
        ("a: 1\na: 2", "door.yaml:2:1: this key stands here twice (line 1)"),
        (
            "a: &x 1\nb: *x",
            "door.yaml:1:4: anchors and aliases are not allowed (write it out)",
        ),
        ("b: *x", "door.yaml:1:4: anchors and aliases are not allowed (write it out)"),
        (
            "a: !!python/object/apply:os.system [id]",
            "door.yaml:1:4: a tag is not allowed (write the plain value)",
        ),
        ("? [a]\n: 1", "door.yaml:1:3: a key must be a text"),
        ("a: 1\n---\nb: 2", "door.yaml:2:1: a second document starts here (keep one per file)"),
        ("a: 0777", "door.yaml:1:4: is a number to some readers (put it in quotes)"),
        ("a: 1:30", "door.yaml:1:4: is a number to some readers (put it in quotes)"),
        ("a: .inf", "door.yaml:1:4: is a number to some readers (put it in quotes)"),
        ("a: 1e3", "door.yaml:1:4: is a number to some readers (put it in quotes)"),
        ("a: " + "[" * 40, "door.yaml:1:36: is nested deeper than 32 levels"),
        ("a: 'b", "door.yaml:1:6: is not valid YAML: found unexpected end of stream"),
        ("a: \x00", "door.yaml: is not valid YAML: control characters are not allowed"),
    ],
)
def test_yaml_that_two_readers_could_read_differently_is_refused(text: str, message: str) -> None:
    with pytest.raises(PolicyError) as caught:
        from_yaml(text)

    assert message == str(caught.value)


def test_yaml_words_are_what_a_reader_takes_them_for() -> None:
    """`no` is no boolean, a date is a text, and quotes make a text of anything."""
    node = from_yaml("a: [no, 'true', true, 2027-01-01, 14d, 1.0.0, -0.5, 007x, ~]")
    values = [item.value for item in node.at("a").value]  # type: ignore[union-attr]

    assert ["no", "true", True, "2027-01-01", "14d", "1.0.0", -0.5, "007x", None] == values


def test_a_file_is_read_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "door.yaml"
    path.write_bytes(b"\xef\xbb\xbfname: x\nb: 1\n")

    with pytest.raises(PolicyError) as caught:
        DOOR(strict.load_yaml(path, PolicyError))

    assert f"{path}:2:1" == caught.value.where


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        strict.load_toml(tmp_path / "none.toml", ConfigError)

    assert f"{tmp_path}/none.toml: can't be read: No such file or directory" == str(caught.value)


def test_a_file_that_is_not_utf8_is_named_with_the_line() -> None:
    with pytest.raises(PolicyError) as caught:
        strict.parse_yaml(b"a: 1\nb: \xff\n", "x.yaml", PolicyError)

    assert "x.yaml:2: is not UTF-8 text" == str(caught.value)


def test_size_is_bounded() -> None:
    limit = 1 << 20
    assert strict.parse_toml(b"#" * limit, "x.toml", ConfigError).value == {}

    with pytest.raises(ConfigError) as caught:
        strict.parse_toml(b"#" * (limit + 1), "x.toml", ConfigError)

    assert "x.toml: is larger than 1048576 bytes" == str(caught.value)


TOML = """\
# a comment with = and [brackets]
title = "a # in a string"
"quoted key" = 1
a.b.'c d' = { x = 1, y = [10, { z = 2 }] } # inline
many = [
  "one", # comment ]
  'two]',
  \"\"\"three
]\"\"\",
]
when = 1979-05-27 07:32:00
[table]
key = true
[table.sub]
deep = '''x
]'''
[[list]]
first = 1
[list.inner]
k = 1
[[list]]
second = 2
[[list.nested]]
n = 1
"""


@pytest.mark.parametrize(
    ("path", "key_place", "value_place"),
    [
        (["title"], "2:1", "2:9"),
        (["quoted key"], "3:1", "3:16"),
        (["a", "b"], "4:3", "4:3"),
        (["a", "b", "c d"], "4:5", "4:13"),
        (["a", "b", "c d", "y", 1, "z"], "4:33", "4:37"),
        (["many", 2], "8:3", "8:3"),
        (["when"], "11:1", "11:8"),
        (["table"], "12:2", "12:1"),
        (["table", "key"], "13:1", "13:7"),
        (["table", "sub", "deep"], "15:1", "15:8"),
        (["list"], "17:3", "17:3"),
        (["list", 0, "first"], "18:1", "18:9"),
        (["list", 0, "inner", "k"], "20:1", "20:5"),
        (["list", 1, "second"], "22:1", "22:10"),
        (["list", 1, "nested", 0, "n"], "24:1", "24:5"),
    ],
)
def test_toml_keys_and_values_have_their_places(
    path: list[str | int], key_place: str, value_place: str
) -> None:
    node = from_toml(TOML)
    place = node.place
    for step in path:
        if isinstance(step, int):
            node = cast("tuple[Node, ...]", node.value)[step]
            place = node.place
        else:
            entry = cast("Mapping[str, Entry]", node.value)[step]
            node, place = entry.node, entry.place

    assert (f"door.toml:{key_place}", f"door.toml:{value_place}") == (str(place), str(node.place))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = ]", "door.toml:1:5: is not valid TOML: Invalid value"),
        ("a = 1\r\na = 2\r\n", "door.toml:2:6: is not valid TOML: Cannot overwrite a value"),
        ("a = ", "door.toml: is not valid TOML: Invalid value at its end"),
        (
            f"a = {'[' * 60}{']' * 60}",
            "door.toml:1:37: is nested deeper than 32 levels",
        ),
        (
            f"a = {'[' * 9000}{']' * 9000}",
            "door.toml: is nested deeper than 32 levels",
        ),
    ],
)
def test_broken_toml_is_named_with_its_place(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_toml(text)

    assert message == str(caught.value)


def test_a_message_of_another_python_is_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Python 3.11 gives the place in the text only; without it the file alone is named."""

    def refuse(text: str) -> None:
        raise tomllib.TOMLDecodeError("nothing to like here")

    monkeypatch.setattr(tomllib, "loads", refuse)
    with pytest.raises(ConfigError) as caught:
        from_toml("a = 1")

    assert "door.toml: is not valid TOML: nothing to like here" == str(caught.value)


def test_a_toml_date_is_no_text() -> None:
    with pytest.raises(ConfigError) as caught:
        DOOR(from_toml("name = 2027-01-01"))

    message = "door.toml:1:8: expected a text, found a date or time (put it in quotes)"
    assert message == str(caught.value)


def test_a_nested_table_can_be_taken_out() -> None:
    document = from_toml('[tool.drawgate]\nname = "x"\n')

    assert Door(name="x") == DOOR(document.at("tool", "drawgate"))  # type: ignore[arg-type]
    assert document.at("tool", "other") is None
    assert document.at("tool", "drawgate", "name", "deeper") is None


def test_the_schema_says_what_the_reader_does() -> None:
    valid = {"name": "x", "limits": {"red": 1}, "keys": "a"}

    jsonschema.Draft202012Validator.check_schema(DOOR.schema)
    jsonschema.validate(valid, DOOR.schema)
    for wrong in ({}, {"name": ""}, {**valid, "widht": 1}, {**valid, "limits": {"blue": 1}}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, DOOR.schema)
    assert "what people call it" == DOOR.schema["properties"]["name"]["description"]


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text makes the readers break in an unexpected way."""
    for parse in (strict.parse_yaml, strict.parse_toml):
        try:
            place = str(parse(text.encode(errors="surrogatepass"), "x", PolicyError).place)
        except PolicyError as error:
            place = error.where

        assert place.startswith("x")


KEYS = st.lists(
    st.sampled_from(["a", "b", "c-d", '"q k"', "'l.k'", '"e\\"s"', "1"]), min_size=1, max_size=3
).map(".".join)
SCALARS = st.sampled_from(
    [
        "1", "-1_0", "0xff", "1.5e3", "inf", "true", "1979-05-27", "1979-05-27 07:32:00.5+01:00",
        "07:32:00", '""', "''", '"a # ] } , = \\" \\\\"', "'a ] \\'", '"""x\n"" ] y""""',
        "'''x\n'' } y''''",
    ]
)  # fmt: skip
BLANKS = st.sampled_from(["", " ", "\n", " # c ] }\n"])


def _list(items: list[str], blank: str) -> str:
    return f"[{blank}{f'{blank},{blank}'.join(items)}{blank}]"


VALUES = st.recursive(
    SCALARS,
    lambda value: (
        st.builds(_list, st.lists(value, max_size=3), BLANKS)
        | st.lists(st.builds("{} = {}".format, KEYS, value), max_size=3).map(
            lambda pairs: "{ " + ", ".join(pairs) + " }"
        )
    ),
    max_leaves=6,
)
LINES = (
    st.builds("{} ={}{} # c".format, KEYS, st.sampled_from(["", " "]), VALUES)
    | KEYS.map("[{}]".format)
    | KEYS.map("[[ {} ]]".format)
)


def _paths(value: object, above: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)  # type: ignore[arg-type]
    for key, inner in pairs:
        yield (*above, key)
        if isinstance(inner, dict | list):
            yield from _paths(inner, (*above, key))


@given(st.lists(LINES, min_size=1, max_size=6).map("\n".join))
def test_every_key_and_value_of_any_toml_has_its_own_place(text: str) -> None:
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        assume(False)  # noqa: FBT003 - hypothesis has it so
    keys, values = _Walk(text).offsets()

    assert set(_paths(document)) == keys.keys() | values.keys()


def test_a_large_document_takes_time_in_proportion() -> None:
    """Places are looked up, not counted from the beginning for each key."""
    text = "".join(f"k{number} = 1\n" for number in range(50_000)).encode()
    start = process_time()

    node = strict.parse_toml(text, "x", PolicyError)

    assert str(node.at("k49999").place) == "x:50000:10"  # type: ignore[union-attr]
    assert process_time() - start < 5.0


def test_a_key_of_very_many_parts_is_refused() -> None:
    """Tomllib would copy all its prefixes."""
    with pytest.raises(PolicyError, match="line 2 has too many dots"):
        strict.parse_toml(b"\n" + b"a." * 101 + b"a = 1", "x", PolicyError)


def test_dots_in_texts_are_no_parts_of_a_key() -> None:
    """A list of versions on one line is nothing odd, up to a length."""
    line = "k = [{}]".format(",".join(["'1.2.3'"] * 200)).encode()

    assert strict.parse_toml(line, "x", PolicyError).at("k")
    with pytest.raises(PolicyError, match="line 1 has too many dots"):
        strict.parse_toml(line * 2, "x", PolicyError)


def test_long_lists_are_compared_by_lookup() -> None:
    """A list may have as many items as fit into a document."""
    words = ",".join(f"'{number}'" for number in range(50_000))
    node = strict.parse_toml(f"k = [{words}]".encode(), "x", PolicyError)
    start = process_time()

    assert len(strict.list_of(strict.text)(node.at("k"))) == 50_000  # type: ignore[arg-type]
    assert process_time() - start < 5.0


SECRETS = ["hunter2", "correct horse", "gre3n", "redRedRedRed", "Qm9iOnMzY3JldA==", "4711" * 3]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "text",
    [
        "name: x\ncolour: '{}'",
        "name: x\nwidth: '{}'",
        "name: x\nopen: {}",
        "name: x\nkeys: ['{}']",
        "name: x\nlimits: {{'{}': 1}}",
        "name: x\n'{}': 1",
        "name: x\n'{}': 1\n'{}': 2",
        "name: !{} x",
        "name: &{} x",
        "apiVersion: '{}'\nname: x",
    ],
)
def test_a_secret_under_the_wrong_key_is_not_repeated(text: str, secret: str) -> None:
    """The place says where to look; the value itself may be anything."""
    with pytest.raises(PolicyError) as caught:
        DOOR(from_yaml(text.format(secret, secret)))

    assert secret not in str(caught.value)
    assert "door.yaml" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "x = {{ '{0}' = 1, '{0}' = 2 }}",
        "['{0}']\n['{0}']",
        "'{0}' = 1\n['{0}'.a]",
        "x = '{0}",
        "x = {0} {0}",
    ],
)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_in_broken_toml_is_not_repeated(text: str, secret: str) -> None:
    with pytest.raises(ConfigError) as caught:
        DOOR(from_toml(text.format(secret)))

    assert secret not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("5", "the number 5"), ("86401", "the number 86401"), ("123456", "a number")],
)
def test_only_short_numbers_are_repeated(value: str, shown: str) -> None:
    with pytest.raises(PolicyError, match=f"expected a text, found {shown}"):
        DOOR(from_yaml(f"name: {value}"))


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("semgrep", " 'semgrep'"),
        ("bandti", " 'bandti'"),
        ("hunter2", ""),
        ("AKIAIOSFODNN7EXAMPLE", ""),
        ("x" * 25, ""),
        ("Semgrep\x1b[2J", ""),
    ],
)
def test_a_typed_name_is_repeated_unless_it_may_be_secret(word: str, shown: str) -> None:
    """A plain short word in the place of a name is one; a token has digits or capitals."""
    assert shown == strict.typed(word, ("bandit", "pip-audit"))


@pytest.mark.parametrize(
    ("where", "shown"),
    [
        ("--only", " 'swordfish'"),
        ("--output-dir", " 'swordfish'"),
        ("DRAWGATE_ONLY", " that"),
        ("my.toml: only", " that"),
        ("--x.toml: only", " that"),
        ("", " that"),
    ],
)
def test_a_wrong_name_is_repeated_after_a_flag_only(where: str, shown: str) -> None:
    """A password pasted into a file or a variable stays there, however plain a word it is."""
    assert shown == strict.called("swordfish", ("bandit", "pip-audit"), where)
