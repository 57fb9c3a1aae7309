"""Prediction throughput and latency of trainlet and other servers, with the same network.

    python -m benchmarks.serving [--seconds 2] [--turns 3] [--peers PYTHON …]

Each PYTHON is an interpreter with some of LitServe, BentoML, MLServer, and PyTorch with Flask and
Granian; missing ones are skipped. Responses are compared first. The clients are those of
`benchmarks.clients`, on keep-alive connections. The servers alternate, because the speed of a
machine may change from minute to minute, and medians are printed. The floor is `/healthz`, a route
of the same service that does nothing. For long runs see `benchmarks.endurance`.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import astuple
from io import BytesIO
from pathlib import Path
from statistics import median

import numpy as np
import orjson

from benchmarks.clients import Load, Request, load
from benchmarks.servers.starting import JSON, SERVERS, Server, as_json, serving
from service.api.examples import FOUR_CIRCLES
from tests.end_to_end.running_service import RunningService

CLIENTS = (1, 8, 64)
FLOOR = "floor"
NPY = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}
MODEL = "/v1/models/four-circles"


def requests(port: int, points: np.ndarray) -> dict[str, Request]:
    """Return requests for the same points as JSON, npy and binary Open Inference Protocol."""
    file = BytesIO()
    np.save(file, points)
    parameters = {"binary_data_size": points.nbytes}
    tensor = {"name": "points", "shape": points.shape, "datatype": "FP64"}
    document = {"inputs": [tensor | {"parameters": parameters}]}
    head = orjson.dumps(document | {"parameters": {"binary_data_output": True}})
    infer = "/v2/models/four-circles/infer"
    length = {"Inference-Header-Content-Length": str(len(head))}
    return {
        "trainlet json": Request(port, "POST", f"{MODEL}/predict", as_json(points), JSON),
        "trainlet npy": Request(port, "POST", f"{MODEL}/predict", file.getvalue(), NPY),
        "trainlet oip binary": Request(port, "POST", infer, head + points.tobytes(), length),
    }


def train(service: RunningService) -> None:
    """Train the demo's network on the service; its accuracy does not matter here."""
    training = {**FOUR_CIRCLES["training"], "epochs": 5}  # type: ignore[dict-item]
    service.train({**FOUR_CIRCLES, "training": training})


def print_results(name: str, results: dict[str, list[Load]], against: Sequence[str] = ()) -> None:
    """Print the medians of the measured load, and of its ratios within each turn."""
    own, floor = results[name], results[FLOOR]
    rate, p50, p99 = (median(values) for values in zip(*map(astuple, own), strict=True))
    to_floor = median(a.p50 / b.p50 for a, b in zip(own, floor, strict=True))
    text = f"{name:24} {rate:8.0f} req/s  p50 {p50:7.2f} ms  p99 {p99:7.2f} ms"
    text += f"  p50 ÷ floor {to_floor:5.2f}  p99 ÷ p50 {p99 / p50:5.1f}"
    for ours in against:
        ratio = median(a.rate / b.rate for a, b in zip(results[ours], own, strict=True))
        text += f"  {ours} {ratio:5.2f}×"
    print(text, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--turns", type=int, default=3, help="number of turns per server")
    parser.add_argument("--peers", nargs="*", default=[], help="interpreters with peers installed")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        service = stack.enter_context(RunningService(Path(folder)))
        train(service)
        predictor = Path(folder) / "predictor.py"
        predictor.write_bytes(service.http.get(f"{MODEL}/standalone.py").content)
        results = [
            (server, stack.enter_context(serving(server, arguments.peers, predictor)))
            for server in SERVERS
        ]
        peers = [(server, port) for server, port in results if port is not None]
        for count in (1, 1000):
            measure(service.port, peers, count, arguments.seconds, arguments.turns)


def measure(
    port: int, peers: list[tuple[Server, int]], count: int, seconds: float, turns: int
) -> None:
    """Measure all servers in turns, with `count` points per request."""
    points = np.random.default_rng(7).uniform(0, 4, (count, 2))
    ours = requests(port, points)
    theirs = {server: server.request(port, points) for server, port in peers}
    expected = orjson.loads(ours["trainlet json"].once())["outputs"]
    np.testing.assert_allclose(np.load(BytesIO(ours["trainlet npy"].once())), expected, atol=1e-6)
    for server, request in theirs.items():
        np.testing.assert_allclose(server.outputs(request.once()), expected, atol=1e-5)
    compared = ("trainlet json", "trainlet npy")[: 1 if count == 1 else 2]
    requested = {FLOOR: Request(port, "GET", "/healthz"), **ours}
    requested |= {server.name: request for server, request in theirs.items()}
    for clients in CLIENTS:
        print(f"\n{count} points, {clients} clients")
        results: dict[str, list[Load]] = {name: [] for name in requested}
        for _ in range(turns):
            for name, request in requested.items():
                results[name].append(load(request, clients, seconds))
        for name in (FLOOR, *ours):
            print_results(name, results)
        for server in theirs:
            print_results(server.name, results, compared)


if __name__ == "__main__":
    main()
