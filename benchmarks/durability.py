"""What it costs that no job is lost: `python -m benchmarks.durability`.

Prints, side by side in one run: training with checkpoints and progress against training with
neither, and the median of a prediction while many follow a job against while nobody does.
"""

from __future__ import annotations

import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from trainlet.config import from_json
from trainlet.queue import Progress
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import History, Store
from worker.work import Work

STREAMS = 100
REQUESTS = 400
HIDDEN = {"type": "dense", "units": 100, "activation": "relu"}
OUTPUT = {"type": "dense", "units": 1, "activation": "sigmoid"}


def spec(epochs: int, **dataset: Any) -> dict[str, Any]:
    return {
        "name": "bench",
        "architecture": {"layers": [HIDDEN, HIDDEN, OUTPUT]},
        "dataset": {"source": {"type": "four_circles", "samples": 1000}} | dataset,
        "training": {"epochs": epochs, "batch_size": 32},
    }


def train(
    store: Store, document: dict[str, Any], checkpoint_seconds: float, reports: bool
) -> float:
    """Seconds per 1000 steps in the worker's own loop."""
    job = from_json(JobSpec, document)
    accepted = store.jobs.accept(resolve(job, describe(job, lambda _: b"")))
    told: list[Progress] = []

    def tell(progress: Progress, history: History) -> None:
        if reports:
            told.append(progress)

    began = time.perf_counter()
    Work(accepted, store, checkpoint_seconds, tell, lambda: False).run(0)
    return time.perf_counter() - began


def cost_of_checkpoints() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        pairs = []
        for _ in range(5):
            without = train(store, spec(60), 3600, reports=False)
            pairs.append((train(store, spec(60), 0.5, reports=True), without))
        ratios = sorted(own / without for own, without in pairs)
        print(
            f"training with a checkpoint each 0.5 s and progress: {median(ratios):.3f} of without"
        )
        print(f"  (of 5 pairs from {ratios[0]:.3f} to {ratios[-1]:.3f}; by default each 5 s)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ask(port: int, method: str, path: str, document: Any = None) -> Any:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        body = None if document is None else json.dumps(document)
        connection.request(method, path, body, {"Content-Type": "application/json"})
        return json.loads(connection.getresponse().read())


def predictions(port: int) -> float:
    """Median milliseconds of a prediction over one connection."""
    body = json.dumps({"points": [[1.0, 3.0], [2.0, 2.0]]})
    took = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for _ in range(REQUESTS):
            began = time.perf_counter()
            connection.request(
                "POST", "/v1/models/bench/predict", body, {"Content-Type": "application/json"}
            )
            connection.getresponse().read()
            took.append(time.perf_counter() - began)
    return 1000 * median(took)


def follow(port: int, path: str, until: Event, opened: list[int]) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        opened.append(answer.status)
        while not until.is_set() and answer.read1(65536):
            pass


def cost_of_streams() -> None:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = os.environ | {
            "TRAINLET_PORT": str(port),
            "TRAINLET_DATA_DIR": folder,
            "TRAINLET_WORKERS": "1",
        }
        command = [sys.executable, "-m", "trainlet.cli", "up"]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            _ready(port)
            ask(port, "GET", ask(port, "POST", "/v1/jobs", spec(5))["links"]["self"] + "?wait=30")
            running = ask(port, "POST", "/v1/jobs", spec(100_000))["links"]
            predictions(port)
            alone = [predictions(port)]
            until, opened = Event(), list[int]()
            arguments = (port, running["events"], until, opened)
            threads = [Thread(target=follow, args=arguments, daemon=True) for _ in range(STREAMS)]
            for thread in threads:
                thread.start()
            while len(opened) < STREAMS:
                until.wait(0.05)
            followed = predictions(port)
            until.set()
            ask(port, "POST", running["cancel"])
            print(f"streams opened: {opened.count(200)}")
            print(
                f"prediction, median: {alone[0]:.2f} ms while a job trains,"
                f" {followed:.2f} ms with {STREAMS} streams of it open too"
            )
        finally:
            process.terminate()
            process.wait(30)


def _ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ask(port, "GET", "/readyz").get("workers") == 1:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service does not start")


if __name__ == "__main__":
    cost_of_checkpoints()
    cost_of_streams()
