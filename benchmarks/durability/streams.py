"""Latency of predictions with and without 100 open event streams of a running job."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from http import HTTPStatus
from multiprocessing import Barrier, Process
from selectors import EVENT_READ, DefaultSelector
from statistics import median
from typing import Any

from benchmarks.durability.training import spec
from tests.durability.asking import ask
from tests.ports import free_port

STREAMS = 100
REQUESTS = 400
ROUNDS = 3
HEADERS = {"Content-Type": "application/json"}


def cost_of_streams() -> None:
    """Print the median latency of a prediction with and without streams."""
    print(f"predictions with {STREAMS} open event streams of a running job", flush=True)
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
            _, first = ask(port, "POST", "/v1/jobs", spec(5))
            ask(port, "GET", first["links"]["self"] + "?wait=30")
            _, running = ask(port, "POST", "/v1/jobs", spec(100_000))
            predictions(port)
            ratios = [_ratio(port, running["links"]["events"]) for _ in range(ROUNDS)]
            ask(port, "POST", running["links"]["cancel"])
        finally:
            process.terminate()
            process.wait(30)
    print(f"  {median(ratios):.3f} × the latency without, median of {ROUNDS} pairs", flush=True)


def _ratio(port: int, path: str) -> float:
    alone = predictions(port)
    opened = Barrier(2)
    # A separate process reads the streams, so that the measuring process does not.
    followers = Process(target=follow_all, args=(port, path, opened), daemon=True)
    followers.start()
    opened.wait(60)
    time.sleep(2)  # until all past events are sent
    followed = predictions(port)
    followers.kill()
    followers.join()
    time.sleep(6)  # the service notices with its next comment that the clients are gone
    ratio = followed / alone
    message = f"{1000 * followed:.2f} ms and {1000 * alone:.2f} ms without"
    print(f"  {message}, medians of {REQUESTS}: {ratio:.3f}", flush=True)
    return ratio


def predictions(port: int) -> float:
    """Return the median seconds of a prediction over one connection."""
    body = json.dumps({"points": [[1.0, 3.0], [2.0, 2.0]]})
    took = []
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for _ in range(REQUESTS):
            began = time.perf_counter()
            connection.request("POST", "/v1/models/bench/predict", body, HEADERS)
            connection.getresponse().read()
            took.append(time.perf_counter() - began)
    return median(took)


def follow_all(port: int, path: str, opened: Any) -> None:
    """Open all streams and read them."""
    responses = []
    connections = [http.client.HTTPConnection("127.0.0.1", port) for _ in range(STREAMS)]
    for connection in connections:
        connection.request("GET", path)
    selector = DefaultSelector()
    for connection in connections:
        response = connection.getresponse()
        assert response.status == HTTPStatus.OK
        responses.append(response)  # a reference keeps the connection open
        selector.register(response.fileno(), EVENT_READ)
    opened.wait(60)
    while True:
        for key, _ in selector.select():
            os.read(key.fd, 2**20)


def _ready(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if ask(port, "GET", "/readyz")[1].get("workers") == 1:
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not start within 60 s")
