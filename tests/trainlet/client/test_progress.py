from __future__ import annotations

from io import StringIO

from rich.console import Console

from tests.trainlet.cli.demo.service import FakeService
from trainlet.client import Job, progress


def shown(terminal: bool) -> str:
    out = StringIO()
    service = FakeService()
    jobs = (Job.of(service.job(epoch)) for epoch in service.epochs)
    last = progress.show(Console(file=out, force_terminal=terminal, width=120), jobs)
    assert last.status == "succeeded"
    return out.getvalue()


def test_without_a_terminal_lines_report_where_it_is() -> None:
    assert shown(terminal=False).splitlines() == [
        "queued: epoch 0/200",
        "running: epoch 50/200, loss 0.2500, 7 s left",
        "running: epoch 100/200, loss 0.2500, 7 s left",
        "succeeded: epoch 200/200, loss 0.2500, 7 s left",
    ]


def test_in_a_terminal_a_bar_does() -> None:
    payload = shown(terminal=True)
    assert "━" in payload
    assert "epoch 200/200, loss 0.2500" in payload


def test_a_job_that_no_one_can_report_about_is_no_fault() -> None:
    out = StringIO()
    job = Job.of(FakeService().job(200) | {"progress": None})
    assert progress.show(Console(file=out, force_terminal=False), iter([job])) == job
