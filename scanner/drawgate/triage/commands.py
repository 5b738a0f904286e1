"""Passwords on command lines whose option has one letter, or none: `mysql -p…`, `sshpass -p …`."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from drawgate.triage.literals import WORD

_REACH: Final = 300
"""Characters; no option stands further behind its command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Command:
    """A command, and the option behind it that announces a password."""

    hint: str
    name: re.Pattern[str]
    option: re.Pattern[str]
    """What ends a command, or an option and its value."""


def _command(hint: str, name: str, option: str, ends: str = r"(?<!\\)\n|[|;&]") -> _Command:
    return _Command(
        hint=hint,
        name=re.compile(rf"(?i){name}"),
        option=re.compile(rf"(?i)(?:{ends})|({option})({WORD})"),
    )


_COMMANDS: Final = (
    _command("mysql", r"\b(?:mysql\w{0,20}\b)", r"\s-p(?=\S)"),
    _command("mariadb", r"\b(?:mariadb\w{0,20}\b)", r"\s-p(?=\S)"),
    _command("sshpass", r"\bsshpass\b", r"\s-p[ \t=]{0,4}"),
    _command(
        "login",
        r"\b(?:docker|podman|helm|skopeo|buildah|az|oc)\b[^\n|;&]{0,80}?\slogin\b",
        r"\s-p[ \t=]{0,4}",
    ),
    _command("redis-cli", r"\bredis-cli\b", r"\s-a[ \t]{1,4}"),
    _command("ldap", r"\bldap[a-z]{1,12}\b", r"\s-w[ \t]{1,4}"),
    _command(
        "identified", r"\b(?:create|alter|grant)\b", r"\bidentified\s{1,4}by\s{1,4}", r"[\n;]"
    ),
    _command(
        "password", r"\b(?:create|alter)\s{1,4}(?:user|role)\b", r"\bpassword\s{1,4}(?=')", r"[\n;]"
    ),
)


def mask(text: str, lower: str, hide: Callable[[re.Match[str]], str]) -> str:
    """Hide what these commands are given; a match has the option and the value as its groups."""
    for command in _COMMANDS:
        if command.hint in lower:
            text = _replaced(text, _options(command, text), hide)
    return text


def _options(command: _Command, text: str) -> Iterator[re.Match[str]]:
    """Give the option of each command; no place is searched for one twice."""
    position = 0
    ahead: re.Match[str] | None = None
    for name in command.name.finditer(text):
        start = name.end()
        if start < position:
            continue
        if ahead is None or ahead.start() < start:
            ahead = command.option.search(text, start)
        if ahead is None:
            return
        if ahead.lastindex and ahead.start() - start <= _REACH:
            yield ahead
            position = ahead.end()
            ahead = None


def _replaced(
    text: str, matches: Iterator[re.Match[str]], hide: Callable[[re.Match[str]], str]
) -> str:
    pieces: list[str] = []
    end = 0
    for match in matches:
        pieces += (text[end : match.start()], hide(match))
        end = match.end()
    return "".join((*pieces, text[end:]))
