"""Soak test: `python -m benchmarks.soak --minutes 30` (or `--minutes 0.5`).

Eight clients submit mixed jobs and wait for them, thirty-two clients request predictions all the
time, and every 20 seconds a worker is killed. No accepted job may be lost, no response may be a 5xx
other than 503, and the memory of the API and Redis may grow by less than 5 % after the first sixth
of the time. At the end the queue must be empty.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from statistics import mean, quantiles
from threading import Event, Lock, Thread
from typing import Any

import httpx

from tests.end_to_end.running_service import RunningService
from tests.eventually import eventually
from tests.processes import children, family

CLIENTS, PREDICTORS = 8, 32
SECONDS_BETWEEN_KILLS = 20.0
SECONDS_BETWEEN_LOOKS = 2.0


def spec(chance: random.Random, name: str = "") -> dict[str, Any]:
    """Return a small random job spec."""
    units, kind = chance.choice((4, 16, 64)), chance.choice(("relu", "tanh", "sigmoid"))
    source = chance.choice(("four_circles", "xor", "spiral", "circle"))
    return {
        "name": name or f"mixed-{source.replace('_', '-')}",
        "priority": chance.choice(("low", "normal", "normal", "high")),
        "architecture": {
            "layers": [
                {"type": "dense", "units": units, "activation": kind},
                {"type": "dense", "units": 1, "activation": "sigmoid"},
            ]
        },
        "dataset": {"source": {"type": source, "samples": 500}, "split": {"test": 100}},
        "training": {
            "epochs": chance.choice((2, 10, 60)),
            "optimizer": chance.choice(("sgd", "adam")),
            "seed": chance.randrange(1000),
        },
    }


class Day:
    """Requests, responses and ends of jobs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.over = Event()
        self.statuses: Counter[int] = Counter()
        self.accepted: list[str] = []
        self.ended: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._lock = Lock()

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def ask(self, http: httpx.Client, method: str, path: str, **options: Any) -> Any:
        """Repeat a request while it fails with 503 or 429; return its JSON, None for an error."""
        while True:
            response = http.request(method, path, **options)
            with self._lock:
                self.statuses[response.status_code] += 1
            if response.status_code not in (503, 429):
                return response.json() if response.is_success else None
            if self.over.wait(float(response.headers.get("Retry-After", 1))):
                return None

    def train(self, number: int) -> None:
        chance = random.Random(number)
        with self.client() as http:
            while not self.over.is_set():
                headers = {"Idempotency-Key": f"{number}-{chance.random()}"}
                job = self.ask(http, "POST", "/v1/jobs", json=spec(chance), headers=headers)
                if job is None:
                    continue
                with self._lock:
                    self.accepted.append(job["id"])
                while job and not job["finished_at"] and not self.over.is_set():
                    job = self.ask(http, "GET", f"{job['links']['self']}?wait=5")

    def predict(self) -> None:
        points = {"points": [[0.5, 0.5], [1.0, 3.0]]}
        with self.client() as http:
            while not self.over.is_set():
                began = time.perf_counter()
                self.ask(http, "POST", "/v1/models/base/predict", json=points)
                self.seconds.append(time.perf_counter() - began)


def memory(processes: list[int]) -> int:
    """Return the private memory of processes in bytes.

    Memory that several of them share counts once, because it stays shared after a fork.
    """
    total = 0
    for process in processes:
        with suppress(OSError):
            for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss_Anon:"):
                    total += int(line.split()[1]) * 1024
    return total


def processes(service: RunningService, word: str) -> list[int]:
    results = [each for each in children(service.process.pid) if word in each.command]
    return [one.id for each in results for one in family(each.id)]


def run(seconds: float, folder: Path) -> bool:
    with RunningService(folder) as service:
        day = Day(service.url)
        base = service.train(spec(random.Random(1), "base"))
        jobs: list[Callable[[], None]] = [
            *(lambda number=number: day.train(number) for number in range(CLIENTS)),
            *(day.predict for _ in range(PREDICTORS)),
        ]
        threads = [Thread(target=job, daemon=True) for job in jobs]
        for thread in threads:
            thread.start()
        sizes, kills = _disturb(service, seconds)
        day.over.set()
        for thread in threads:
            thread.join(70)
        lost = _drained(day, [*day.accepted, base["id"]])
    return _passed(day, sizes, kills, lost, seconds)


def _disturb(service: RunningService, seconds: float) -> tuple[list[tuple[float, int]], int]:
    """Kill a worker regularly; return the sampled memory of API and Redis, and the kills."""
    began = time.monotonic()
    killed, kills, sizes = began, 0, []
    while (passed := time.monotonic() - began) < seconds:
        sizes.append((passed, memory(processes(service, "service") + processes(service, "valkey"))))
        if time.monotonic() - killed > SECONDS_BETWEEN_KILLS:
            workers = [
                each.id for each in children(service.process.pid) if "worker" in each.command
            ]
            if workers:
                os.kill(random.choice(workers), signal.SIGKILL)
                killed, kills = time.monotonic(), kills + 1
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return sizes, kills


def _drained(day: Day, jobs: list[str]) -> list[str]:
    """Return the jobs that did not succeed, once the queue is empty."""
    with day.client() as http:

        def done() -> bool:
            waiting = http.get("/v1/jobs?status=queued&limit=1").json()["data"]
            running = http.get("/v1/jobs?status=running&limit=1").json()["data"]
            return not waiting and not running

        eventually(done, 300, "the queue is empty")
        lost = []
        for job in jobs:
            status = http.get(f"/v1/jobs/{job}").json().get("status", "gone")
            day.ended[status] += 1
            if status != "succeeded":
                lost.append(job)
        return lost


def _passed(
    day: Day, sizes: list[tuple[float, int]], kills: int, lost: list[str], seconds: float
) -> bool:
    failed = {status: n for status, n in day.statuses.items() if status >= 500 and status != 503}
    early = [size for passed, size in sizes if seconds / 6 <= passed < seconds / 3]
    late = [size for passed, size in sizes if passed >= seconds * 5 / 6]
    growth = mean(late) / mean(early) - 1 if early and late else 0.0
    percentiles = quantiles(day.seconds, n=100)
    print(f"{len(day.accepted)} jobs, {kills} workers killed, {len(day.seconds)} predictions")
    print(f"responses    {dict(sorted(day.statuses.items()))}")
    print(f"ends         {dict(day.ended)}")
    print(f"predictions  p50 {percentiles[49] * 1000:.1f} ms, p99 {percentiles[98] * 1000:.1f} ms")
    print(f"memory       {mean(late or [0]) / 2**20:.0f} MiB, {growth:+.1%} after the first sixth")
    # Workers are not measured, because each job has its own process.
    is_flat = growth < 0.05 or seconds < 300
    if lost or failed or not is_flat:
        print(f"FAILED: lost {lost[:5]}, responses {failed}, growth {growth:.1%}")
        return False
    print("passed")
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Soak test with 40 clients and killed workers.")
    parser.add_argument("--minutes", type=float, default=30.0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="trainlet-soak-") as folder:
        return 0 if run(arguments.minutes * 60, Path(folder)) else 1


if __name__ == "__main__":
    sys.exit(main())
