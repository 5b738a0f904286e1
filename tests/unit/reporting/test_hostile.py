"""Text of findings may come from an attacker; no format lets it act."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from drawgate.core.attempt import Failed, Subject
from drawgate.core.finding import Kind
from drawgate.reporting import prose, text
from drawgate.reporting.formats import markdown, terminal
from drawgate.reporting.render import FORMATS
from drawgate.reporting.view import View

Make = Callable[..., Any]

FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def render(view: View, name: str) -> str:
    return FORMATS[name].render(view).decode()


@pytest.mark.parametrize("name", ["terminal", "markdown", "github"])
def test_no_control_character_reaches_a_reader(poisoned: View, name: str) -> None:
    assert [] == FORBIDDEN.findall(render(poisoned, name))


def test_a_terminal_gets_no_escape_but_ours(poisoned: View) -> None:
    drawn = terminal.draw(poisoned, color=True)

    assert [] == FORBIDDEN.findall(re.sub(r"\x1b\[[0-9;]*m", "", drawn))


@pytest.mark.parametrize("name", ["terminal", "markdown", "github"])
def test_no_line_becomes_a_command_of_the_build_system(poisoned: View, name: str) -> None:
    """Only the format for GitHub has commands, and only its own."""
    output = render(poisoned, name)
    if name == "github":
        commands = [line for line in output.splitlines() if line.lstrip().startswith("::")]
        assert commands == [line for line in commands if OURS.fullmatch(line)]
    else:
        assert [] == [line for line in output.splitlines() if line.lstrip().startswith("::")]
        assert not re.search(r"##(vso|teamcity)?\[", output)


OURS = re.compile(
    r"::(error|warning|notice) (file=[^:,]*,)?(line=\d+,)?(col=\d+,)?(endLine=\d+,)?"
    r"(endColumn=\d+,)?title=[^:,]*::[^\r\n]*"
)


@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_wrapped_line_becomes_a_command(view: Make, ran: Make, flaw: Make, width: int) -> None:
    """Where a line breaks is in an attacker's hands as well."""
    texts = ["x" * n + " ::set-output name=a::b" for n in range(20, 110)]
    reasons = [Failed(subject=Subject(name="t", kind=Kind.IAC), error=text) for text in texts]
    drawn = terminal.draw(view(*reasons, ran("b", Kind.CODE)), width=width)

    assert [] == [line for line in drawn.splitlines() if line.lstrip().startswith("::")]


def test_markdown_holds_nothing_but_our_own_markup(poisoned: View) -> None:
    """A renderer finds no link, image, tag, table or heading of theirs."""
    # Of hundreds of wide characters in each field the summary is cut, and says so in italics.
    written = render(poisoned, "markdown").replace(markdown._CUT, "")
    tokens = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(written)
    kinds = {token.type for token in tokens}
    inline = {child.type for token in tokens for child in token.children or ()}
    headings = [
        tokens[index + 1].content
        for index, token in enumerate(tokens)
        if token.type == "heading_open"
    ]

    assert kinds <= {
        "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline",
        "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
        "ordered_list_open", "ordered_list_close", "html_block",
    }  # fmt: skip
    assert inline <= {
        "text", "code_inline", "strong_open", "strong_close", "softbreak", "link_open",
        "link_close",
    }  # fmt: skip
    links = [c.attrs["href"] for t in tokens for c in t.children or () if c.type == "link_open"]
    assert [] == [each for each in links if not PAGE.fullmatch(str(each))]
    tags = [token.content for token in tokens if token.type == "html_block"]
    assert [] == [tag for tag in tags if not OUR_TAGS.fullmatch(tag)]
    texts = [c.content for t in tokens for c in t.children or () if c.type == "text"]
    plain = [each for each in texts if each not in links]
    assert [] == [text for text in plain if ACTIVE.search(text)]
    assert headings[1:] == [h for h in headings[1:] if h in TITLES]


PAGE = re.compile(r"https://example\.org/[A-Za-z0-9._~%/#?=&+-]*")
"""What a scanner says its pages are; an address with anything else in it is no link."""
OUR_TAGS = re.compile(r"<details>\n<summary>[0-9a-z ,]*</summary>\n|</details>\n")
ACTIVE = re.compile(r"[@#<>*_`~\[\]|\\$]|://|www\.|:\w+:|(?i:GH-\d)|\b(?=[a-f]*\d)[0-9a-f]{7,40}\b")
"""What GitHub acts on in plain text: mentions, references, addresses, commits, emoji codes."""

TITLES = {
    "Why", "Fix first", "Fix next", "Scanners", "Findings", "Not assessed", "Warnings",
    "Not counted", "What was judged", "Gone since the baseline", "Suppressed", "Beside other logs",
    "Waivers",
}  # fmt: skip


