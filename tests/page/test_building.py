"""Building: the form edits the spec, and is generated from the OpenAPI document."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from playwright.sync_api import Route, expect

from tests.page.visitor import Visitor, circle


def test_edits_of_the_network_change_the_spec_and_a_link_restores_it(visitor: Visitor) -> None:
    page = visitor.open(circle())
    page.click("[aria-label='Insert a layer before layer 2']")
    page.click("[aria-label='More units in layer 2']")
    page.select_option("[aria-label='Activation of layer 1']", "relu")
    page.click("[aria-label='Feature x₁²']")
    visitor.field("/training/optimizer").locator("select").first.select_option("sgd")
    visitor.field("/training/optimizer/learning_rate").locator("input").fill("0.3")
    page.click(".tile[title='xor']")
    expect(page.locator("#request pre").first).to_contain_text("xor")
    spec = visitor.spec
    layers = spec["architecture"]["layers"]
    assert [layer["units"] for layer in layers] == [4, 5, 1]
    assert layers[0]["activation"] == "relu"
    assert spec["dataset"]["preprocessing"]["features"] == ["x1", "x2", "x1^2"]
    assert spec["training"]["optimizer"] == {"type": "sgd", "learning_rate": 0.3}
    assert spec["dataset"]["source"] == {"type": "xor", "samples": 200, "seed": 1}
    page.reload()
    page.wait_for_selector("html[data-ready]")
    assert visitor.spec == spec
    expect(page.locator(".column.layer")).to_have_count(3)


def test_the_curl_command_can_be_copied_and_run(visitor: Visitor) -> None:
    page = visitor.open(circle(epochs=3))
    page.click("#request-title")
    page.click("[aria-label='Copy the curl command']")
    line = page.evaluate("() => navigator.clipboard.readText()")
    assert line == page.locator("#curl").text_content()
    completed = subprocess.run(["sh", "-c", line], capture_output=True, check=True, timeout=30)
    assert json.loads(completed.stdout)["spec"]["training"]["epochs"] == 3


def test_an_unknown_layer_gets_fields_from_its_schema(stranger: Visitor) -> None:
    def add(route: Route) -> None:
        reply = route.fetch()
        document: dict[str, Any] = reply.json()
        components = document["components"]["schemas"]
        components["Blur"] = {
            "type": "object",
            "properties": {
                "type": {"type": "string", "const": "blur"},
                "radius": {"type": "integer", "minimum": 1, "maximum": 9, "description": "Reach."},
            },
            "required": ["type", "radius"],
        }
        family = components["Layer"]["anyOf"][1]
        family["discriminator"]["mapping"]["blur"] = "#/components/schemas/Blur"
        route.fulfill(response=reply, json=document)

    stranger.page.route("**/openapi.json", add)
    stranger.expects_refusals = True  # the service knows no blur
    page = stranger.open(circle())
    page.click("[data-keep='layer-0']")
    kind = page.locator("dialog [data-pointer='/architecture/layers/0'] select").first
    kind.select_option("blur")
    radius = stranger.field("/architecture/layers/0/radius").locator("input")
    radius.fill("3")
    assert stranger.spec["architecture"]["layers"][0] == {"type": "blur", "radius": 3}
    radius.fill("12")
    error = stranger.field("/architecture/layers/0/radius").locator(".error")
    expect(error).to_have_text("must be an integer from 1 up to 9")


def test_an_error_of_the_service_is_shown_at_its_field(visitor: Visitor) -> None:
    visitor.expects_refusals = True
    page = visitor.open(circle(loss="categorical_cross_entropy"))
    expect(
        page.locator(".column.output.invalid, [data-pointer='/training/loss'].invalid")
    ).to_have_count(1)
    page.click("#train")
    expect(page.locator("#submit-errors")).to_contain_text("The spec has errors")
    visitor.field("/training/loss").locator("select").first.select_option("half_squared_error")
    expect(page.locator(".invalid")).to_have_count(0)
    visitor.train()
    expect(page.locator("#submit-errors")).to_be_hidden()


def test_a_number_out_of_range_is_an_error_while_typing(visitor: Visitor) -> None:
    visitor.expects_refusals = True
    page = visitor.open(circle())
    epochs = visitor.field("/training/epochs")
    epochs.locator("input").fill("0")
    expect(epochs.locator(".error")).to_contain_text("from 1 up to 1000000")
    expect(epochs.locator("input")).to_have_attribute("aria-invalid", "true")
    page.click("#train")
    expect(epochs.locator("input")).to_be_focused()
    epochs.locator("input").fill("40")
    expect(epochs.locator(".error")).to_be_empty()


def test_requests_to_a_busy_service_are_retried(stranger: Visitor) -> None:
    stranger.expects_refusals = True

    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers={"Retry-After": "1"}, json={"title": "busy"})

    for requested in ("**/v1/datasets/preview?*part=training", "**/v1/jobs?dry_run=true"):
        stranger.page.route(requested, refuse, times=1)
    page = stranger.open(circle())
    expect(page.locator("#estimate")).to_contain_text("17 parameters")
    expect(page.locator("#data")).to_contain_text("150 for training")
