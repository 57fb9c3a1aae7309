"""Look inside: the four equations with their numbers, the past of units and weights."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.page.visitor import Visitor, circle


def test_mazurs_numbers_are_those_of_his_post(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.select_option("#preset", "mazur")
    inside = page.locator("#inside")
    expect(inside).to_contain_text("0.298371109")
    told = inside.text_content() or ""
    for number in ("0.75136507", "0.772928465", "0.138498562", "−0.038098237"):
        assert number in told
    for weight in ("0.35891648", "0.408666186", "0.51130127", "0.561370121", "0.149780716"):
        assert weight in told
    assert "z₁ = 0.4·0.59327 + 0.45·0.59688 + 0.6 = 1.105905967" in told


def test_a_point_tells_its_equations_at_the_epoch_that_is_shown(visitor: Visitor) -> None:
    page = visitor.open(circle())
    visitor.train()
    box = page.locator(".plane").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    inside = page.locator("#inside")
    expect(inside).to_contain_text("BP4")
    cost = inside.locator(".fact:has-text('cost')")
    last = cost.text_content() or ""
    page.locator("#time input").fill("0")
    expect(inside.locator(".fact:has-text('after epoch')")).to_have_text("after epoch4")
    expect(cost).not_to_have_text(last)
    inside.locator("[aria-label='Work out unit 3']").click()
    expect(inside).to_contain_text("Unit 3 worked out")


def test_the_keyboard_alone_trains_and_looks_inside(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.focus("#train")
    page.keyboard.press("Enter")
    expect(page.locator("#deck .told")).to_contain_text("Trained")
    page.focus(".plane")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#inside")).to_contain_text("BP1")
    page.focus("[data-keep='unit-0-1']")
    page.keyboard.press("Enter")
    expect(page.locator("#inside")).to_contain_text("Unit 2 of layer 1")


def test_units_and_links_have_a_past(visitor: Visitor) -> None:
    page = visitor.open(circle())
    visitor.train()
    page.click("[data-keep='unit-0-2']")
    inside = page.locator("#inside")
    expect(inside).to_contain_text("from x2")
    expect(inside.locator(".line")).to_have_count(3)
    page.locator(".links .hit").nth(9).dispatch_event("click")
    expect(inside).to_contain_text("Weight 2 → 1 of layer 2")
    expect(inside.locator(".line")).to_have_count(1)
