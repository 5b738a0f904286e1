"""The second net: what looks like a credential is masked wherever it stands, reported or not.

These patterns are code, not data, because they must also work while an error is being reported.
All repetitions are bounded or can't overlap, so that no text makes them slow.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from drawgate.triage import commands, literals
from drawgate.triage.literals import QUOTED, WORD

STARS: Final = "***"

_NAMES: Final = (
    r"(?:passw(?:or)?d|passphrase|passwd|(?<![a-z])pass|pwd|secret|token|credential"
    r"|(?:api|access|account|priv(?:ate)?|signing|encryption|master|service|client|db|database)"
    r"[_.-]?key|auth(?!or)|contrase(?:n|\xf1)a"
    r"|(?:(?<![a-z])|(?-i:(?<=[a-z])(?=P)))(?:pw|pin)(?![a-z]))"
)
"""What a name contains when its value is nobody's business."""

_ASSIGNED: Final = (
    rf"({_NAMES}[\w.-]{{0,40}}(?:\[\d{{0,6}}\])?[\\\"'`\])]{{0,4}}\s{{0,8}}"
    r"(?::\s{0,4}[&*]{0,2}[\w.]{1,40}(?:\[[\w., |]{0,60}\])?\s{0,4}=|:=|=>|[=!]=|=|:|,)\s{0,8}"
    r"(?:[({\[]{1,2}\s{0,8}(?=[rbfu]{0,2}#{0,3}[\"'`]))?"
    r"(?:\\?[rbfu]{1,2}#{0,3}(?=[\"'`]))?\\?)"
)
_IN_CODE: Final = re.compile(rf"(?i){_ASSIGNED}({QUOTED})")
_IN_CONFIG: Final = re.compile(
    rf"(?i){_ASSIGNED}({QUOTED}|\$\{{[^\s}}]{{0,200}}\}}|[^\s\"'`,;&)}}\]]{{1,4000}})"
)
_HANDED: Final = re.compile(
    rf"(?i){_NAMES}[\w.-]{{0,40}}(?:\[\d{{0,6}}\])?[\"'`]?\s{{0,8}}[:=(@]{{0,3}}\s{{0,4}}@?({QUOTED})"
)
"""`secret("…")`, `private_key "…";`, `password[] = @"…"`: what a secret scanner takes for one."""
_COMPARED: Final = re.compile(
    r"(?i)(\"[^\"\\\r\n]{1,400}+\"|'[^'\\\r\n]{1,400}+')"
    rf"\s{{0,8}}[=!]={{1,2}}\s{{0,8}}[\w.\[\]>-]{{0,60}}?{_NAMES}"
)
"""`"…" == password`."""
_IN_PROSE: Final = re.compile(
    rf"(?i){_ASSIGNED}({QUOTED}|\$\{{[^\s}}]{{0,200}}\}}|(?<==)[^\s\"'`,;&)}}\]]{{1,4000}}"
    r"|(?=[^\s,;]{0,200}\d)[^\s\"'`,;&)}\]]{4,4000})"
)
_LOGIN_CALL: Final = re.compile(
    r"(?i)((?<![a-z])(?:log_?in|log_?on|sign_?in|authenticate)\(\s{0,8}"
    rf"(?:(?:{QUOTED}|[\w.\[\]]{{1,60}})\s{{0,4}},\s{{0,8}}){{0,3}})({QUOTED})(?=\s{{0,8}}[,)])"
)
"""`login("bob", "…")`: the last word that is given is the password, or the only one."""
_IN_LITERAL: Final = re.compile(
    rf"(?i)({_NAMES}[\w.-]{{0,40}}=)([^\s\"'`,;&)}}\]={{$%<\\][^\s\"'`,;&)}}\]]{{0,4000}})"
)
"""`export TOKEN=…` in a string; not `token={token}`, which names a variable."""
_REFERENCE: Final = re.compile(
    r"\$\{[\w.:-]+\}|\$\{\{.*|\{\{.*|\*+|None|null|true|false", re.IGNORECASE
)
"""Unquoted values that only say where the credential comes from."""

