"""The page: nothing in it acts, loads or grows without bound, or is left out silently."""

import base64
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest

from drawgate.core.attempt import Failed, Skipped, Subject, Why
from drawgate.core.finding import Kind, Region
from drawgate.reporting.formats.html import MAX_BYTES, render
from drawgate.reporting.frame import FrameLine, frame_of
from drawgate.reporting.view import View

Make = Callable[..., Any]

_VOID = {"meta", "br", "input", "rect"}
_TAGS = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "main", "footer", "section",
    "h1", "h2", "h3", "p", "span", "strong", "code", "pre", "mark", "br", "dl", "div", "dt", "dd",
    "ol", "ul", "li", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure",
    "figcaption", "svg", "text", "rect", "details", "summary", "fieldset", "legend", "label",
    "input",
}  # fmt: skip


@dataclass
class Page(HTMLParser):
    """What a browser makes of the page: tags with their attributes, and the visible text."""

    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    stack: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.stack[-1:] == ["h2"]:
            self.headings.append(data)
        if self.stack[-1:] != ["style"]:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def page_of(view: View) -> Page:
    page = Page()
    page.feed(render(view).decode())
    page.close()
    assert [] == page.stack
    return page


def test_nothing_acts(poisoned: View) -> None:
    """No text of anybody else becomes a tag, an attribute, a link or a style."""
    page = page_of(poisoned)

    assert {tag for tag, _ in page.tags} <= _TAGS
    names = {name for _, attributes in page.tags for name in attributes}
    assert not [name for name in names if name.startswith("on") or name == "style"]
    links = {attributes["href"] for tag, attributes in page.tags if tag == "a"}
    assert all(re.match(r"https?://[\x21-\x7e]+\Z|#findings\Z", link) for link in links)
    assert 1 == sum(tag == "style" for tag, _ in page.tags)


def test_what_stands_in_backticks_is_code(view: Make, ran: Make, flaw: Make) -> None:
    """Most messages and advice name commands so; a tag in one stays text."""
    messages = ("use `a<b>c`", "an odd ` stays", "``", "` <i>` x `")
    flaws = [flaw("a.py", 1, "B602", message=each) for each in messages]
    page = render(view(ran("bandit", Kind.CODE, *flaws))).decode()

    assert "<p>use <code>a&lt;b&gt;c</code></p>" in page
    assert "<p>an odd ` stays</p>" in page
    assert "<p>``</p>" in page
    assert "<i>" not in page


def test_what_was_meant_to_run_stands_before_the_rest(view: Make, ran: Make) -> None:
    """First what failed, then what looked, then what nobody asked for."""
    failed = Failed(subject=Subject(name="zz", kind=Kind.CODE), error="it broke")
    idle = Skipped(
        subject=Subject(name="aa", kind=Kind.CODE), why=Why.NOT_SELECTED, reason="not asked for"
    )
    shown = page_of(view(idle, ran("mm", Kind.CODE), failed)).text

    assert shown.index("zz (code)") < shown.index("mm 1.2.3") < shown.index("aa (code)")


