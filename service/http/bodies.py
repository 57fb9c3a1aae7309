"""Bodies: JSON read strictly, written fast, and kept within bounds; media types agreed on."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
from flask import Response, current_app, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest, LengthRequired, NotAcceptable, UnsupportedMediaType

from service.http.content_encoding import gunzip, gunzip_file, is_gzip
from service.http.strict_json import parse
from trainlet.errors import TooLargeError

if TYPE_CHECKING:
    from _typeshed.wsgi import InputStream, WSGIEnvironment

JSON = "application/json"
MAX_DEPTH = 32
"""How deep lists and objects of a body may be nested: no declaration comes near it."""

CHUNK_BYTES = 2**20
"""Bytes of a body that are read at a time."""

_LENGTH = re.compile("[0-9]{1,15}")

View = TypeVar("View", bound=Callable[..., Any])


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson, which writes numpy arrays as they are and no NaN at all."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


def read_bytes(*media_types: str) -> bytes:
    """Read the decoded body of a request of one of these media types.

    Raises 400 for a body that is cut short, 411, 415 and TooLargeError.
    """
    # The first looks are for what nearly all clients send; parsing a header takes its time.
    environ = request.environ
    if (
        media_types
        and environ.get("CONTENT_TYPE") not in media_types
        and request.mimetype not in media_types
    ):
        actual = request.mimetype or "missing"
        raise UnsupportedMediaType(
            f"The Content-Type must be {' or '.join(media_types)}; it is {actual}."
        )
    most: int = current_app.config["MAX_CONTENT_LENGTH"]
    return b"".join(read_pieces(most, "TRAINLET_MAX_BODY_BYTES"))


def gunzipped(body: bytes) -> bytes:
    """Return the content of a gzip file, or any other body as it is.

    Raises 400 and TooLargeError.
    """
    most: int = current_app.config["MAX_CONTENT_LENGTH"]
    return b"".join(gunzip_file(iter([body]), most, "TRAINLET_MAX_BODY_BYTES"))


def read_pieces(most: int, setting: str) -> Iterator[bytes]:
    """Return the decoded body in pieces, as it comes in: up to `most` bytes, by a setting.

    Raises 411, 415 and TooLargeError at once; the pieces raise 400 and TooLargeError.
    """
    environ = request.environ
    length = _content_length(environ)
    if length > most:
        raise TooLargeError(f"The body has {length} bytes; the limit is {most} ({setting}).")
    pieces = _pieces(environ["wsgi.input"], length)
    encoding = environ.get("HTTP_CONTENT_ENCODING")
    if encoding is not None and is_gzip(encoding):
        return gunzip(pieces, most, setting)
    return pieces


def _content_length(environ: WSGIEnvironment) -> int:
    stated = environ.get("CONTENT_LENGTH", "")
    length = int(stated) if _LENGTH.fullmatch(stated) else request.content_length
    if length is None and "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise LengthRequired("The Content-Length is required.")
    return length or 0


def _pieces(body: InputStream, length: int) -> Iterator[bytes]:
    # Not request.stream, which copies every piece twice more.
    left = length
    while left:
        piece = body.read(min(CHUNK_BYTES, left))
        if not piece:
            raise BadRequest(f"The body ended after {length - left} of {length} bytes.")
        left -= len(piece)
        yield piece


def read_document() -> Any:
    """Read the document that a request brings. Raises 400, 411, 415 and TooLargeError."""
    document = parse(read_bytes(JSON))
    level, depth = [document], 0
    while level:
        if depth > MAX_DEPTH:
            raise BadRequest(f"lists and objects may be nested {MAX_DEPTH} deep at most")
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        depth += 1
    return document


def json_response(
    document: Any, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Write a document; numpy arrays in it must be C-contiguous and finite."""
    body = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    return Response(body, status, headers, content_type=JSON)


def produces(*media_types: str) -> Callable[[View], View]:
    """State the media types a view can answer with, where it is not JSON alone."""

    def mark(view: View) -> View:
        view.produced = media_types  # type: ignore[attr-defined]
        return view

    return mark


def agree_on_media_type() -> None:
    """Refuse a request whose Accept header leaves nothing to answer with. Raises 406."""
    accepted = request.environ.get("HTTP_ACCEPT", "")
    if accepted in ("", "*/*") or request.endpoint is None:
        return
    produced = getattr(current_app.view_functions[request.endpoint], "produced", (JSON,))
    if accepted not in produced and request.accept_mimetypes.best_match(produced) is None:
        raise NotAcceptable(f"this is served as {' or '.join(produced)}")


def numbers(metrics: Mapping[str, float]) -> dict[str, Any]:
    """Write metrics so that JSON can hold them."""
    return {name: number(value) for name, value in metrics.items()}


def series(values: Iterable[float]) -> list[Any]:
    """Write a list of numbers so that JSON can hold them."""
    return [number(value) for value in values]


def number(value: Any) -> Any:
    """Write what is not finite as `nan`, `inf` or `-inf`, which JSON has no numbers for."""
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
