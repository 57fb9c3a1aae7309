"""HTTP connection to the API, with retries of idempotent requests."""

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
    AuthenticationError,
    FieldError,
    QueueFullError,
    ServiceUnavailableError,
    TrainletError,
    ValidationError,
)

Document = dict[str, Any]
Response = TypeVar("Response")

CONNECT_RETRY_SECONDS = 0.5
"""Seconds to retry an idempotent request while the API is unreachable."""

RESTART_SECONDS = 30.0
"""Seconds to retry while the client waits for a job or a dataset, as the API may restart."""

MIN_RETRY_SECONDS, MAX_RETRY_SECONDS = 0.1, 1.0
"""Shortest and longest pause between attempts; the pause doubles."""

MAX_WAIT_SECONDS = 10
"""Seconds that one request waits for a job or an evaluation to finish."""

EXAMPLE = "http://127.0.0.1:8000"

PAGE = 100
"""Entries per request of a list."""

JSON = "application/json"
BINARY = "application/octet-stream"


def dumps(body: Any) -> bytes:
    """Return a body in JSON. Raises ValidationError for a value without a JSON form."""
    try:
        return json.dumps(body, allow_nan=False).encode()
    except (ValueError, TypeError) as error:
        raise ValidationError(
            [FieldError((), None, "a value with a JSON form", str(error))]
        ) from None


class Connection:
    """Persistent HTTP connections to one API.

    Requests raise ServiceUnavailableError if the API cannot be reached, and the error class of
    a problem response otherwise.
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
            # The message omits the key, because it may be a valid key with a typo.
            raise AuthenticationError("the key must be 1 to 255 visible ASCII characters")
        try:
            host = httpx.URL(self.url).host
            # A proxy set in the environment cannot reach the loopback of this machine.
            self._http = httpx.Client(
                base_url=self.url,
                timeout=timeout,
                transport=transport,
                headers=None if key is None else {"Authorization": f"Bearer {key}"},
                trust_env=not _is_this_machine(host),
            )
        except httpx.InvalidURL as error:
            raise ServiceUnavailableError(f"{url[:200]!r} is not a valid URL: {error}") from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def read(self, path: str, patience: float = CONNECT_RETRY_SECONDS, **options: Any) -> Document:
        """GET a document, with retries for `patience` seconds while the API is unreachable."""
        return with_retries(lambda: self.document("GET", path, **options), patience)

    def write(self, path: str, body: Any, key: str) -> Document:
        """POST a document with retries; the idempotency key prevents duplicates.

        Raises ValidationError for a value without a JSON form.
        """
        headers = {"Content-Type": JSON, "Idempotency-Key": key}
        content = dumps(body)
        post = partial(self.document, "POST", path, content=content, headers=headers)
        return with_retries(post, CONNECT_RETRY_SECONDS)

    def post(
        self,
        path: str,
        content: bytes,
        media_type: str = JSON,
        params: Mapping[str, Any] | None = None,
    ) -> Document:
        """POST an idempotent request with retries."""
        headers = {"Content-Type": media_type}
        options = {"content": content, "headers": headers, "params": params}
        return with_retries(partial(self.document, "POST", path, **options), CONNECT_RETRY_SECONDS)

    def post_table(
        self,
        path: str,
        content: bytes,
        media_type: str,
        params: Mapping[str, Any],
        accept: str,
    ) -> tuple[bytes, dict[str, str]]:
        """POST a table with retries, and return the body and the reading options that were used."""
        headers = {"Content-Type": media_type, "Accept": accept}

        def send() -> httpx.Response:
            with self._transport_errors():
                response = self._http.post(path, content=content, headers=headers, params=params)
            if not response.is_success:
                raise error_of(response)
            return response

        response = with_retries(send, CONNECT_RETRY_SECONDS)
        return response.content, dict(parse_qsl(response.headers.get("Trainlet-Reading", "")))

    def send(
        self,
        path: str,
        body: Callable[[], Iterator[bytes]],
        headers: Mapping[str, str],
        **more: Any,
    ) -> Document:
        """POST a file in chunks with retries; `body` restarts it for every attempt.

        The headers must include Content-Length. A retry is safe, because the API stores a file
        under the SHA-256 of its content.
        """
        return with_retries(
            lambda: self.document("POST", path, content=body(), headers=headers, **more),
            CONNECT_RETRY_SECONDS,
        )

    def delete(self, path: str) -> None:
        """DELETE a resource."""
        with self._transport_errors():
            response = self._http.request("DELETE", path)
        if not response.is_success:
            raise error_of(response)

    def pages(self, path: str, query: Mapping[str, Any]) -> Iterator[Document]:
        """Iterate over the entries of a list, page by page; None omits a parameter."""
        params = {name: value for name, value in query.items() if value is not None}
        cursor: str | None = ""
        while cursor is not None:
            more = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            page = self.read(path, params=params | more)
            yield from page["data"]
            cursor = page["next"]

    def document(self, method: str, path: str, **options: Any) -> Document:
        """Send one request and return the document of the response."""
        with self._transport_errors():
            response = self._http.request(method, path, **options)
        if not response.is_success:
            raise error_of(response)
        try:
            document = response.json()
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise TrainletError(f"the server at {self.url} is not a trainlet API")
        return document

    def stream(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[bytes]:
        """GET a file in chunks."""
        with self._transport_errors(), self._http.stream("GET", path, params=params) as response:
            if not response.is_success:
                response.read()
                raise error_of(response)
            yield from response.iter_bytes()

    def lines(self, path: str, headers: Mapping[str, str]) -> Iterator[str] | None:
        """GET an open-ended stream of lines; None if the stream has ended."""
        with self._transport_errors():
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
        with closing(response), self._transport_errors():
            yield from response.iter_lines()

    @contextmanager
    def _transport_errors(self) -> Iterator[None]:
        try:
            yield
        except (httpx.TransportError, httpx.UnsupportedProtocol) as error:
            raise ServiceUnavailableError(f"cannot reach the API at {self.url}: {error}") from None


def with_retries(request: Callable[[], Response], patience: float) -> Response:
    """Send a request, with retries for `patience` seconds while the API is unreachable."""
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
    """Return a URL without a trailing slash. Raises InputValueError if it is not HTTP."""
    if not url.startswith(("http://", "https://")):
        detail = f"must start with http:// or https://, such as {EXAMPLE}"
        raise InputValueError([FieldError(("url",), url, "an HTTP URL", detail)])
    return url.rstrip("/")


def _is_this_machine(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