_SHAPES: Final = re.compile(
    r"(?:AKIA|ASIA|ABIA|ACCA|A3T[A-Z0-9])[A-Z0-9]{12,}"  # AWS
    r"|gh[pousr]_[A-Za-z0-9]{16,}|github_pat_\w{20,}|gl(?:pat|dt|rt|ptt|cbt|soat|ft)-[\w-]{10,}"
    r"|xox[a-z]-[\w-]{8,}|xapp-[\w-]{8,}|hooks\.slack\.com/services/[\w/]{8,}"
    r"|[sr]k_(?:live|test)_\w{8,}|whsec_\w{16,}|sk-[\w-]{16,}"  # Stripe, OpenAI, Anthropic
    r"|AIza[\w-]{20,}|ya29\.[\w-]{10,}|GOCSPX-[\w-]{10,}"  # Google
    r"|eyJ(?<![\w-]eyJ)[\w-]{6,}\.[\w-]{4,}(?:\.[\w-]*)?"  # JSON Web Token, RFC 7519
    r"|npm_[A-Za-z0-9]{16,}|pypi-[\w-]{16,}|rubygems_\w{16,}|hf_[A-Za-z0-9]{16,}"
    r"|SG\.[\w-]{8,}\.[\w-]{8,}|(?:AC|SK)[0-9a-f]{32}|key-[0-9a-z]{32}|[0-9a-f]{32}-us\d{1,2}"
    r"|dop_v1_\w{16,}|shp(?:at|ca|pa|ss)_\w{16,}|sq0[a-z]{3}-[\w-]{16,}|dapi[0-9a-f]{32}"
    r"|hvs\.[\w-]{16,}|AGE-SECRET-KEY-\w{16,}|ATATT\w{16,}|lin_api_\w{16,}|\d{8,10}:AA[\w-]{30,}"
    r"|(?<=[?&]sig=)[\w%+/=-]{16,}|(?<=Signature=)[\w%+/=-]{16,}"  # signed URLs
)
_PEM: Final = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z0-9 ]{0,12}-----(?s:.*?)"
    r"(?:-----END [A-Z0-9 ]{0,60}-----|\Z)"
)
_USER_INFO: Final = re.compile(
    r"(\w://)(?:[^\s/?#\"'<>]{0,300}|[^\s/:@\"'<>]{0,100}:(?!\d{1,5}[/?#])[^\s\"'<>]{1,300})@"
)
_BEARER: Final = re.compile(
    r"(?i)\b(bearer|basic)(\s{1,4})(?=[\w.~+/-]{0,4000}[\d=])[\w.~+/=-]{8,}"
)
_COMMANDS: Final = re.compile(
    r"(?i)((?<![\w-])-(?:[a-z]{0,6}u|-(?:proxy-)?user)[ \t=]{0,4}[\w.@%+-]{1,100}:(?!\d{1,10}\b))"
    rf"({WORD})"
)
"""`curl -u bob:…`; `docker run -u 1000:1000` is none."""
_HEADER: Final = re.compile(
    r"(?i)(\bauthorization[\"']{0,2}\s{0,4}[:=][\\\s]{0,4}[\"']{0,2}"
    r"(?:bearer|basic|token|apikey|digest)[\\ \t]{1,4}|\b(?:set-)?cookie:[\\\s]{1,4})"
    rf"({WORD})"
)
_COMMAND_HINTS: Final = (" -", "authorization", "cookie:")
_OPTION: Final = re.compile(
    rf"(?i)(?<![\w-])(--?[\w-]{{0,30}}{_NAMES}[\w-]{{0,20}}[ \t]{{1,4}})([^\s-]\S*)"
)
_DEFINED: Final = re.compile(
    rf"(?i)(#[ \t]{{0,8}}define[ \t]{{1,8}}\w{{0,60}}{_NAMES}\w{{0,40}}[ \t]{{1,8}})({QUOTED})"
)
_PIPED: Final = re.compile(
    rf"(?i)(\b(?:echo|printf)[ \t]{{1,4}})({WORD})(?=[ \t]{{0,4}}\|[^\n|;&]{{0,200}}password-stdin)"
)
_ELEMENT: Final = re.compile(rf"(?i)(<[\w:.-]{{0,40}}{_NAMES}[\w:.-]{{0,40}}>)([^<]{{1,4000}})")
_ATTRIBUTE: Final = re.compile(
    rf"(?i)((?:key|name)=[\"'][^\"']{{0,60}}{_NAMES}[^\"']{{0,60}}[\"']\s{{1,8}}value=)"
    r"(\"[^\"]{0,4000}\"?|'[^']{0,4000}'?)"
)
_NETRC: Final = re.compile(r"(?i)((?:^|\s)password[ \t]{1,8})(\S+)(?=\s*$|[ \t]+\w+[ \t]+\S)")
_LOGIN: Final = re.compile(
    r"(?i)(\blogin[ \t:=]{1,8}\S{1,200}[ \t]{1,8}password[ \t:=]{1,8})(\S{1,4000})"
)
_DOCKER: Final = re.compile(
    rf"(?im)^(\s*(?:ENV|ARG|setenv|set[ \t]+-\w{{1,4}})\s+\w{{0,60}}{_NAMES}\w{{0,40}}[ \t]+)(\S+)"
)
_TWO_WORDS: Final = re.compile(
    r"(?im)^([ \t]*[\w.-]{0,40}(?:pass(?:wd|word|phrase)?|masterauth|secret|token)[ \t]{1,8})"
    r"(\S+)[ \t]*$"
)
_WHOLE_LINE: Final = re.compile(
    rf"(?im)^(\s*(?:-\s+)?[\w.-]{{0,40}}{_NAMES}[\w.-]{{0,40}}:[ \t]{{1,8}})"
    r"([^\s\"'|>&*!{\[#$].{0,4000})$"
)
"""A plain value of YAML goes to the end of the line, spaces and all."""
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}+={0,2}")
_CHANGE: Final = re.compile(
    "[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])"  # from one sort of sign to another
)
_CHANGES: Final = 0.42
"""Changes per character of a token that was drawn: three in five, while `Sha256WithRSA` has two."""
_LOOKED_AT: Final = 200
"""Characters of a token that tell whether it was drawn."""
_COMMENT: Final = re.compile(r"(?:#|//|/\*)(?s:.*)")
_HINTS: Final = (
    "pass", "pw", "pin", "secret", "token", "credential", "key", "auth", "contrase",
)  # fmt: skip
_CALL_HINTS: Final = ("in(", "on(", "ate(")
_SHAPE_HINTS: Final = (
    "AKIA", "ASIA", "ABIA", "ACCA", "A3T", "gh", "gl", "xox", "xapp-", "hooks.", "k_live_",
    "k_test_", "whsec_", "sk-", "AIza", "ya29.", "GOCSPX-", "eyJ", "npm_", "pypi-", "rubygems_",
    "hf_", "SG.", "AC", "SK", "key-", "-us", "dop_v1_", "shp", "sq0", "dapi", "hvs.", "AGE-",
    "ATATT", "lin_api_", ":AA", "sig=", "Signature=",
)  # fmt: skip
"""One of these is in every text that `_SHAPES` matches; looking for them is ten times faster."""


