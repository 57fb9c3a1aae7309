"""Endurance of the prediction service: long load and many models.

    python -m benchmarks.endurance minute | million | models [--short]

minute    64 connections for a minute: p99 at most 5 × p50
million   a million predictions: anonymous memory of the API after each tenth
models    one prediction of each of 1000 models: memory, and latency of the first and the last

--short runs a tenth or less of each, as a smoke test.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.clients import Request, load
from benchmarks.servers.starting import JSON, as_json
from benchmarks.serving import MODEL, requests, train
from tests.end_to_end.running_service import RunningService

POINTS = np.random.default_rng(7).uniform(0, 4, (1, 2))


def minute(service: RunningService, short: bool) -> None:
    train(service)
    for name, request in requests(service.port, POINTS).items():
        result = load(request, 64, 5 if short else 60)
        message = f"p50 {result.p50:.1f} ms, p99 {result.p99:.1f} ms, {result.rate:.0f}/s"
        print(f"{name}: {message}; p99 ÷ p50 {result.p99 / result.p50:.1f} (target: 5)", flush=True)


def million(service: RunningService, short: bool) -> None:
    train(service)
    request = requests(service.port, POINTS)["trainlet json"]
    each = 2_000 if short else 100_000
    first = None
    for turn in range(1, 11):
        done = 0
        while done < each:
            done += round(load(request, 4, 2 if short else 20).rate * (2 if short else 20))
        held = anonymous(service)
        first = first or held
        print(
            f"{turn * each} predictions: {held / 1e6:.1f} MB, {held / first:.3f} × the first value",
            flush=True,
        )


def models(service: RunningService, short: bool) -> None:
    train(service)
    file = service.http.get(f"{MODEL}/weights").content
    count = 50 if short else 1000
    for number in range(count):
        headers = {"Content-Type": "application/octet-stream"}
        query = {"name": f"model-{number}"}
        service.http.post(
            "/v1/models", params=query, content=file, headers=headers
        ).raise_for_status()
    before, times = anonymous(service), []
    for number in range(count):
        path = f"/v1/models/model-{number}/predict"
        request = Request(service.port, "POST", path, as_json(POINTS), JSON)
        began = time.perf_counter()
        request.once()
        times.append((time.perf_counter() - began) * 1e3)
    tenth = max(1, count // 10)
    print(
        f"first tenth: {median(times[:tenth]):.2f} ms, last tenth: {median(times[-tenth:]):.2f} ms"
    )
    print(f"memory: {before / 1e6:.1f} MB before, {anonymous(service) / 1e6:.1f} MB after")


def anonymous(service: RunningService) -> int:
    """Return the anonymous memory of the API processes in bytes."""
    total = 0
    for entry in Path("/proc").iterdir():
        if not entry.name.isdecimal():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            if b"-m\0service" in command and str(service.port).encode() in _environment(entry):
                lines = (entry / "status").read_text().splitlines()
                line = next(line for line in lines if line.startswith("RssAnon"))
                total += int(line.split()[1]) * 1024
        except (OSError, StopIteration):
            continue
    return total


def _environment(entry: Path) -> bytes:
    return (entry / "environ").read_bytes()


WAYS: dict[str, Callable[[RunningService, bool], None]] = {
    "minute": minute,
    "million": million,
    "models": models,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--short", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, RunningService(Path(folder)) as service:
        WAYS[arguments.way](service, arguments.short)


if __name__ == "__main__":
    main()
