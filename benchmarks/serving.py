"""Serving: one network behind trainlet and behind other servers, asked in the same way.

    python -m benchmarks.serving [--seconds 3] [--peers PYTHON …]

Each PYTHON is an interpreter that has some of LitServe, BentoML, MLServer, and PyTorch with Flask
and granian; what none has is left out. Answers are compared first. Clients are those of
`benchmarks.clients`, on connections that are kept. The floor is `/healthz`, a route of the same
service that does nothing. What has to be measured for long is in `benchmarks.endurance`.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path

import numpy as np
import orjson

from benchmarks.clients import Load, Request, load
from benchmarks.servers.starting import JSON, SERVERS, Server, as_json, serving
from service.examples import FOUR_CIRCLES
from tests.end_to_end.house import House

CLIENTS = (1, 8, 64)
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


def train(house: House) -> None:
    """Let the service have the demo's network; how good it is does not matter here."""
    training = {**FOUR_CIRCLES["training"], "epochs": 5}  # type: ignore[dict-item]
    house.train({**FOUR_CIRCLES, "training": training})


def tell(name: str, found: Load, floor: Load, ours: dict[str, Load] | None = None) -> None:
    words = f"{name:24} {found.rate:8.0f}/s  p50 {found.p50:7.2f} ms  p99 {found.p99:7.2f} ms"
    words += f"  p50 ÷ floor {found.p50 / floor.p50:5.2f}  p99 ÷ p50 {found.p99 / found.p50:5.1f}"
    for form, own in (ours or {}).items():
        words += f"  trainlet {form} ÷ it {own.rate / found.rate:5.2f}"
    print(words, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--peers", nargs="*", default=[], help="interpreters that have peers")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        house = stack.enter_context(House(Path(folder)))
        train(house)
        predictor = Path(folder) / "predictor.py"
        predictor.write_bytes(house.http.get(f"{MODEL}/standalone.py").content)
        found = [
            (server, stack.enter_context(serving(server, asked.peers, predictor)))
            for server in SERVERS
        ]
        peers = [(server, port) for server, port in found if port is not None]
        for count in (1, 1000):
            measure(house.port, peers, count, asked.seconds)


def measure(port: int, peers: list[tuple[Server, int]], count: int, seconds: float) -> None:
    """Ask for `count` points at a time: everybody in turn, trainlet first."""
    points = np.random.default_rng(7).uniform(0, 4, (count, 2))
    ours = requests(port, points)
    theirs = {server: server.request(port, points) for server, port in peers}
    expected = orjson.loads(ours["json"].once())["outputs"]
    np.testing.assert_allclose(np.load(BytesIO(ours["npy"].once())), expected, atol=1e-6)
    for server, request in theirs.items():
        np.testing.assert_allclose(server.outputs(request.once()), expected, atol=1e-5)
    for clients in CLIENTS:
        print(f"\n{count} points, {clients} clients")
        floor = load(Request(port, "GET", "/healthz"), clients, seconds)
        tell("floor", floor, floor)
        found = {name: load(request, clients, seconds) for name, request in ours.items()}
        for name, one in found.items():
            tell(f"trainlet {name}", one, floor)
        compared = {name: found[name] for name in (("json",) if count == 1 else ("json", "npy"))}
        for server, request in theirs.items():
            tell(server.name, load(request, clients, seconds), floor, compared)


if __name__ == "__main__":
    main()
