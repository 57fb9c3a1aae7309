"""Closed-loop HTTP clients: each sends its next request after the last response.

They are wrk's (the Debian package), in one thread: clients in Python would need more processor
time than the servers under test.
"""

from __future__ import annotations

import http.client
import json
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from shutil import which

WARM = 1
"""Seconds of warm-up."""

SCRIPT = Path(__file__).with_suffix(".lua")


@dataclass(frozen=True)
class Request:
    """Request that is repeated on a keep-alive connection."""

    port: int
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None

    def once(self) -> bytes:
        """Return the response body of one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(self.method, self.path, self.body or None, dict(self.headers or {}))
            response = connection.getresponse()
            body = response.read()
        finally:
            connection.close()
        if response.status != 200:
            raise RuntimeError(f"{self.path}: {response.status} {body[:200]!r}")
        return body


@dataclass(frozen=True)
class Load:
    """Measured load: requests per second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float


def load(request: Request, clients: int, seconds: float) -> Load:
    """Run `clients` clients for `seconds` seconds."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(request.body)
        body.flush()
        arguments = [request.method, *([body.name] if request.body else [])]
        _run(request, clients, WARM, arguments)
        payload = _run(request, clients, seconds, arguments)
    if payload["errors"]:
        raise RuntimeError(
            f"{request.path}: {payload['errors']} of {payload['requests']} requests failed"
        )
    rate = payload["requests"] / payload["duration"] * 1e6
    return Load(rate, payload["p50"] / 1e3, payload["p99"] / 1e3)


def _run(request: Request, clients: int, seconds: float, arguments: list[str]) -> dict[str, int]:
    program = which("wrk")
    if program is None:
        raise FileNotFoundError("wrk is not installed: apt-get install wrk")
    headers = [f"-H{name}: {value}" for name, value in (request.headers or {}).items()]
    url = f"http://127.0.0.1:{request.port}{request.path}"
    command = [program, "-t1", f"-c{clients}", f"-d{ceil(seconds)}s", "--timeout=60s", *headers]
    command += [f"-s{SCRIPT}", url, "--", *arguments]
    completed = subprocess.run(command, capture_output=True, text=True, check=True)
    document: dict[str, int] = json.loads(completed.stdout.splitlines()[-1])
    return document
