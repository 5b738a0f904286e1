"""Reads YAML and TOML so that every mistake is an error with its file, line and column."""

from drawgate.strict.echo import called, named, suggestion, typed, unquoted
from drawgate.strict.inside import inside
from drawgate.strict.node import Entry, Node, Place, decode, read_bytes
from drawgate.strict.shapes import (
    Shape,
    boolean,
    choice,
    integer,
    list_of,
    member_of,
    number,
    one_or_more,
    pattern,
    record,
    table_of,
    text,
)
from drawgate.strict.tomlfile import checked, load_toml, parse_toml
from drawgate.strict.yamlfile import load_yaml, parse_yaml

__all__ = [
    "Entry",
    "Node",
    "Place",
    "Shape",
    "boolean",
    "called",
    "checked",
    "choice",
    "decode",
    "inside",
    "integer",
    "list_of",
    "load_toml",
    "load_yaml",
    "member_of",
    "named",
    "number",
    "one_or_more",
    "parse_toml",
    "parse_yaml",
    "pattern",
    "read_bytes",
    "record",
    "suggestion",
    "table_of",
    "text",
    "typed",
    "unquoted",
]
