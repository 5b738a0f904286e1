"""What an editor accepts by the published schema, the reader accepts, and the reverse.

Documents are drawn from the schema itself, then broken in one place. Only two things a schema
can't say: rules about several keys at once (a pack's scope that contradicts itself), and that
`2.0` is no whole number, because JSON has one kind of number.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from drawgate import resources, strict
from drawgate.config import Settings, resolve
from drawgate.core.errors import ConfigError, DrawgateError, PolicyError
from drawgate.policy.language import PACK
from drawgate.policy.waivers import read_waivers

Document = Any
FOLDER = resources.data("policies") / "schema"
SCHEMAS = {
    name: json.loads((FOLDER / f"{name}.schema.json").read_text())
    for name in ("config", "pack", "waivers")
}
BEYOND = re.compile(
    "is in 'roles' and in 'roles_not'|is in 'paths' and in 'paths_not'|has no condition"
    "|'warn_age' is longer|is not above its 'coverage_min'|stands in this list twice"
    "|no path can fit this pattern|this pattern can't be read|no rule's id can fit"
    "|'(?:expires|created)' (?:is no day|lies before)|exactly one of|belongs to|'advisory' needs"
    "|'rule' needs|expected a package|leave the version|expected a range|names a version"
    "|versions of this|a pattern has at most|is longer than|matches what another"
    "|no scanner is called|a brace has no partner|unknown field|the field .* takes no format"
    "|is in '(?:packages|branches|licence)' and in|the key 'rules' is missing"
    "|'effective_from' means nothing"
    "|has more time than|gives no severity a time|the calendar has no such day|starts or ends with"
    "|no package can fit|expression can't be read|a test that expects 'fail' names"
)
"""What a pack's reader says about several keys at once, or about the inside of a text."""
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=8)


def _is_whole(_: object, value: object) -> bool:
    return type(value) is int


def _pattern(_: object, expression: str, value: object, __: object) -> Iterator[Exception]:
    """Search as ECMA 262 does, where `$` is the end and no line break may follow."""
    if isinstance(value, str) and not re.search(expression.replace("$", r"\Z"), value):
        yield jsonschema.ValidationError("does not fit the pattern")


VALIDATOR = jsonschema.validators.extend(
    jsonschema.Draft202012Validator,
    {"pattern": _pattern},
    type_checker=jsonschema.Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_whole),
)


def _editor(name: str, document: Document) -> bool:
    return bool(VALIDATOR(SCHEMAS[name]).is_valid(document))


def _read_config(document: Document, folder: Path) -> None:
    lines = [f"{json.dumps(key)} = {_toml(value)}" for key, value in document.items()]
    (folder / "mine.toml").write_text("\n".join(lines), encoding="utf-8")
    resolve(Settings(), {}, folder / "mine.toml", None)