def mask_text(text: str) -> str:
    """Mask a sentence, a traceback or what a tool printed; it stays readable."""
    return _mask(text, _IN_PROSE)


def mask_source(text: str, *, code: bool) -> str:
    """Mask a piece of source. In code only literals are values, elsewhere bare words are too."""
    return _mask_code(text) if code else _mask_config(text)


def announced(text: str, *, code: bool) -> Iterator[str]:
    """Give the values that names of credentials announce, without their quotes."""
    for pattern in (_IN_CODE if code else _IN_CONFIG, _LOGIN_CALL):
        for match in pattern.finditer(text):
            yield match[2].strip("\"'`")
    for pattern in (_HANDED, _COMPARED):
        for match in pattern.finditer(text):
            yield match[1].strip("\"'`")


def is_drawn(text: str) -> bool:
    """Tell whether a text holds what nobody writes by hand."""
    return any(_hide_drawn(match) == STARS for match in _TOKEN.finditer(text))


def _mask_code(text: str) -> str:
    if _any_of(_HINTS, text.lower()):
        text = literals.without(text, lambda match: _IN_LITERAL.sub(_keep_name, match[0]))
    text = _mask(text, _IN_CODE)
    if comment := _COMMENT.search(text):
        return text[: comment.start()] + _mask(comment[0], _IN_CONFIG)
    return text


