"""For everybody: no violation that axe-core finds, in light and dark, from 360 px to 2560 px."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.page.visitor import Visitor, circle


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(visitor: Visitor, theme: Literal["light", "dark"]) -> None:
    visitor.page.emulate_media(color_scheme=theme)
    page = visitor.open(circle())
    visitor.train()
    page.click("[data-keep='unit-0-0']")
    expect(page.locator("#inside .line")).to_have_count(3)
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    page.select_option("#preset", "mazur")
    expect(page.locator("#inside")).to_contain_text("BP1")
    page.click("text=Formula")
    assert visitor.violations() == []
    page.keyboard.press("Escape")
    page.click("#to-compare")
    page.locator("#compare input[type=checkbox]").nth(0).check()
    page.locator("#models-title ~ div .name-of").first.click()
    expect(page.locator(".answer")).not_to_be_empty()
    assert visitor.violations() == []


@pytest.mark.parametrize("width", [360, 768, 1440, 2560])
def test_nothing_is_wider_than_the_page(visitor: Visitor, width: int) -> None:
    visitor.page.set_viewport_size({"width": width, "height": 900})
    page = visitor.open(circle())
    for view in ("#to-lab", "#to-compare"):
        page.click(view)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


def test_who_wants_stillness_sees_the_end_at_once(visitor: Visitor) -> None:
    visitor.page.emulate_media(reduced_motion="reduce")
    page = visitor.open(circle())
    visitor.train()
    expect(page.locator("#time .epoch")).to_have_text("epoch 40")
    assert (
        page.evaluate("() => getComputedStyle(document.querySelector('.train')).transitionDuration")
        == "0s"
    )


def test_a_form_tells_its_labels_and_its_progress(visitor: Visitor) -> None:
    page = visitor.open(circle())
    expect(page.get_by_label("epochs", exact=True)).to_have_value("40")
    visitor.train()
    expect(page.locator("#live")).to_contain_text("Trained")
    plots = page.locator("#curves svg[role=img]")
    assert "after 40 epochs" in (plots.first.get_attribute("aria-label") or "")
