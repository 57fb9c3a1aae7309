"""Closed-loop clients: each sends its next request when it has the answer to the last."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

WARM = 50


@dataclass(frozen=True)
class Request:
    """What is asked, again and again, on a connection that is kept."""

    port: int
    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] | None = None

    def send(self, connection: http.client.HTTPConnection) -> bytes:
        connection.request(self.method, self.path, self.body or None, dict(self.headers or {}))
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{self.path}: {answer.status} {body[:200]!r}")
        return body

    def once(self) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            return self.send(connection)
        finally:
            connection.close()


@dataclass(frozen=True)
class Load:
    """What clients saw: requests a second, and milliseconds from request to answer."""

    rate: float
    p50: float
    p99: float


def load(request: Request, clients: int, seconds: float) -> Load:
    """Let so many clients ask for so many seconds."""
    times: list[list[float]] = [[] for _ in range(clients)]
    barrier = threading.Barrier(clients + 1)

    def ask(own: list[float]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", request.port, timeout=60)
        for _ in range(max(WARM // clients, 1)):
            request.send(connection)
        barrier.wait()
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            request.send(connection)
            own.append(time.perf_counter() - began)
        connection.close()

    threads = [threading.Thread(target=ask, args=(own,)) for own in times]
    for thread in threads:
        thread.start()
    barrier.wait()
    for thread in threads:
        thread.join()
    all_of_them = sorted(one for own in times for one in own)
    last = all_of_them[min(int(len(all_of_them) * 0.99), len(all_of_them) - 1)]
    return Load(len(all_of_them) / seconds, median(all_of_them) * 1e3, last * 1e3)
