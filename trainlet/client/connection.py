"""Connections to a service: requests out, documents in, what only reads tried again."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import httpx

from trainlet.client.errors import InputValueError, error_of
from trainlet.errors import (
    FieldError,
    PermissionDeniedError,
    QueueFullError,
    ServiceUnavailableError,
    TrainletError,
    ValidationError,
)

Document = dict[str, Any]
Answer = TypeVar("Answer")

CONNECT_RETRY_SECONDS = 0.5
"""Seconds for which a request that may be repeated is, while the service is away."""

RESTART_SECONDS = 30.0
"""Seconds that a service may be away while somebody waits for a job or a file."""

MIN_RETRY_SECONDS, MAX_RETRY_SECONDS = 0.1, 1.0
"""Seconds between two tries; they double from the first to the last."""

MAX_WAIT_SECONDS = 10
"""Seconds that one request waits for the end of something before the next one does."""

EXAMPLE = "http://127.0.0.1:8000"

PAGE = 100
"""So many things come with one request of a list."""

JSON = "application/json"


def dumps(body: Any) -> bytes:
    """Write a body in JSON. Raises ValidationError for what JSON cannot write."""
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (ValueError, TypeError) as error:
        raise ValidationError([FieldError((), None, "what JSON can write", str(error))]) from None


class Connection:
    """One service, over connections that are kept.

    Requests raise ServiceUnavailableError if the service cannot be reached, and what its problems
    stand for.
    """

    def __init__(
        self,
        url: str,
        timeout: float,
        transport: httpx.BaseTransport | None,
        key: str | None = None,
    ) -> None:
        self.url = _checked(url)
        if key is not None and not re.fullmatch("[!-~]{1,255}", key):
            # Not told: it may be a real one with something beside it.
            raise PermissionDeniedError("the key must be 1 to 255 visible ASCII characters")
        try:
            host = httpx.URL(self.url).host
            # A proxy of the environment is no way to this machine itself.
            self._http = httpx.Client(
                base_url=self.url,
                timeout=timeout,
                transport=transport,
                headers=None if key is None else {"Authorization": f"Bearer {key}"},
                trust_env=not _is_this_machine(host),
            )
        except httpx.InvalidURL as error:
            raise ServiceUnavailableError(
                f"{url[:200]!r} is not the URL of a service: {error}"
            ) from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def read(self, path: str, patience: float = CONNECT_RETRY_SECONDS, **options: Any) -> Document:
        """GET a document, again and again for so many seconds while the service is away."""
        return with_retries(lambda: self.document("GET", path, **options), patience)

    def write(self, path: str, body: Any, key: str) -> Document:
        """POST a document, patiently: under a key, which makes repeating it no second one.

        Raises ValidationError for what JSON cannot write.
        """
        headers = {"Content-Type": JSON, "Idempotency-Key": key}
        content = dumps(body)
        post = partial(self.document, "POST", path, content=content, headers=headers)
        return with_retries(post, CONNECT_RETRY_SECONDS)

    def ask(
        self,
        path: str,
        content: bytes,
        media_type: str = JSON,
        params: Mapping[str, Any] | None = None,
    ) -> Document:
        """POST what changes nothing and may be repeated, patiently."""
        headers = {"Content-Type": media_type}
        options = {"content": content, "headers": headers, "params": params}
        return with_retries(partial(self.document, "POST", path, **options), CONNECT_RETRY_SECONDS)

    def ask_table(
        self,
        path: str,
        content: bytes,
        media_type: str,
        params: Mapping[str, Any],
        accept: str,
    ) -> tuple[bytes, dict[str, str]]:
        """POST a table patiently, and return the body and how the table was read."""
        headers = {"Content-Type": media_type, "Accept": accept}

        def post() -> httpx.Response:
            with self._told():
                response = self._http.post(path, content=content, headers=headers, params=params)
            if not response.is_success:
                raise error_of(response)
            return response

        response = with_retries(post, CONNECT_RETRY_SECONDS)
        return response.content, dict(parse_qsl(response.headers.get("Trainlet-Reading", "")))

    def send(
        self,
        path: str,
        body: Callable[[], Iterator[bytes]],
        headers: Mapping[str, str],
        **more: Any,
    ) -> Document:
        """POST a file in pieces, patiently: `body` begins it anew for every try.

        Its Content-Length must be among the headers. What is stored under the SHA-256 of its
        content may be sent again.
        """
        return with_retries(
            lambda: self.document("POST", path, content=body(), headers=headers, **more),
            CONNECT_RETRY_SECONDS,
        )

    def delete(self, path: str) -> None:
        """DELETE what is at a path."""
        with self._told():
            response = self._http.request("DELETE", path)
        if not response.is_success:
            raise error_of(response)

    def pages(self, path: str, requested: Mapping[str, Any]) -> Iterator[Document]:
        """All things of a list, page by page; what is None is not asked for."""
        given = {name: value for name, value in requested.items() if value is not None}
        cursor: str | None = ""
        while cursor is not None:
            more = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            page = self.read(path, params=given | more)
            yield from page["data"]
            cursor = page["next"]

    def document(self, method: str, path: str, **options: Any) -> Document:
        """Make one request and hand out the document that answers it."""
        with self._told():
            response = self._http.request(method, path, **options)
        if not response.is_success:
            raise error_of(response)
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise TrainletError(f"what answers at {self.url} is not this service")
        return document

    def stream(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """GET a file in pieces."""
        with self._told(), self._http.stream("GET", path, params=params) as response:
            if not response.is_success:
                response.read()
                raise error_of(response)
            yield from response.iter_bytes()

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[str] | None:
        """GET a stream of lines that may go on for long; None if there is nothing more in it."""
        with self._told():
            request = self._http.build_request("GET", path, headers=headers)
            response = self._http.send(request, stream=True)
        if response.status_code == httpx.codes.NO_CONTENT:
            response.close()
            return None
        if not response.is_success:
            response.read()
            raise error_of(response)
        return self._lines(response)

    def _lines(self, response: httpx.Response) -> Iterator[str]:
        with closing(response), self._told():
            yield from response.iter_lines()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (httpx.TransportError, httpx.UnsupportedProtocol) as error:
            raise ServiceUnavailableError(f"no service answers at {self.url}: {error}") from None


def with_retries(request: Callable[[], Answer], patience: float) -> Answer:
    """Make a request, again and again for so many seconds while the service is away."""
    deadline, pause = time.monotonic() + patience, MIN_RETRY_SECONDS
    while True:
        try:
            return request()
        except QueueFullError:
            raise
        except ServiceUnavailableError:
            if time.monotonic() + pause > deadline:
                raise
        time.sleep(pause)
        pause = min(2 * pause, MAX_RETRY_SECONDS)


def _checked(url: str) -> str:
    """Return a URL without a slash at its end. Raises InputValueError if it has no scheme."""
    if not url.startswith(("http://", "https://")):
        detail = f"must start with http:// or https://, such as {EXAMPLE}"
        raise InputValueError([FieldError(("url",), url, "an HTTP URL", detail)])
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