def test_the_policy_allows_this_style_and_nothing_else(red: View) -> None:
    page = render(red).decode()
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()

    (policy,) = [
        attributes["content"]
        for tag, attributes in page_of(red).tags
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_the_verdict_comes_first(red: View) -> None:
    """Outcome, reasons, changes, what did not run: in this order, before any list of findings."""
    page = page_of(red)

    assert f"✗ FAILED {red.headline}." in page.text
    assert [
        "Why",
        "Fix first",
        "What looked, and what did not",
        "At a glance",
        "Findings by cause",
        "Suppressed, not counted",
        "What was judged, and by what",
    ] == page.headings
    assert "it was killed after 900 s Next: raise --timeout" in page.text
    assert "5: Python 2 print statement, such as old/1.py" in page.text


def test_a_page_without_findings_says_what_was_looked_at(view: Make, ran: Make) -> None:
    text = page_of(view(ran("bandit", Kind.CODE), ran("detect-secrets", Kind.SECRETS))).text

    assert "None that counts. Above stands what was looked at." in text
    assert "bandit 1.2.3" in text


@pytest.mark.parametrize("number", [100, 10_000])
def test_size(view: Make, ran: Make, flaw: Make, number: int) -> None:
    """The page stays below two megabytes, and says how many findings it left out."""
    evil = "<&\"'>" * 200
    findings = [
        flaw(f"{evil[:100]}/{n}.py", n + 1, f"R{n % 3000}", message=f"{n}{evil}",
             snippet=evil[:300], region=Region(start_line=n + 1))
        for n in range(number)
    ]  # fmt: skip
    made = view(
        ran("bandit", Kind.CODE, *findings),
        target={"notes": tuple(f"{evil} {n}" for n in range(500))},
    )

    size = len(render(made))

    assert size < MAX_BYTES
    page = page_of(made)
    shown = sum(attributes.get("class") == "place" for _, attributes in page.tags)
    told = re.search(r"… and ([\d,]+) findings of", page.text)
    rest = sum(
        int(n.replace(",", "")) for n in re.findall(r"… and ([\d,]+) more of this", page.text)
    )
    assert number == shown + rest + (int(told[1].replace(",", "")) if told else 0)


def test_no_list_is_cut_silently(view: Make, ran: Make) -> None:
    """However many scanners, reasons and notes there are, the page fits and counts the rest."""
    evil = "<&\"'>" * 200
    failed = [
        Failed(subject=Subject(name=f"s{n:04}", kind=Kind.CODE), error=evil, hint=evil)
        for n in range(3000)
    ]
    made = view(ran("bandit", Kind.CODE), *failed, target={"notes": (evil,) * 300})

    page = page_of(made)

    assert len(render(made)) < MAX_BYTES
    counted = re.findall(r"… and ([\d,]+) more (scanner|reason|warning)s?;", page.text)
    told = {noun: int(number.replace(",", "")) for number, noun in counted}
    assert {"scanner", "reason", "warning"} == told.keys()
    shown = len([name for tag, name in page.tags if tag == "th" and name.get("scope") == "row"])
    assert 2900 <= told["scanner"] < 3000
    assert shown < 200


def test_a_fix_counts_all_of_its_places(view: Make, ran: Make, flaw: Make) -> None:
    flaws = [flaw(f"{n}.py", 1, "B602") for n in range(10)]

    text = page_of(view(ran("bandit", Kind.CODE, *flaws))).text

    assert "closes 10 findings 0.py:1 and 9 more" in text


def test_every_filter_has_its_rule(red: View) -> None:
    """Whatever can be ticked off is hidden by a rule of the style sheet."""
    page = page_of(red)
    boxes = {a["id"] for tag, a in page.tags if tag == "input"}
    style = render(red).decode()

    assert {"f-critical", "f-high", "f-code", "f-secrets", "f-dependencies", "f-blocking"} <= boxes
    assert all(f"#{box}:" in style for box in boxes)


def test_the_same_view_gives_the_same_bytes(red: View) -> None:
    assert render(red) == render(red)


@pytest.mark.parametrize(
    ("snippet", "region", "masked", "expected"),
    [
        ("a = eval(x)", Region(start_line=7, start_column=5, end_column=12), False,
         (FrameLine(number=7, before="a = ", marked="eval(x)"),)),
        ("a = '***'", Region(start_line=7, start_column=5, end_column=12), True,
         (FrameLine(number=7, before="a = '***'"),)),
        ("é = eval(x)", Region(start_line=7, start_column=5, end_column=12), False,
         (FrameLine(number=7, before="é = eval(x)"),)),
        ("f(\n  x)", Region(start_line=7, end_line=8), False,
         (FrameLine(number=7, before="f("), FrameLine(number=8, before="  x)"))),
        ("", Region(start_line=7), False, ()),
        ("x", None, False, ()),
    ],
)  # fmt: skip
def test_frames(
    flaw: Make, snippet: str, region: Region | None, masked: object, expected: tuple[FrameLine, ...]
) -> None:
    """The flaw is marked where its columns are certain; masked lines have none."""
    finding = flaw("a.py", 7, "B1", snippet=snippet, region=region, masked=bool(masked))

    assert expected == frame_of(finding)
