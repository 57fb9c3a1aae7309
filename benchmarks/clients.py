"""Closed-loop clients: each sends its next request when it has the answer to the last.

They are wrk's (Debian's package of that name), all in one thread that takes little of the
processor: clients in Python would take more of it than the servers that they ask.
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
"""Seconds of asking before it counts."""

SCRIPT = Path(__file__).with_suffix(".lua")


@dataclass(frozen=True)
class Request:
    """What is asked, again and again, on a connection that is kept."""

    port: int
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None

    def once(self) -> bytes:
        """The answer to one request."""
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
    """What clients saw: requests a second, and milliseconds from request to answer."""

    rate: float
    p50: float
    p99: float


def load(request: Request, clients: int, seconds: float) -> Load:
    """Let so many clients ask for so many seconds."""
    with tempfile.NamedTemporaryFile() as body:
        body.write(request.body)
        body.flush()
        arguments = [request.method, *([body.name] if request.body else [])]
        _asked(request, clients, WARM, arguments)
        payload = _asked(request, clients, seconds, arguments)
    if payload["errors"]:
        raise RuntimeError(
            f"{request.path}: {payload['errors']} of {payload['requests']} went wrong"
        )
    rate = payload["requests"] / payload["duration"] * 1e6
    return Load(rate, payload["p50"] / 1e3, payload["p99"] / 1e3)


def _asked(request: Request, clients: int, seconds: float, arguments: list[str]) -> dict[str, int]:
    program = which("wrk")
    if program is None:
        raise FileNotFoundError("the clients are wrk's: apt-get install wrk")
    headers = [f"-H{name}: {value}" for name, value in (request.headers or {}).items()]
    url = f"http://127.0.0.1:{request.port}{request.path}"
    command = [program, "-t1", f"-c{clients}", f"-d{ceil(seconds)}s", "--timeout=60s", *headers]
    expected = [*command, f"-s{SCRIPT}", url, "--", *arguments]
    completed = subprocess.run(expected, capture_output=True, text=True, check=True)
    document: dict[str, int] = json.loads(completed.stdout.splitlines()[-1])
    return document
