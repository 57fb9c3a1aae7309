"""`python -m docs.making.pictures [URL]`: draw the pictures again, from runs on a service.

The service needs the extra `plots`. The default URL is http://127.0.0.1:8000. Chromium takes the
screenshot of the web UI.
"""

from __future__ import annotations

import json
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

from tests.page.conftest import CHROMIUM
from tests.page.visitor import Visitor
from trainlet import Client
from trainlet.client import DEFAULT_URL
from trainlet.client.client import Picture

DOCS = Path(__file__).parents[1]
PICTURES = DOCS / "pictures"

PAGE = "page.png"
WANTED: tuple[Picture, ...] = ("loss.png", "points.png", "boundary.png")

COLOURS = 48
"""Colors of a plot, which make its file a third as large."""

SIZE: ViewportSize = {"width": 1440, "height": 860}
"""Pixels of the screenshot."""


def spec() -> Any:
    """Return the spec of the tutorial's first chapter."""
    page = (DOCS / "tutorial" / "1-circles.md").read_text(encoding="utf-8")
    match = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert match is not None  # noqa: S101  # the chapter starts with its spec
    return json.loads(match[1])


def make(url: str) -> None:
    """Train the spec of the tutorial and save its plots."""
    with Client(url) as client:
        job = client.train(spec())
        for kind in WANTED:
            _save(b"".join(client.picture(job.id, kind)), kind, COLOURS)


def make_page(url: str) -> None:
    """Train the default network in the web UI and save a screenshot."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        with Visitor(page, url) as visitor:
            visitor.open()
            visitor.train()
            visitor.page.mouse.move(0, 0)
            _save(visitor.page.screenshot(), PAGE, 3 * COLOURS)
        browser.close()


def _save(png: bytes, name: str, colours: int) -> None:
    with Image.open(BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(colours)
    few.save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    service = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_URL
    make(service)
    make_page(service)
