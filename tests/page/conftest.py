"""Chromium in front of the real service; every test ends without a message or a foreign request."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.end_to_end.house import House
from tests.page.visitor import Visitor

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(
            f"there is no browser at {CHROMIUM}: on Debian, 'apt install chromium' brings it"
        )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser: Browser, house: House) -> Iterator[Visitor]:
    """Somebody in front of the page."""
    with Visitor(browser, house.url) as somebody:
        yield somebody
        assert somebody.messages == []
        assert somebody.foreign == []
