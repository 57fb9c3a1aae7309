"""A visitor: opens the page, and hears of every message and of every request to another host."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import axe_playwright_python
from playwright.sync_api import ConsoleMessage, Error, Locator, Page, Request

SECONDS = 30
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
REFUSED = re.compile(r"Failed to load resource.* (401|422|429|503|net::ERR)")
"""What Chromium itself says of an answer that is an error."""


FOLLOW = """fragment => new Promise((done) => {
  document.getElementById('live').textContent = '';
  if (location.hash === fragment) return done();
  addEventListener('hashchange', () => done(), { once: true });
  location.hash = fragment;
})"""

LEAVE = """() => {
  document.activeElement.blur();
  for (const open of document.querySelectorAll('dialog')) open.close();
  for (const open of document.querySelectorAll('details[open]')) open.open = false;
  const boxes = '.options input:checked, .list input:checked';
  for (const box of document.querySelectorAll(boxes)) box.click();
  if (location.protocol.startsWith('http')) { localStorage.clear(); sessionStorage.clear(); }
}"""


def circle(**training: Any) -> dict[str, Any]:
    """A small job that trains within a second and keeps ten epochs."""
    return {
        "name": "circle",
        "architecture": {
            "layers": [
                {"type": "dense", "units": 4, "activation": "tanh"},
                {"type": "dense", "units": 1, "activation": "tanh"},
            ]
        },
        "dataset": {
            "source": {"type": "circle", "samples": 200, "seed": 1},
            "preprocessing": {"standardize": False},
            "split": {"validation": 0.25},
        },
        "training": {
            "epochs": 40,
            "loss": "half_squared_error",
            "record": {"snapshots": 10},
            **training,
        },
    }


class Visitor:
    """Somebody at a page, from entering to leaving; it may have been open before.

    Then a link takes it to what is asked for, as people follow one, and nothing is fetched again.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url
        self.messages: list[str] = []
        self.foreign: list[str] = []
        self.expects_refusals = False

    def __enter__(self) -> Self:
        self.page.set_default_timeout(SECONDS * 1000)
        self.page.on("console", self._hear)
        self.page.on("pageerror", self._fail)
        self.page.on("request", self._see)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.page.evaluate(LEAVE)
        self.page.mouse.move(0, 0)
        self.page.unroute_all()
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        self.page.remove_listener("console", self._hear)
        self.page.remove_listener("pageerror", self._fail)
        self.page.remove_listener("request", self._see)

    def open(self, spec: Mapping[str, Any] | None = None, fragment: str = "") -> Page:
        """Open the page, with a spec in its address if one is given, and wait until it is ready."""
        if spec is not None:
            fragment = f"#spec={quote(json.dumps(spec))}"
        if self.page.url.startswith(self.url) and fragment:
            self.page.evaluate(FOLLOW, fragment)
            self.page.wait_for_selector(
                "#run-controls .run-status:has-text('Ready')", state="attached"
            )
        else:
            self.page.goto(f"{self.url}/{fragment}")
            self.page.wait_for_selector("html[data-ready]")
        shown = "html[data-ready='no'], #network:not([aria-busy='true'])"
        self.page.wait_for_selector(shown, state="attached")
        return self.page

    def train(self) -> None:
        """Press Train and wait until the last snapshot of the job is shown."""
        self.page.click("#train")
        self.page.wait_for_selector("#run-controls .run-status:has-text('Trained')")
        self.page.wait_for_function(
            "() => { const s = document.querySelector('#epoch-slider input');"
            " const label = document.querySelector('#epoch-slider .epoch').textContent;"
            " return s.max > 0 && s.value === s.max && label.startsWith('epoch'); }"
        )
        self.page.wait_for_selector("#epoch-slider .icon-button[aria-label='Play the epochs']")

    @property
    def spec(self) -> dict[str, Any]:
        """The spec in the address."""
        results: dict[str, Any] = self.page.evaluate(
            "() => JSON.parse(new URLSearchParams(location.hash.slice(1)).get('spec'))"
        )
        return results

    def field(self, pointer: str) -> Locator:
        """The field of the form at a place of the spec."""
        return self.page.locator(f"[data-pointer='{pointer}']")

    def picture(self, selector: str = ".plane .heat") -> str:
        """Return the pixels of a canvas."""
        painted: str = self.page.locator(selector).evaluate("canvas => canvas.toDataURL()")
        return painted

    def violations(self, *rules: str) -> list[str]:
        """Return the violations that axe-core finds, by these rules if given, one per line."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        requested = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
        result = self.page.evaluate("options => axe.run(document, options)", requested)
        return [
            f"{violation['id']}: {node['html'][:120]}"
            for violation in result["violations"]
            for node in violation["nodes"]
        ]

    def _hear(self, message: ConsoleMessage) -> None:
        if not (self.expects_refusals and REFUSED.search(message.text)):
            self.messages.append(f"{message.type}: {message.text} {message.location['url']}")

    def _fail(self, error: Error) -> None:
        self.messages.append(str(error))

    def _see(self, request: Request) -> None:
        if not request.url.startswith((self.url, "blob:")):
            self.foreign.append(request.url)
