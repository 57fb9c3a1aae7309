"""Inspection: the four equations with their numbers, the history of units and weights."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.page.visitor import Visitor, circle


def test_numbers_of_mazurs_example_match_the_publication(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.select_option("#preset", "mazur")
    inside = page.locator("#inspection")
    expect(inside).to_contain_text("0.298371109")
    text = inside.text_content() or ""
    for number in ("0.75136507", "0.772928465", "0.138498562", "−0.038098237"):
        assert number in text
    for weight in ("0.35891648", "0.408666186", "0.51130127", "0.561370121", "0.149780716"):
        assert weight in text
    assert "z₁ = 0.4·0.59327 + 0.45·0.59688 + 0.6 = 1.105905967" in text


def test_a_point_shows_its_equations_at_the_shown_epoch(visitor: Visitor) -> None:
    page = visitor.open(circle())
    visitor.train()
    box = page.locator(".plane").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    inside = page.locator("#inspection")
    expect(inside).to_contain_text("BP4")
    cost = inside.locator(".fact:has-text('cost')")
    last = cost.text_content() or ""
    page.locator("#epoch-slider input").fill("0")
    expect(inside.locator(".fact:has-text('after epoch')")).to_have_text("after epoch4")
    expect(cost).not_to_have_text(last)
    inside.locator("[aria-label='Show the steps of unit 3']").click()
    expect(inside).to_contain_text("Unit 3, step by step")
    inside.locator("summary", has_text="Feature attribution").click()
    expect(inside.locator(".importance tbody tr")).to_have_count(2)
    inside.locator("[aria-label='Close']").click()
    inside.locator("text=Compute feature importance").click()
    expect(inside).to_contain_text("Increase of the loss on 50 samples of the validation set")
    expect(inside.locator(".importance tbody th")).to_have_count(2)


def test_the_keyboard_trains_and_inspects(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.focus("#train")
    page.keyboard.press("Enter")
    expect(page.locator("#run-controls .run-status")).to_contain_text("Trained")
    page.focus(".plane")
    for key in ("ArrowUp", "ArrowUp", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#inspection")).to_contain_text("BP1")
    page.focus("[data-keep='unit-0-1']")
    page.keyboard.press("Enter")
    expect(page.locator("#inspection")).to_contain_text("Unit 2 of layer 1")


def test_weights_can_be_edited_and_units_have_a_history(visitor: Visitor) -> None:
    page = visitor.open(circle())
    inside, hand = page.locator("#inspection"), page.locator("#edit-notice")
    expect(page.locator(".link.positive, .link.negative")).to_have_count(2 * 4 + 4)
    drawn = visitor.picture()
    page.click("[data-keep='unit-0-2']")
    expect(inside).to_contain_text("Unit 3 of layer 1")
    inside.get_by_label("bias").fill("2.5")
    page.mouse.move(0, 0)  # a unit under the pointer is shown instead of the output
    expect(hand).to_be_visible()
    page.wait_for_function(
        "drawn => document.querySelector('.plane .heat').toDataURL() !== drawn", arg=drawn
    )
    first, second = visitor.spec["architecture"]["layers"]
    assert first["bias_initializer"]["values"] == [0, 0, 2.5, 0]
    assert len(second["weight_initializer"]["values"]) == 4
    visitor.train()
    expect(inside).to_contain_text("from x2")
    expect(inside.locator(".line")).to_have_count(3)
    started = inside.locator("tbody tr", has_text="bias").locator("td").first
    assert abs(float((started.text_content() or "").replace("−", "-")) - 2.5) < 0.5
    page.locator(".links .hit").nth(9).dispatch_event("click")
    expect(inside).to_contain_text("Weight 2 → 1 of layer 2")
    expect(inside.locator(".line")).to_have_count(1)
    learned = visitor.spec["architecture"]["layers"]
    inside.get_by_label("weight", exact=True).fill("-1.5")
    expect(page.locator("#epoch-slider .epoch")).to_have_text("as built")
    layers = visitor.spec["architecture"]["layers"]
    assert layers[1]["weight_initializer"]["values"][1] == [-1.5]
    assert layers[0]["bias_initializer"] != learned[0]["bias_initializer"]
    hand.locator("button").click()
    expect(hand).to_be_hidden()
    assert [set(layer) for layer in visitor.spec["architecture"]["layers"]] == [
        {"type", "units", "activation"}
    ] * 2
