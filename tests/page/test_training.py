"""Training: curves and images follow the epochs; jobs are stopped, forked and rejected."""

from __future__ import annotations

from typing import Any

import httpx
from playwright.sync_api import Route, expect

from tests.end_to_end.running_service import RunningService
from tests.page.visitor import Visitor, circle

LONG = {"epochs": 200_000, "record": {"snapshots": 0}}


def test_curves_and_pictures_follow_a_job_and_its_epochs(visitor: Visitor) -> None:
    visitor.page.emulate_media(reduced_motion="no-preference")
    page = visitor.open(circle())
    blank = visitor.picture()
    visitor.train()
    expect(page.locator("#run-controls .run-status")).to_contain_text("epoch 40 of 40")
    path = page.locator("#curves .line").first.get_attribute("d") or ""
    assert path.count("L") == 39
    last, unit = visitor.picture(), visitor.picture("[data-keep='unit-0-0'] canvas")
    assert last != blank
    assert page.locator(".link.positive, .link.negative").count() == 2 * 4 + 4
    page.locator("#epoch-slider input").fill("0")
    expect(page.locator("#epoch-slider .epoch")).to_have_text("epoch 4")
    page.wait_for_function(
        "last => document.querySelector('.plane .heat').toDataURL() !== last", arg=last
    )
    assert visitor.picture("[data-keep='unit-0-0'] canvas") != unit
    page.click("[aria-label='Play the epochs']")
    expect(page.locator("#epoch-slider .epoch")).to_have_text("epoch 40")


def test_a_fork_continues_from_an_epoch_with_an_edited_field(visitor: Visitor) -> None:
    page = visitor.open(circle())
    visitor.train()
    page.locator("#epoch-slider input").fill("4")
    page.click("[aria-label='Fork from this epoch']")
    expect(page.locator("#fork")).to_contain_text("epoch 20")
    visitor.field("/training/optimizer/learning_rate").locator("input").fill("0.01")
    assert visitor.spec["start_from"]["epoch"] == 20
    visitor.train()
    expect(page.locator("#run-controls .run-status")).to_contain_text("epoch 40 of 40")
    page.click("[aria-label='Train one more epoch']")
    expect(page.locator("#run-controls .run-status")).to_contain_text("epoch 41 of 41")
    page.click("[aria-label='Start from new weights']")
    assert "start_from" not in visitor.spec


def test_a_job_is_paused_resumed_and_cancelled(visitor: Visitor) -> None:
    page = visitor.open(circle(**LONG))
    page.click("#train")
    status = page.locator("#run-controls .run-status")
    expect(status).to_contain_text("Training")
    page.click("#run-controls [aria-label='Pause']")
    expect(status).to_contain_text("Paused")
    page.click("#run-controls [aria-label='Resume']")
    expect(status).to_contain_text("Training")
    page.click("#run-controls [aria-label='Cancel']")
    expect(status).to_contain_text("Cancelled")
    expect(page.locator("#live")).to_contain_text("Cancelled")


def test_a_broken_event_stream_resumes_after_its_last_event(
    visitor: Visitor, service: RunningService
) -> None:
    requests: list[str | None] = []

    def drop_the_first(route: Route) -> None:
        requests.append(route.request.headers.get("last-event-id"))
        if len(requests) > 1:
            return route.continue_()
        with httpx.stream("GET", route.request.url, timeout=30, trust_env=False) as stream:
            some = ""
            for text in stream.iter_text():
                some += text
                if "epoch" in some:
                    break
        begun = "".join(block + "\n\n" for block in some.split("\n\n")[:4])
        return route.fulfill(body=begun, content_type="text/event-stream")

    visitor.page.route("**/events", drop_the_first)
    page = visitor.open(circle())
    visitor.train()
    assert requests[0] is None
    assert requests[1] is not None
    page.locator("#curves summary").first.click()
    expect(page.locator("#curves tbody tr")).to_have_count(40)


def test_submission_is_retried_while_the_queue_is_full(visitor: Visitor) -> None:
    def full(route: Route) -> None:
        if "dry_run" in route.request.url or route.request.method != "POST":
            return route.fallback()
        problem: dict[str, Any] = {"title": "Too Many Requests", "detail": "100 jobs wait already"}
        return route.fulfill(status=429, json=problem, headers={"Retry-After": "60"})

    visitor.expects_refusals = True
    page = visitor.open(circle())
    page.route("**/v1/jobs", full)
    page.click("#train")
    expect(page.locator("#submit-errors")).to_contain_text("The queue is full")
    expect(page.locator("#submit-errors")).to_contain_text("Retrying in")
    page.unroute("**/v1/jobs")
    page.click("text=Retry now")
    expect(page.locator("#submit-errors")).to_be_hidden()
    expect(page.locator("#run-controls .run-status")).to_contain_text("Trained")


def test_an_unreachable_service_is_reported_with_a_retry(stranger: Visitor) -> None:
    stranger.expects_refusals = True
    stranger.page.route("**/v1/presets", lambda route: route.abort())
    page = stranger.open()
    expect(page.locator("#train-view")).to_contain_text("The service cannot be reached")
    page.unroute("**/v1/presets")
    page.click("text=Try again")
    expect(page.locator("#run-controls .run-status")).to_contain_text("Ready")


def test_a_failed_job_shows_its_error(visitor: Visitor) -> None:
    optimizer = {"type": "sgd", "learning_rate": 1000}
    spec = circle(optimizer=optimizer, loss="mse")
    for layer in spec["architecture"]["layers"]:
        layer["activation"] = "linear"
    page = visitor.open(spec)
    page.click("#train")
    expect(page.locator("#run-controls .run-status")).to_contain_text("Failed")
    expect(page.locator("#run-controls .run-status")).to_contain_text("epoch")
