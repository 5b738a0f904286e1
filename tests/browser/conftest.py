"""A real Chromium; `apt-get install chromium` brings it, `requirements/browser.txt` its driver."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).parents[2]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave these tests out where there is no browser, unless CI says that there must be one."""
    missing = not shutil.which("chromium") or not _driver()
    if missing and "DRAWGATE_BROWSER" not in os.environ:
        reason = "needs chromium and requirements/browser.txt"
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=reason))


def _driver() -> bool:
    try:
        import playwright  # noqa: F401 - only asked for
    except ImportError:
        return False
    return True


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: "Browser", tmp_path: Path) -> Iterator[Any]:
    """Give a function that opens a report; nothing it asks for over a network is answered."""
    opened = []

    def open_(report: bytes, **options: Any) -> "Page":  # noqa: ANN401 - the browser's own
        path = tmp_path / "report.html"
        path.write_bytes(report)
        context = browser.new_context(**options)
        opened.append(context)
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    yield open_
    for context in opened:
        context.close()
