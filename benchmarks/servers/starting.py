"""Start of other servers, each as a process group of an interpreter that has its packages."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import orjson

from benchmarks.clients import Request
from tests.ports import free_port

FOLDER = Path(__file__).parent
JSON = {"Content-Type": "application/json"}
SECONDS, SECONDS_TO_STOP = 90, 10


@dataclass(frozen=True, eq=False)
class Server:
    """Server: the package that must be installed, its program and its environment."""

    name: str
    package: str
    program: str
    environment: dict[str, str] = field(default_factory=dict)

    def request(self, port: int, points: np.ndarray) -> Request:
        """Return a request for the outputs of points, in JSON."""
        if self.package != "mlserver":
            return Request(port, "POST", "/predict", as_json(points), JSON)
        about = {"name": "points", "shape": list(points.shape), "datatype": "FP64"}
        body = orjson.dumps({"inputs": [about | {"data": points.ravel().tolist()}]})
        return Request(port, "POST", "/v2/models/four-circles/infer", body, JSON)

    def outputs(self, response: bytes) -> np.ndarray:
        """Return the outputs (n, units) in a response."""
        payload = orjson.loads(response)["outputs"]
        if self.package == "mlserver":
            return np.array(payload[0]["data"]).reshape(payload[0]["shape"])
        return np.array(payload)


SERVERS = (
    Server("litserve", "litserve", "litserve_server.py"),
    Server("bentoml", "bentoml", "bentoml_server.py"),
    Server("mlserver", "mlserver", "mlserver_server.py", {"WORKERS": "0"}),
    Server("mlserver, one worker", "mlserver", "mlserver_server.py", {"WORKERS": "1"}),
    Server("flask with pytorch", "torch", "flask_server.py"),
)


def as_json(points: np.ndarray) -> bytes:
    return orjson.dumps({"points": points}, option=orjson.OPT_SERIALIZE_NUMPY)


@contextmanager
def serving(server: Server, pythons: list[str], predictor: Path) -> Iterator[int | None]:
    """Start a server and yield its port; None if no interpreter has it installed."""
    python = next((one for one in pythons if _has(one, server.package)), None)
    if python is None:
        yield None
        return
    port = free_port()
    environment = {
        **os.environ,
        **server.environment,
        "PORT": str(port),
        "GRPC_PORT": str(free_port()),
        "METRICS_PORT": str(free_port()),
        "PREDICTOR": str(predictor),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    environment.pop("PYTHONPATH", None)
    log = predictor.with_name(f"{server.name}.log")
    with (
        log.open("wb") as payload,
        subprocess.Popen(
            [python, str(FOLDER / server.program)],
            env=environment,
            stdout=payload,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ) as process,
    ):
        try:
            responds = _responds(server, port)
            if not responds:
                print(f"{server.name} does not respond:", log.read_text()[-500:])
            yield port if responds else None
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Stop a server and its processes; those that deadlock are killed."""
    os.killpg(process.pid, signal.SIGTERM)
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _has(python: str, package: str) -> bool:
    command = [python, "-c", f"import {package}"]
    return not subprocess.run(command, capture_output=True, check=False).returncode


def _responds(server: Server, port: int) -> bool:
    request = server.request(port, np.zeros((1, 2)))
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            request.once()
        except (OSError, RuntimeError):
            time.sleep(0.2)
        else:
            return True
    return False
