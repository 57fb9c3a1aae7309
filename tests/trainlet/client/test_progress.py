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


def test_without_a_terminal_progress_is_printed_in_lines() -> None:
    assert shown(terminal=False).splitlines() == [
        "queued: epoch 0/200",
        "running: epoch 50/200, loss 0.2500, 7 s left",
        "running: epoch 100/200, loss 0.2500, 7 s left",
        "succeeded: epoch 200/200, loss 0.2500, 7 s left",
    ]


def test_a_terminal_shows_a_bar() -> None:
    output = shown(terminal=True)
    assert "━" in output
    assert "epoch 200/200, loss 0.2500" in output


def test_a_job_without_progress_is_shown() -> None:
    out = StringIO()
    job = Job.of(FakeService().job(200) | {"progress": None})
    assert progress.show(Console(file=out, force_terminal=False), iter([job])) == job
