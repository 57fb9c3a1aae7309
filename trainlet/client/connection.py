"""Connections to a service: requests out, documents in, what only reads tried again."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import httpx

from trainlet.client.errors import error_of
from trainlet.errors import Fault, Invalid, TrainletError, Unavailable

Document = dict[str, Any]

PAUSES = 0.1, 0.4
"""Seconds before a request that changes nothing is made again, when the service was away."""


class Connection:
    """One service, over connections that are kept.

    Requests raise Unavailable if the service cannot be reached, and what its problems stand for.
    """

    def __init__(self, url: str, timeout: float, transport: httpx.BaseTransport | None) -> None:
        self.url = url.rstrip("/")
        try:
            host = httpx.URL(self.url).host
            # A proxy of the environment is no way to this machine itself.
            self._http = httpx.Client(
                base_url=self.url,
                timeout=timeout,
                transport=transport,
                trust_env=not _is_this_machine(host),
            )
        except httpx.InvalidURL as error:
            raise Unavailable(f"{url[:200]!r} is not the URL of a service: {error}") from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def read(self, path: str, **options: Any) -> Document:
        """GET a document; after a moment again if the service is away."""
        for pause in PAUSES:
            try:
                return self.document("GET", path, **options)
            except Unavailable:
                time.sleep(pause)
        return self.document("GET", path, **options)

    def write(self, path: str, body: Any) -> Document:
        """POST a document. Raises Invalid for what JSON cannot write."""
        try:
            content = json.dumps(body, allow_nan=False)
        except (ValueError, TypeError) as error:
            raise Invalid([Fault((), None, "what JSON can write", str(error))]) from None
        headers = {"Content-Type": "application/json"}
        return self.document("POST", path, content=content, headers=headers)

    def document(self, method: str, path: str, **options: Any) -> Document:
        """Make one request and hand out the document that answers it."""
        with self._told():
            answer = self._http.request(method, path, **options)
        if not answer.is_success:
            raise error_of(answer)
        try:
            document = answer.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise TrainletError(f"what answers at {self.url} is not this service")
        return document

    def stream(self, path: str) -> Iterator[bytes]:
        """GET a file in pieces."""
        with self._told(), self._http.stream("GET", path) as answer:
            if not answer.is_success:
                answer.read()
                raise error_of(answer)
            yield from answer.iter_bytes()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (httpx.TransportError, httpx.UnsupportedProtocol) as error:
            raise Unavailable(f"no service answers at {self.url}: {error}") from None


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
