"""Whatever is killed, an accepted job ends with the weights of one that was not disturbed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.house import House
from tests.end_to_end.specs import demo
from tests.eventually import eventually
from tests.worker.processes import children


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One of its own: other tests need not know what is killed here."""
    house = House(tmp_path_factory.mktemp("killed"))
    house.environment["TRAINLET_CHECKPOINT_SECONDS"] = "0.2"
    with house:
        yield house


def started(house: House, expected: str) -> list[int]:
    """The processes that the house started with these words in their command line."""
    results = []
    for process in children(house.process.pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            command = Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            if expected in command:
                results.append(process)
    return results


def at_work(house: House) -> tuple[int, int]:
    """The worker that trains just now, and its child."""
    pairs = [
        (worker, child) for worker in started(house, "-m worker") for child in children(worker)
    ]
    assert pairs
    return pairs[0]


def trained(house: House, job: dict[str, Any], fraction: float, attempt: int) -> None:
    """Wait until an attempt has come so far."""

    def far_enough() -> bool:
        now = house.http.get(job["links"]["self"]).json()
        assert now["finished_at"] is None, "it ended before it could be disturbed"
        progress: float = now["progress"]["fraction"]
        return now["attempt"] == attempt and progress > fraction

    eventually(far_enough, 30, f"attempt {attempt} at {fraction}")


def some(seed: int, epochs: int) -> dict[str, Any]:
    spec = demo(seed)
    spec["training"]["epochs"] = epochs
    return spec


def test_kill_9_of_all_that_trains_changes_no_bit(house: House) -> None:
    undisturbed = house.train(some(seed=11, epochs=120))
    job = house.submit(some(seed=11, epochs=120))
    trained(house, job, 0.2, attempt=1)
    _, child = at_work(house)
    os.kill(child, signal.SIGKILL)
    trained(house, job, 0.3, attempt=2)
    for process in reversed(at_work(house)):
        os.kill(process, signal.SIGKILL)
    trained(house, job, 0.4, attempt=3)
    worker, _ = at_work(house)
    os.kill(worker, signal.SIGTERM)
    done = house.ended(job)
    assert done["attempt"] == 4
    assert house.weights(done) == house.weights(undisturbed)


def test_kill_9_of_valkey_loses_no_job(house: House) -> None:
    jobs = [house.submit(some(seed, epochs)) for seed, epochs in ((1, 60), (2, 5), (3, 5))]
    trained(house, jobs[0], 0.1, attempt=1)
    [valkey] = started(house, "valkey-server")
    os.kill(valkey, signal.SIGKILL)
    assert [house.ended(job)["attempt"] for job in jobs] == [1, 1, 1]
