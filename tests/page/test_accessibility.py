"""Accessibility: no violations of axe-core, in both themes, from 360 px to 2560 px."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Route, expect

from tests.page.visitor import Visitor, circle


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_reports_no_violation(visitor: Visitor, theme: Literal["light", "dark"]) -> None:
    rules = () if theme == "light" else ("color-contrast",)  # all else is the same in the dark
    visitor.page.emulate_media(color_scheme=theme)
    page = visitor.open(circle())
    visitor.train()
    page.click("[data-keep='unit-0-0']")
    expect(page.locator("#inspection .line")).to_have_count(3)
    page.evaluate("for (const each of document.querySelectorAll('.more')) each.open = true")
    page.locator(".data-table summary").first.click()
    assert visitor.violations(*rules) == []
    page.keyboard.press("Escape")
    page.select_option("#preset", "mazur")
    expect(page.locator("#inspection")).to_contain_text("BP1")
    page.click("text=Use formula")
    expect(page.locator("dialog #formula")).to_be_focused()
    assert visitor.violations(*rules) == []
    page.keyboard.press("Escape")
    page.click("#to-compare")
    page.locator("[aria-label^='Compare ']").first.check()
    page.locator("#models-title ~ div .link-button").first.click()
    expect(page.locator(".prediction")).not_to_be_empty()
    assert visitor.violations(*rules) == []


def test_nothing_is_wider_than_the_page(visitor: Visitor) -> None:
    page = visitor.open(circle())
    visitor.train()
    for width in (360, 768, 1440, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        for view in ("#to-train", "#to-compare"):
            page.click(view)
            assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_progress_is_announced_and_reduced_motion_shows_the_last_epoch(visitor: Visitor) -> None:
    visitor.page.emulate_media(reduced_motion="reduce")
    page = visitor.open(circle())
    expect(page.get_by_label("epochs", exact=True)).to_have_value("40")
    visitor.train()
    expect(page.locator("#epoch-slider .epoch")).to_have_text("epoch 40")
    expect(page.locator("#live")).to_contain_text("Trained")
    payload = page.locator("#curves svg[role=img]").first.get_attribute("aria-label") or ""
    assert "after 40 epochs" in payload
    duration = "() => getComputedStyle(document.querySelector('.train')).transitionDuration"
    assert page.evaluate(duration) == "0s"


def test_an_api_key_is_requested_until_it_is_valid(stranger: Visitor) -> None:
    def guard(route: Route) -> None:
        payload = route.request.headers.get("authorization")
        if payload == "Bearer right":
            return route.fallback()
        detail = "the key is unknown" if payload else "a key is needed"
        return route.fulfill(status=401, json={"title": "Unauthorized", "detail": detail})

    stranger.expects_refusals = True
    page = stranger.page
    page.route(re.compile("/(v1/|openapi)"), guard)
    page.goto(stranger.url)
    expect(page.locator("dialog .error")).to_be_empty()
    page.fill("#key", "wrong")
    page.keyboard.press("Enter")
    expect(page.locator("dialog .error")).to_have_text("the key is unknown")
    page.keyboard.press("Escape")
    expect(page.locator("#train-view")).to_contain_text("This service requires an API key")
    page.click("text=Try again")
    page.fill("#key", "right")
    page.keyboard.press("Enter")
    expect(page.locator("#run-controls .run-status")).to_contain_text("Ready")
    expect(page.locator("dialog")).to_have_count(0)