def _mask_config(text: str) -> str:
    if not _any_of(_HINTS, text.lower()):
        return _mask(text, _IN_CONFIG)
    text = _mask(_WHOLE_LINE.sub(_keep_name, text), _IN_CONFIG)
    for pattern in (_NETRC, _DOCKER, _TWO_WORDS):
        text = pattern.sub(_keep_name, text)
    return text


def _mask(text: str, assignments: re.Pattern[str]) -> str:
    if "PRIVATE KEY" in text:
        text = _PEM.sub(STARS, text)
    if "://" in text and "@" in text:
        text = _USER_INFO.sub(rf"\1{STARS}@", text)
    if _any_of(_SHAPE_HINTS, text):
        text = _SHAPES.sub(_whole_word(text), text)
    lower = text.lower()
    if _any_of(_HINTS, lower):
        text = assignments.sub(_keep_name, text)
        for pattern in (_OPTION, _LOGIN, _DEFINED, _PIPED, _ELEMENT, _ATTRIBUTE):
            text = pattern.sub(_keep_name, text)
    if _any_of(_CALL_HINTS, lower):
        text = _LOGIN_CALL.sub(_keep_name, text)
    if _any_of(_COMMAND_HINTS, lower):
        text = _HEADER.sub(_keep_name, _COMMANDS.sub(_keep_name, text))
    text = commands.mask(text, lower, _keep_name)
    if _any_of(("bearer", "basic"), lower):
        text = _BEARER.sub(rf"\1\2{STARS}", text)
    return _TOKEN.sub(_hide_drawn, text)


def _any_of(hints: tuple[str, ...], text: str) -> bool:
    for hint in hints:  # noqa: SIM110 - a generator takes twice as long, and this runs most
        if hint in text:
            return True
    return False


def _hide_drawn(match: re.Match[str]) -> str:
    """Hide what nobody writes by hand: capitals, small letters and digits in no order."""
    token = match[0][:_LOOKED_AT]
    if token.isalpha() or token.islower() or token.isupper():
        return match[0]
    digits = sum(map(token.count, "0123456789"))
    drawn = digits > 0 and len(_CHANGE.findall(token)) >= _CHANGES * len(token)
    return STARS if drawn else match[0]


def _whole_word(text: str) -> Callable[[re.Match[str]], str]:
    """Leave a shape alone in the middle of a word; a look-behind would make the search slow."""

    def replace(match: re.Match[str]) -> str:
        before = text[match.start() - 1 : match.start()]
        return match[0] if before.isalnum() else STARS

    return replace


def _keep_name(match: re.Match[str]) -> str:
    name, value = match[1], match[2]
    if _REFERENCE.fullmatch(value):
        return match[0]
    quote = value[:3] if value[:3] in {'"""', "'''"} else value[0]
    if quote[0] not in "\"'`":
        return f"{name}{STARS}"
    closed = len(value) >= 2 * len(quote) and value.endswith(quote)
    return f"{name}{quote}{STARS}{quote if closed else ''}"
