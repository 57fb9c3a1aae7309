"""Comparison: curves of jobs, predictions and downloads of models, drawn digits."""

from __future__ import annotations

import re

from playwright.sync_api import Route, expect

from tests.end_to_end.running_service import RunningService
from tests.page.visitor import Visitor, circle
from tests.service.multilabel import tags

DOWNLOADS = {
    "Weights": (".safetensors", b""),
    "ONNX": (".onnx", b""),
    "Python file": (".py", b'"""'),
    "History as CSV": (".csv", b"epoch,"),
    "loss.png": ("-loss.png", b"\x89PNG"),
}


def test_jobs_are_compared_and_a_model_predicts(visitor: Visitor, service: RunningService) -> None:
    for rate in (0.01, 0.1):
        service.train(
            circle(optimizer={"type": "sgd", "learning_rate": rate}) | {"name": "compared"}
        )
    page = visitor.open(fragment="#view=compare")
    boxes = page.locator("[aria-label^='Compare compared']")
    expect(boxes).to_have_count(2)
    for box in boxes.all():
        box.check()
    expect(page.locator(".overlay .line")).to_have_count(2)
    expect(page.locator(".overlay .legend")).to_contain_text("compared 2")
    page.click("#models-title ~ div .link-button:has-text('compared')")
    expect(page.locator(".predicted")).to_have_text("1")
    page.fill(".field [aria-label='x1']", "5")
    expect(page.locator(".predicted")).to_have_text("−1")
    page.click("summary:has-text('Permutation feature importance')")
    expect(page.locator(".importance tbody th")).to_have_count(2)
    for button, (saved, begins) in DOWNLOADS.items():
        with page.expect_download() as started:
            page.get_by_role("button", name=button, exact=True).click()
        assert started.value.suggested_filename == f"compared-2{saved}"
        assert started.value.path().read_bytes().startswith(begins), button
    page.locator("[aria-labelledby='jobs-title'] .link-button:has-text('compared')").first.click()
    expect(page.locator("#run-controls .run-status")).to_contain_text("Trained")
    assert visitor.spec["name"] == "compared"


def test_lists_load_after_the_service_was_busy(stranger: Visitor, service: RunningService) -> None:
    service.train(circle(epochs=1) | {"name": "late"})
    stranger.expects_refusals = True
    request_body: dict[str, int] = {}

    def busy(route: Route) -> None:
        place = route.request.url.partition("?")[0]
        request_body[place] = request_body.get(place, 0) + 1
        if request_body[place] == 1:
            return route.fulfill(status=503, json={"title": "Busy", "detail": "too many wait"})
        return route.fallback()

    page = stranger.page
    page.route("**/compare/view.js", lambda route: route.abort())
    stranger.open(fragment="#view=compare")
    expect(page.locator("#compare-view [role=alert]")).to_contain_text("could not be loaded")
    page.unroute("**/compare/view.js")
    page.route(re.compile("/v1/(jobs|models)[?]limit"), busy)
    page.click("text=Try again")
    expect(page.locator("[aria-labelledby='jobs-title'] .note")).to_contain_text("too many wait")
    expect(page.locator("[aria-label^='Compare late']")).to_have_count(1)
    expect(page.locator("#models-title ~ div .link-button:has-text('late')")).to_have_count(1)


def test_digits_are_shown_evaluated_and_drawn(visitor: Visitor) -> None:
    spec = {
        "name": "digits",
        "architecture": {
            "layers": [
                {"type": "conv2d", "filters": 4, "padding": "same", "activation": "relu"},
                {"type": "max_pool2d"},
                "flatten",
                {"type": "dense", "units": 10, "activation": "softmax"},
            ]
        },
        "dataset": {
            "source": "digits",
            "preprocessing": {"standardize": False, "reshape": [8, 8, 1]},
            "split": {"validation": 200},
        },
        "training": {"epochs": 4, "record": {"snapshots": 2}},
    }
    page = visitor.open(spec)
    visitor.train()
    expect(page.locator(".confusion-matrix tbody tr")).to_have_count(10)
    expect(page.locator("#confusion")).to_contain_text(
        "of 200 held-out samples are correctly classified"
    )
    filters = {visitor.picture(f"[data-keep='unit-0-{unit}'] canvas") for unit in range(4)}
    assert len(filters) == 4
    expect(page.locator("#image .bar")).to_have_count(10)
    before = page.locator("#image .bars").text_content()
    page.click("text=Draw an image")
    box = page.locator("#image canvas.pad:visible").first.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 20, steps=4)
    page.mouse.up()
    expect(page.locator("#image .bar.best")).to_have_count(1)
    expect(page.locator("#image .bars")).not_to_have_text(before or "")


def test_the_labels_that_a_multilabel_model_predicts_are_listed(
    visitor: Visitor,
) -> None:
    page = visitor.open(tags())
    expect(page.locator("#data")).to_contain_text("several labels per row")
    page.click("#train")
    expect(page.locator("#run-controls .run-status")).to_contain_text("Trained")
    page = visitor.open(fragment="#view=compare")
    page.click("#models-title ~ div .link-button:has-text('tags')")
    page.fill(".field [aria-label='x1']", "2")
    page.fill(".field [aria-label='x2']", "0")
    expect(page.locator(".predicted")).to_have_text("0, 2")
    page.fill(".field [aria-label='x1']", "0")
    expect(page.locator(".predicted")).to_have_text("no label")
    expect(page.locator(".bars .bar")).to_have_count(3)
