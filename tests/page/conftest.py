"""Chromium in front of the real service; every test ends without a message or a foreign request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, sync_playwright

from tests.end_to_end.house import House
from tests.page.visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def context() -> Iterator[BrowserContext]:
    """One browser for all, that keeps what it has fetched and shows no films unless asked."""
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


@pytest.fixture
def visitor(context: BrowserContext, house: House) -> Iterator[Visitor]:
    """Somebody in front of the page."""
    with Visitor(context, house.url) as somebody:
        yield somebody
        assert somebody.messages == []
        assert somebody.foreign == []