def _toml(value: Document) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {_toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _read_pack(document: Document, _: Path) -> None:
    text = json.dumps(document, ensure_ascii=False)  # every text in quotes, as YAML reads it, too
    PACK(strict.parse_yaml(text.encode(), "mine.yaml", PolicyError))


def _read_waivers(document: Document, _: Path) -> None:
    read_waivers(json.dumps(document, ensure_ascii=False).encode(), "mine.yaml")


READERS: Mapping[str, Callable[[Document, Path], None]] = {
    "config": _read_config,
    "pack": _read_pack,
    "waivers": _read_waivers,
}


def _reader(name: str, document: Document, folder: Path) -> DrawgateError | None:
    try:
        READERS[name](document, folder)
    except (ConfigError, PolicyError) as error:
        return error
    return None


def _drawn(schema: Mapping[str, Any]) -> st.SearchStrategy[Document]:
    """Draw documents that fit a schema of ours."""
    if "anyOf" in schema:
        return st.one_of(*map(_drawn, schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if isinstance(schema["type"], list):  # a list or nothing
        return _array(schema) | st.none()
    return KINDS[schema["type"]](schema)


def _string(schema: Mapping[str, Any]) -> st.SearchStrategy[Document]:
    if schema["pattern"] == r"\S":
        return TEXTS.filter(str.strip)
    return st.from_regex(schema["pattern"].replace("$", r"\Z"), fullmatch=True)


def _number(schema: Mapping[str, Any]) -> st.SearchStrategy[Document]:
    least, most = schema["minimum"], schema["maximum"]
    return st.decimals(least, most, places=2).map(float) | st.integers(least, most)


def _array(schema: Mapping[str, Any]) -> st.SearchStrategy[Document]:
    items = _drawn(schema["items"])
    return st.lists(items, min_size=1, max_size=3, unique_by=_sorted)


def _sorted(value: Document) -> str:
    return json.dumps(value, sort_keys=True)


def _object(schema: Mapping[str, Any]) -> st.SearchStrategy[Document]:
    if "propertyNames" in schema:
        keys, values = _drawn(schema["propertyNames"]), _drawn(schema["additionalProperties"])
        return st.dictionaries(keys, values, max_size=2)
    every = {key: _drawn(value) for key, value in schema["properties"].items()}
    needed = {key: every.pop(key) for key in schema["required"]}
    return st.fixed_dictionaries(needed, optional=every)


KINDS = {
    "array": _array,
    "boolean": lambda _: st.booleans(),
    "integer": lambda schema: st.integers(schema["minimum"], 1 << 40),
    "number": _number,
    "object": _object,
    "string": _string,
}
ODD = st.sampled_from([True, -1, 0, 1.5, 10**6, "", " ", "x", [], {}, [[]], {"x": 1}, ["a", "a"]])


@st.composite
def _broken(draw: st.DrawFn, whole: st.SearchStrategy[Document]) -> Document:
    """Draw a document and break it: another value somewhere, a key too many or one too few."""
    document = draw(whole)
    tables = list(_containers(document))
    table = draw(st.sampled_from(tables))
    if isinstance(table, list):
        table[draw(st.integers(0, len(table) - 1))] = draw(ODD)
        return document
    key = draw(st.sampled_from([*table, "new-key", "Jobs", "x"]))
    if key in table and draw(st.booleans()):
        del table[key]
    else:
        table[key] = draw(ODD)
    return document


def _containers(value: Document) -> Iterator[Document]:
    if isinstance(value, dict):
        yield value
        for each in value.values():
            yield from _containers(each)
    elif isinstance(value, list):
        if value:
            yield value
        for each in value:
            yield from _containers(each)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@given(document=_drawn(SCHEMAS["config"]))
def test_what_the_editor_accepts_the_reader_accepts(folder: Path, document: Document) -> None:
    assert _editor("config", document)
    assert None is _reader("config", document, folder)


@given(document=_broken(_drawn(SCHEMAS["config"])))
def test_editor_and_reader_agree_about_broken_configurations(
    folder: Path, document: Document
) -> None:
    assert _editor("config", document) is (_reader("config", document, folder) is None)


@given(document=_drawn(SCHEMAS["waivers"]))
def test_waivers_that_fit_their_schema_fail_for_no_key_and_no_type(
    folder: Path, document: Document
) -> None:
    assert _editor("waivers", document)
    error = _reader("waivers", document, folder)

    assert error is None or BEYOND.search(error.what), error


@given(document=_broken(_drawn(SCHEMAS["waivers"])))
def test_what_the_editor_refuses_in_waivers_the_reader_refuses(
    folder: Path, document: Document
) -> None:
    assume(not _editor("waivers", document))

    assert _reader("waivers", document, folder)


@given(document=_drawn(SCHEMAS["pack"]))
def test_a_pack_that_fits_its_schema_fails_for_no_key_and_no_type(
    folder: Path, document: Document
) -> None:
    assert _editor("pack", document)
    error = _reader("pack", document, folder)

    assert error is None or BEYOND.search(error.what), error


@given(document=_broken(_drawn(SCHEMAS["pack"])))
def test_what_the_editor_refuses_in_a_pack_the_reader_refuses(
    folder: Path, document: Document
) -> None:
    assume(not _editor("pack", document))

    assert _reader("pack", document, folder)


@pytest.mark.parametrize("name", SCHEMAS)
def test_documents_are_drawn_from_every_word_of_the_schemas(name: str) -> None:
    """A keyword that the strategies above do not know would prove nothing."""
    known = {"$schema", "title", "description", "anyOf", "enum", "type", "pattern", "items",
             "minItems", "uniqueItems", "minimum", "maximum", "properties", "required",
             "additionalProperties", "propertyNames"}  # fmt: skip

    assert set() == set(_keywords(SCHEMAS[name])) - known


def _keywords(schema: Mapping[str, Any]) -> Iterator[str]:
    yield from schema
    inner = [*schema.get("anyOf", []), *schema.get("properties", {}).values()]
    inner += [schema[k] for k in ("items", "propertyNames") if k in schema]
    inner += [v for v in [schema.get("additionalProperties")] if isinstance(v, dict)]
    for each in inner:
        yield from _keywords(each)
