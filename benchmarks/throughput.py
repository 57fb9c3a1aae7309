"""Overhead of the service over training: `python -m benchmarks.throughput`.

1. Minimal jobs on two workers: time per job that is not training (target: 20 ms).
2. With 10,000 queued jobs: latency of submission and status against an empty queue (target: 2×).
3. Two workers on two cores against one, with compute-bound jobs (target: 1.8×).
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import httpx

from tests.end_to_end.running_service import RunningService
from tests.eventually import eventually
from tests.processes import children
from trainlet.store import Store


def smallest(epochs: int = 1, samples: int = 10, units: int = 1) -> dict[str, Any]:
    hidden = [{"type": "dense", "units": units, "activation": "relu"}] if units > 1 else []
    return {
        "name": "small",
        "architecture": {
            "layers": [*hidden, {"type": "dense", "units": 1, "activation": "sigmoid"}]
        },
        "dataset": {"source": {"type": "four_circles", "samples": samples}},
        "training": {"epochs": epochs},
    }


@contextmanager
def service(workers: int, **environment: str) -> Iterator[RunningService]:
    with tempfile.TemporaryDirectory(prefix="trainlet-throughput-") as folder:
        made = RunningService(Path(folder))
        made.workers = workers
        made.environment |= {"TRAINLET_WORKERS": str(workers), "TRAINLET_MAX_QUEUED": "20000"}
        made.environment |= environment
        with made:
            yield made


def submit(http: httpx.Client, spec: dict[str, Any]) -> tuple[str, float]:
    began = time.perf_counter()
    response = http.post("/v1/jobs", json=spec)
    seconds = time.perf_counter() - began
    assert response.status_code == 202, response.text
    return response.json()["id"], seconds


def drained(store: Store) -> bool:
    return not store.attempts.unsettled()


def overhead(count: int) -> bool:
    """Measure the time of the workers alone: they are paused while the jobs are submitted."""
    with service(2) as running:
        pids = stopped(running)
        jobs = [submit(running.http, smallest())[0] for _ in range(count)]
        store = Store((running.folder / "data" / "blobs").as_uri())
        began = time.perf_counter()
        resumed(pids)
        eventually(lambda: drained(store), 600, "all jobs have ended")
        seconds = time.perf_counter() - began
        training = sum(_training_seconds(store, job) for job in jobs)
    each = (seconds - training / 2) / count * 1000
    print(f"1. {count} minimal jobs on 2 workers in {seconds:.1f} s")
    print(f"   not training: {each:.1f} ms per job, {2 * each:.1f} ms of a worker's time")
    return each < 20


def _training_seconds(store: Store, job: str) -> float:
    provenance = store.models.load("small", store.jobs.get(job).version).provenance
    seconds: float = provenance["training_seconds"]
    return seconds


def stopped(running: RunningService) -> list[int]:
    """Pause the workers and return their ids."""
    pids = [each.id for each in children(running.process.pid) if "-m worker" in each.command]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    return pids


def resumed(pids: list[int]) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGCONT)


def long_queue(count: int) -> bool:
    with service(1) as running:
        pids = stopped(running)
        empty = _latencies(running.http)
        for _ in range(count - 100):
            submit(running.http, smallest())
        full = _latencies(running.http)
        resumed(pids)
    ratios = {name: full[name] / empty[name] for name in empty}
    print(f"2. with {count} queued jobs, against few:")
    for name, ratio in ratios.items():
        before, after = empty[name] * 1000, full[name] * 1000
        print(f"   {name:8} {before:6.2f} ms → {after:6.2f} ms: {ratio:.2f}×")
    return max(ratios.values()) <= 2


def _latencies(http: httpx.Client) -> dict[str, float]:
    submitted, requested = [], []
    for _ in range(100):
        job, seconds = submit(http, smallest())
        submitted.append(seconds)
        began = time.perf_counter()
        http.get(f"/v1/jobs/{job}").raise_for_status()
        requested.append(time.perf_counter() - began)
    return {"submit": median(submitted), "status": median(requested)}


def scaling(count: int) -> bool:
    spec = smallest(epochs=60, samples=4000, units=64)
    results = {}
    for workers in (1, 2):
        with service(workers) as running:
            pids = stopped(running)
            for _ in range(count):
                submit(running.http, spec)
            store = Store((running.folder / "data" / "blobs").as_uri())
            began = time.perf_counter()
            resumed(pids)
            eventually(partial(drained, store), 600, "all jobs have ended")
            results[workers] = time.perf_counter() - began
    ratio = results[1] / results[2]
    one, two = results[1], results[2]
    print(f"3. {count} jobs: {one:.1f} s with one worker, {two:.1f} s with two: {ratio:.2f}×")
    return ratio >= 1.8


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure overhead, long queues and two workers.")
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--waiting", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=16)
    arguments = parser.parse_args()
    passed = [overhead(arguments.jobs), long_queue(arguments.waiting), scaling(arguments.large)]
    print("passed" if all(passed) else f"targets missed: {passed}")
    return 0 if all(passed) else 1


if __name__ == "__main__":
    sys.exit(main())
