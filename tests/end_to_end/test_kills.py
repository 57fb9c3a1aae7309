"""After any kill, an accepted job ends with the weights of an undisturbed run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_service import RunningService
from tests.end_to_end.specs import demo
from tests.eventually import eventually
from tests.worker.processes import children


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a separate installation, so that kills do not affect other tests."""
    service = RunningService(tmp_path_factory.mktemp("killed"))
    service.environment["TRAINLET_CHECKPOINT_SECONDS"] = "0.2"
    with service:
        yield service


def started(service: RunningService, expected: str) -> list[int]:
    """Return the processes of the installation with this text in their command line."""
    results = []
    for process in children(service.process.pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if expected in command:
                results.append(process)
    return results


def at_work(service: RunningService) -> tuple[int, int]:
    """The worker that trains just now, and its child."""
    pairs = [
        (worker, child) for worker in started(service, "-m worker") for child in children(worker)
    ]
    assert pairs
    return pairs[0]


def trained(service: RunningService, job: dict[str, Any], fraction: float, attempt: int) -> None:
    """Wait until an attempt has come so far."""

    def far_enough() -> bool:
        now = service.http.get(job["links"]["self"]).json()
        assert now["finished_at"] is None, "it ended before it could be disturbed"
        progress: float = now["progress"]["fraction"]
        return now["attempt"] == attempt and progress > fraction

    eventually(far_enough, 30, f"attempt {attempt} at {fraction}")


def some(seed: int, epochs: int) -> dict[str, Any]:
    spec = demo(seed)
    spec["training"]["epochs"] = epochs
    return spec


def test_kill_9_of_all_that_trains_changes_no_bit(service: RunningService) -> None:
    undisturbed = service.train(some(seed=11, epochs=120))
    job = service.submit(some(seed=11, epochs=120))
    trained(service, job, 0.2, attempt=1)
    _, child = at_work(service)
    os.kill(child, signal.SIGKILL)
    trained(service, job, 0.3, attempt=2)
    for process in reversed(at_work(service)):
        os.kill(process, signal.SIGKILL)
    trained(service, job, 0.4, attempt=3)
    worker, _ = at_work(service)
    os.kill(worker, signal.SIGTERM)
    done = service.ended(job)
    assert done["attempt"] == 4
    assert service.weights(done) == service.weights(undisturbed)


def test_kill_9_of_valkey_loses_no_job(service: RunningService) -> None:
    jobs = [service.submit(some(seed, epochs)) for seed, epochs in ((1, 60), (2, 5), (3, 5))]
    trained(service, jobs[0], 0.1, attempt=1)
    [valkey] = started(service, "valkey-server")
    os.kill(valkey, signal.SIGKILL)
    assert [service.ended(job)["attempt"] for job in jobs] == [1, 1, 1]
