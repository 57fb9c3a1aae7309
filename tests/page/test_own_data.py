"""Own data: drawn points, a formula, a file."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Page, expect

from tests.page.visitor import Visitor, circle

ROWS = [f"{i % 7}.5,{i % 5},{'ant' if i % 7 < 3 else 'bee'}" for i in range(60)]


def upload(page: Page, name: str, content: str) -> None:
    """Choose a file to upload."""
    page.set_input_files(
        "[aria-label='Data file']",
        {"name": name, "mimeType": "text/csv", "buffer": content.encode()},
    )


def drop(page: Page, name: str, content: str) -> None:
    """Drag a file over the page, and let it fall."""
    dragged = page.evaluate_handle(
        "([name, content]) => { const dragged = new DataTransfer();"
        " dragged.items.add(new File([content], name, { type: 'text/csv' })); return dragged; }",
        [name, content],
    )
    page.dispatch_event("#data", "dragenter", {"dataTransfer": dragged})
    expect(page.locator(".dropping")).to_have_count(1)
    page.dispatch_event("#data", "drop", {"dataTransfer": dragged})
    expect(page.locator(".dropping")).to_have_count(0)


def test_a_dropped_file_becomes_the_data_of_a_job(visitor: Visitor) -> None:
    page = visitor.open(circle())
    drop(page, "own.csv", "\n".join(["width,height,kind", *ROWS]))
    page.click("text=Use this file")
    expect(page.locator(".legend").first).to_contain_text("bee")
    dataset = visitor.spec["dataset"]
    assert dataset["source"]["type"] == "uploaded"
    assert dataset["preprocessing"]["target"] == "kind"
    visitor.train()
    expect(page.locator("#run-controls .numbers")).to_contain_text("accuracy")


def test_an_invalid_file_shows_an_error(visitor: Visitor) -> None:
    page = visitor.open(circle())
    upload(page, "bad.csv", "a,b\n" + "1,2\n" * 9 + "3,4,5\n")
    expect(page.locator("dialog .error, dialog [aria-live]").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog")).to_have_count(0)


def test_a_file_is_read_again_with_other_options(visitor: Visitor) -> None:
    page = visitor.open(circle())
    rows = [f"{i % 7},5;{i % 3};{'ant' if i % 7 < 3 else 'bee'}" for i in range(60)]
    upload(page, "own.csv", "\n".join(["width;zip;kind", *rows]))
    page.click("dialog summary")
    page.select_option("#reading-decimal", label="comma")
    page.get_by_label("Type of zip").select_option("category")
    page.click("dialog button:text-is('Read again')")
    expect(page.locator("dialog tr", has_text="width")).to_contain_text("0.5 … 6.5")
    expect(page.locator("dialog tr", has_text="zip")).to_contain_text("category")
    page.click("text=Use this file")
    expect(page.locator("#data")).to_contain_text("4 columns, 2 labels")


def test_a_file_that_cannot_be_read_is_read_again(visitor: Visitor) -> None:
    page = visitor.open(circle())
    upload(page, "own.csv", "a;b\n" + "1,2;3\n" * 9 + "1,2;3;4\n")
    expect(page.locator("dialog .error").first).to_contain_text("read with the default options")
    page.get_by_label("Delimiter").select_option("comma")
    page.get_by_label("First line has names").select_option("false")
    page.click("dialog button:text-is('Read again')")
    expect(page.locator("dialog .error").first).to_contain_text("delimiter comma")


def test_an_option_that_the_file_does_not_have_is_named(visitor: Visitor) -> None:
    page = visitor.open(circle())
    upload(page, "own.jsonl", '{"a": 1, "b": 2}\n{"a": 3, "b": 5}\n')
    page.click("dialog summary")
    page.select_option("#reading-decimal", label="comma")
    page.click("dialog button:text-is('Read again')")
    error = page.locator("dialog .error", has_text="decimal must be omitted")
    expect(error).to_contain_text("it belongs to text/csv")
    assert "422" in visitor.messages.pop()


def test_a_compressed_file_is_read(visitor: Visitor) -> None:
    page = visitor.open(circle())
    packed = gzip.compress("\n".join(["width,height,kind", *ROWS]).encode())
    page.set_input_files(
        "[aria-label='Data file']",
        {"name": "own.csv.gz", "mimeType": "application/gzip", "buffer": packed},
    )
    expect(page.locator("dialog")).to_contain_text("60 rows, 3 columns")


def test_points_drawn_by_mouse_and_keyboard_are_the_data(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.click("#data button:text-is('Draw')")
    box = page.locator(".sample-canvas").bounding_box()
    assert box
    for step in range(6):
        page.mouse.click(box["x"] + 60 + 9 * step, box["y"] + 80 + 7 * (step % 3))
    page.focus(".sample-canvas")
    page.keyboard.press("2")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
        page.keyboard.press(" ")
    expect(page.locator("dialog")).to_contain_text("12 points of 2 classes")
    page.click("text=Use these points")
    expect(page.locator("#data")).to_contain_text("9 for training, 3 for validation")
    source = visitor.spec["dataset"]["source"]
    assert source["targets"] == [-1] * 6 + [1] * 6
    visitor.train()


def test_a_formula_makes_classes_or_values(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.click("text=Use formula")
    page.fill("#formula", "x1^2 + max(x2, 0) < ")
    expect(page.locator("#formula-error")).to_contain_text("the formula is incomplete")
    expect(page.locator("text=Use this formula")).to_be_disabled()
    page.fill("#formula", "sin(x1) + x2 / 4")
    page.click("text=Use this formula")
    expect(page.locator("#data")).to_contain_text("2 columns, values")
    spec = visitor.spec
    assert spec["dataset"]["task"] == "regression"
    assert spec["architecture"]["layers"][-1] == {"type": "dense", "units": 1}
    visitor.train()


FORMULAS = {
    "1 + 2 * 3 ^ 2": 19,
    "-2 ^ 2": -4,
    "2 ^ -1": 0.5,
    "(x1 - x2) / 2": 1.5,
    "min(x1, x2, 7) + abs(-3)": 4,
    "x1 > 3 and x2 < 0 or x1 = 4": None,
    "x1 > 3 and x2 > 0": True,
    "alert(1)": None,
    "constructor(1)": None,
    "x1.y": None,
    "2 * (3": None,
}


@pytest.mark.usefixtures("visitor")
def test_formulas_are_parsed_by_their_grammar(visitor: Visitor) -> None:
    page = visitor.open(circle())
    main = page.locator("script[type=module]").get_attribute("src")
    payload = page.evaluate(
        "async ([place, formulas]) => { const { parse } = await import(place);"
        " return formulas.map((text) => { try { return parse(text).value(4, 1); }"
        " catch { return null; } }); }",
        [f"/{main}".replace("main.js", "data/formula_parser.js"), list(FORMULAS)],
    )
    assert dict(zip(FORMULAS, payload, strict=True)) == FORMULAS
