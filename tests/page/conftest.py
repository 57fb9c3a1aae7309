"""Chromium in front of the real service; every test ends without a message or a foreign request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests.end_to_end.running_service import RunningService
from tests.page.visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def context() -> Iterator[BrowserContext]:
    """One browser with a shared cache and reduced motion."""
    if not CHROMIUM.exists():
        pytest.skip(
            f"there is no browser at {CHROMIUM}: on Debian, 'apt install chromium' brings it"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(
            viewport={"width": 1440, "height": 1000}, reduced_motion="reduce"
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        yield context
        chromium.close()


@pytest.fixture(scope="session")
def pages(context: BrowserContext) -> list[Page]:
    """The page that visitors find open, if there is one."""
    return []


@pytest.fixture
def visitor(
    context: BrowserContext,
    pages: list[Page],
    service: RunningService,
    request: pytest.FixtureRequest,
) -> Iterator[Visitor]:
    """Somebody in front of the page, which may be open already."""
    failed = request.session.testsfailed
    if not pages:
        pages.append(context.new_page())
    with Visitor(pages[0], service.url) as opened:
        yield opened
        if request.session.testsfailed > failed:
            pages.pop()  # the next test starts with a new page
        assert opened.messages == []
        assert opened.foreign == []


@pytest.fixture
def stranger(context: BrowserContext, service: RunningService) -> Iterator[Visitor]:
    """Somebody who comes for the first time."""
    page = context.new_page()
    with Visitor(page, service.url) as opened:
        yield opened
        assert opened.messages == []
        assert opened.foreign == []
    page.close()
