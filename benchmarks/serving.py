"""Serving: one network behind trainlet and behind other servers, asked in the same way.

    python -m benchmarks.serving [--seconds 3] [--peers PYTHON]

PYTHON is an interpreter with LitServe or BentoML; those it lacks are left out. Answers are
compared first. Clients are closed-loop threads of this one process on connections that are
kept, so that with many of them the client is part of what is measured, for all alike. The floor
is `/healthz`, a route of the same service that does nothing.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson

from benchmarks.clients import Load, Request, load
from service.examples import FOUR_CIRCLES
from tests.end_to_end.house import House
from tests.ports import free_port

SERVERS = Path(__file__).parent / "servers"
NAMES = ("litserve", "bentoml")
CLIENTS = (1, 8, 64)
JSON = {"Content-Type": "application/json"}
NPY = {"Content-Type": "application/x-npy", "Accept": "application/x-npy"}
MODEL = "/v1/models/four-circles"


def requests(port: int, points: np.ndarray) -> dict[str, Request]:
    """The same points as JSON, as npy and by the Open Inference Protocol in binary."""
    file = BytesIO()
    np.save(file, points)
    parameters = {"binary_data_size": points.nbytes}
    tensor = {"name": "points", "shape": points.shape, "datatype": "FP64"}
    document = {"inputs": [tensor | {"parameters": parameters}]}
    head = orjson.dumps(document | {"parameters": {"binary_data_output": True}})
    infer = "/v2/models/four-circles/infer"
    length = {"Inference-Header-Content-Length": str(len(head))}
    return {
        "json": Request(port, "POST", f"{MODEL}/predict", as_json(points), JSON),
        "npy": Request(port, "POST", f"{MODEL}/predict", file.getvalue(), NPY),
        "oip binary": Request(port, "POST", infer, head + points.tobytes(), length),
    }


def as_json(points: np.ndarray) -> bytes:
    return orjson.dumps({"points": points}, option=orjson.OPT_SERIALIZE_NUMPY)


@contextmanager
def peer(name: str, python: str, predictor: Path) -> Iterator[int | None]:
    """The port of a peer that serves, or None if it is not installed."""
    if subprocess.run(
        [python, "-c", f"import {name}"], capture_output=True, check=False
    ).returncode:
        yield None
        return
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "PREDICTOR": str(predictor)}
    command = [python, str(SERVERS / f"{name}_server.py")]
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            yield port if answers(port) else None
        finally:
            os.killpg(process.pid, signal.SIGTERM)


def answers(port: int) -> bool:
    request = Request(port, "POST", "/predict", as_json(np.zeros((1, 2))), JSON)
    for _ in range(300):
        try:
            request.once()
        except (OSError, RuntimeError):
            time.sleep(0.2)
        else:
            return True
    return False


def tell(name: str, found: Load, floor: Load, ours: Load | None = None) -> None:
    words = f"{name:24} {found.rate:8.0f}/s  p50 {found.p50:7.2f} ms  p99 {found.p99:7.2f} ms"
    words += f"  p50 ÷ floor {found.p50 / floor.p50:5.2f}"
    if ours is not None:
        words += f"  trainlet's rate ÷ its rate {ours.rate / found.rate:5.2f}"
    print(words)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--peers", help="an interpreter with LitServe or BentoML")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        house = stack.enter_context(House(Path(folder)))
        training = {**FOUR_CIRCLES["training"], "epochs": 5}  # type: ignore[dict-item]
        house.train({**FOUR_CIRCLES, "training": training})
        predictor = Path(folder) / "predictor.py"
        predictor.write_bytes(house.http.get(f"{MODEL}/standalone.py").content)
        ports = {
            name: stack.enter_context(peer(name, asked.peers, predictor))
            for name in NAMES
            if asked.peers
        }
        for count in (1, 1000):
            measure(house.port, {n: p for n, p in ports.items() if p}, count, asked.seconds)


def measure(port: int, peers: dict[str, int], count: int, seconds: float) -> None:
    """Ask for `count` points at a time: everybody in turn, trainlet first."""
    points = np.random.default_rng(7).uniform(0, 4, (count, 2))
    ours = requests(port, points)
    theirs = {n: Request(p, "POST", "/predict", as_json(points), JSON) for n, p in peers.items()}
    expected = orjson.loads(ours["json"].once())["outputs"]
    np.testing.assert_allclose(np.load(BytesIO(ours["npy"].once())), expected, atol=1e-6)
    for request in theirs.values():
        np.testing.assert_allclose(orjson.loads(request.once())["outputs"], expected, atol=1e-5)
    for clients in CLIENTS:
        print(f"\n{count} points, {clients} clients")
        floor = load(Request(port, "GET", "/healthz"), clients, seconds)
        tell("floor", floor, floor)
        found = {name: load(request, clients, seconds) for name, request in ours.items()}
        for name, one in found.items():
            tell(f"trainlet {name}", one, floor)
        for name, request in theirs.items():
            tell(name, load(request, clients, seconds), floor, found["json"])


if __name__ == "__main__":
    main()
