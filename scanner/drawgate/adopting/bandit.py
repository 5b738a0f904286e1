"""Bandit: `skips` and excluded folders in `.bandit`, `pyproject.toml`, INI and YAML files."""

from collections.abc import Iterable
from typing import Final

from drawgate import strict
from drawgate.adopting.entry import Document, Entry, Found, Match, Source, named
from drawgate.adopting.nodes import words
from drawgate.core.errors import ConfigError
from drawgate.manifests import ini
from drawgate.strict import Node

_INI: Final = (".bandit", "tox.ini", "setup.cfg")
_YAML: Final = ("bandit.yaml", "bandit.yml", ".bandit.yaml", ".bandit.yml")
_EXCLUDES: Final = ("exclude_dirs", "exclude", "excluded")


def _read(document: Document) -> Found:
    name = document.path.rpartition("/")[2]
    if name in _INI:
        yield from _of_ini(document)
        return
    parse = strict.parse_yaml if name in _YAML else strict.parse_toml
    node = parse(document.data, document.path, ConfigError)
    settings = node if name in _YAML else node.at("tool", "bandit")
    if settings:
        yield from _of_node(document, settings)


def _of_node(document: Document, node: Node) -> Found:
    yield from _skips(document, words(node.at("skips")))
    for key in _EXCLUDES:
        yield from _paths(document, words(node.at(key)))
    yield from _only(document, words(node.at("tests")))
    for word, line in words(node.at("assert_used", "skips")):
        yield _entry(document, line, Match(rules=("B101",), path=_relative(word)))


def _of_ini(document: Document) -> Found:
    try:
        options = ini.sections(document.text).get("bandit", {})
    except ValueError as error:
        raise ConfigError(str(error), where=document.path) from error
    for key, value in options.items():
        said = [(word.strip(), n) for text, n in value for word in text.split(",")]
        if key == "skips":
            yield from _skips(document, said)
        elif key in _EXCLUDES:
            yield from _paths(document, said)
        elif key == "tests":
            yield from _only(document, said)


def _skips(document: Document, said: Iterable[tuple[str, int]]) -> Found:
    for word, line in said:
        if word:
            yield _entry(document, line, Match(rules=(word,)))


def _paths(document: Document, said: Iterable[tuple[str, int]]) -> Found:
    for word, line in said:
        if path := _relative(word):
            yield _entry(document, line, Match(path=path))


def _only(document: Document, said: Iterable[tuple[str, int]]) -> Found:
    """Say that `tests` hides all rules that it does not name."""
    named = [line for word, line in said if word]
    if named:
        yield document.left_out(named[0], "`tests` switches all other rules of bandit off")


def _relative(path: str) -> str:
    """Write a path as our patterns do; bandit's count from where it was started."""
    return path.strip().removeprefix("./").strip("/")


def _entry(document: Document, line: int, match: Match) -> Entry:
    reason = document.comment(line)
    return Entry(tool="bandit", file=document.path, line=line, match=match, reason=reason)


SOURCE: Final = Source(tool="bandit", fits=named(*_INI, *_YAML, "pyproject.toml"), read=_read)
