"""The report in a browser: everybody can use it, at any width, and it needs no script."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

Open = Callable[..., Any]
GOLDEN = Path(__file__).parents[1] / "golden/reporting"
REPORTS = ("red", "green", "incomplete", "compared")
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def report(name: str) -> bytes:
    return (GOLDEN / f"{name}-report.html").read_bytes()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("name", REPORTS)
def test_wcag(open_page: Open, name: str, width: int, scheme: str) -> None:
    """axe-core finds nothing against WCAG 2.2 AA, with every group open."""
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(
        report(name),
        bypass_csp=True,  # only for axe, which is a script
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
    )
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})

    told = [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found.response["violations"]
    ]
    assert [] == told


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("name", REPORTS)
def test_nothing_sticks_out(open_page: Open, name: str, width: int) -> None:
    """A page as narrow as a phone needs no scrolling sideways (WCAG 1.4.10)."""
    page = open_page(report(name), bypass_csp=True, viewport={"width": width, "height": 900})
    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")

    assert width >= page.evaluate("document.scrollingElement.scrollWidth")


def test_filters(open_page: Open) -> None:
    """What is not ticked is not shown, without a script."""
    page = open_page(report("red"), java_script_enabled=False)
    groups = page.locator(".list .group:visible")
    everything = groups.count()

    page.get_by_role("checkbox", name="secrets").uncheck()
    assert 0 == page.locator(".list .k-secrets:visible").count()
    page.get_by_role("checkbox", name="secrets").check()
    page.get_by_role("checkbox", name="critical").uncheck()
    assert 0 < groups.count() < everything
    assert 0 == page.locator(".list .s-critical:visible").count()
    page.get_by_role("checkbox", name="critical").check()
    page.get_by_role("checkbox", name="only what blocks").check()

    assert 0 < groups.count() < everything
    assert groups.count() == page.locator(".list .group.b:visible").count()


def test_nothing_is_loaded_or_refused(open_page: Open) -> None:
    """The page asks for nothing, and its own policy has nothing to refuse."""
    page = open_page(b"<title>empty</title>")
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    Path(page.url.removeprefix("file://")).write_bytes(report("red"))
    page.reload()

    assert [] == said
    assert [page.url] == asked
    weight = page.locator("h1").evaluate("one => getComputedStyle(one).fontSize")
    assert "28px" == weight


def test_keyboard(open_page: Open) -> None:
    """The first stop of the tab key leads past the summary to the findings."""
    page = open_page(report("red"))
    page.keyboard.press("Tab")
    assert "Skip to the findings" == page.locator(":focus").inner_text()

    page.keyboard.press("Enter")

    assert page.url.endswith("#findings")


def test_print(open_page: Open) -> None:
    """On paper there are no filters, and dark mode is no matter."""
    page = open_page(report("red"), color_scheme="dark")
    page.emulate_media(media="print")

    assert not page.locator(".filters").is_visible()
    assert 1000 < len(page.pdf())