def test_json_is_json(poisoned: View, evil: str) -> None:
    """Every text comes back as it was; a lone surrogate as an escape, which all readers take."""
    document = json.loads(FORMATS["json"].render(poisoned))
    messages = {finding["message"] for finding in document["findings"]}

    assert {text_of(evil)} == messages


def text_of(evil: str) -> str:
    return evil.replace("\udce9", "\\xe9").replace("\ud800", "\\ud800")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("plain", "plain"),
        ("two\nlines\tand tabs", "two lines and tabs"),
        ("  keeps ascii  blanks ", "  keeps ascii  blanks "),
        ("\x1b[31mred\x1b[0m ü", "red ü"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x07", "link"),
        ("\x9b31mred", "red"),
        ("a\u202eb\u200bc", "abc"),
        ("\x1b", ""),
        ("caf\udce9", "caf\\xe9"),
        ("x\u2028y\u00a0z", "x y z"),
    ],
)
def test_a_line(given: str, expected: str) -> None:
    assert expected == text.line(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("src/ünï code.py", "src/ünï code.py"),
        ("new\nline.py", "new\\nline.py"),
        ("\x1b[31m.py", "\\x1b[31m.py"),
        ("caf\udce9.py", "caf\\xe9.py"),
        ("a\u202eb.py", "a\\u202eb.py"),
    ],
)
def test_a_path_stays_recognisable(given: str, expected: str) -> None:
    assert expected == text.path(given)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("std::string", "std::string"),
        ("::error::x", ": :error::x"),
        ("a\n  ::error::x", "a\n  : :error::x"),
        ("\x1b[1m::error::x", "\x1b[1m: :error::x"),
        ("# heading ## [x]", "# heading ## [x]"),
        ("see ##[error]x", "see # #[error]x"),
        ("##vso[x]", "# #vso[x]"),
    ],
)
def test_commands_are_broken_up(given: str, expected: str) -> None:
    assert expected == text.disarm(given)


def test_shortened_text_shows_that_it_is() -> None:
    assert ("abc", "ab…", "a…") == (
        text.shorten("abc", 3),
        text.shorten("abcd", 3),
        text.shorten("a bcd", 3),
    )


@pytest.mark.parametrize(
    ("number", "expected"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (7669, "7,669 files")]
)
def test_counts(number: int, expected: str) -> None:
    assert expected == text.count(number, "file")


def test_an_address_can_be_followed_and_shows_where_it_leads() -> None:
    """A scanner's page on a rule is worth a link; nothing else that a log names is one."""
    good = "https://bandit.readthedocs.io/en/1.9.4/plugins/b602_a.html#b602"
    wrong = ["javascript:alert(1)", "http://x.example", "https://x/>", "https://x y", "//x", ""]

    assert [f"<{good}>", *[""] * 6] == [prose.link(each) for each in (good, *wrong)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Use of weak SHA1 hash. Consider a=b", "Use of weak SHA1 hash. Consider `a=b`"),
        ("refresh it with `drawgate plan`, or", "refresh it with `drawgate plan`, or"),
        ("don't use eval() (see a.py:1).", "don't use `eval()` (see `a.py:1`)."),
        ("89.9 % of 7,669 - that is much", "89.9 % of 7,669 - that is much"),
        ("x)#)", "`x)#`)"),
        ("@a @b, and #1.", "`@a @b`, and `#1`."),
    ],
)
def test_words_are_prose_and_the_rest_is_code(given: str, expected: str) -> None:
    assert expected == prose.prose(given)


@given(st.text(max_size=80))
def test_no_text_gets_out_of_its_code_span(words: str) -> None:
    """Whatever is not a plain word stays in code, and nothing is lost but what no one sees."""
    (_, paragraph, _) = MarkdownIt("gfm-like", {"html": True, "linkify": False}).parse(
        f"- x {prose.prose(words)}"
    )[2:5]
    children = paragraph.children or []

    assert {child.type for child in children} <= {"text", "code_inline"}
    assert [] == [c.content for c in children if c.type == "text" and ACTIVE.search(c.content)]


PLACE = "services/shop/src/very/deep/below/settings.py:120"


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (49, PLACE),
        (48, "services/shop/src/…/deep/below/settings.py:120"),
        (40, "services/shop/…/below/settings.py:120"),
        (30, "services/…/settings.py:120"),
        (17, "…/settings.py:120"),
        (15, "sett…ngs.py:120"),
        (6, "s…:120"),
        (3, "s…:120"),
    ],
)
def test_a_long_place_loses_its_middle(limit: int, expected: str) -> None:
    """Never the line number, and of the folders those between the first and the last."""
    assert expected == text.shorten_place(PLACE, limit)


def test_wide_characters_take_two_columns() -> None:
    assert (4, "…/ab:1") == (text.columns("漢字"), text.shorten_place("漢字漢字/ab:1", 8))
