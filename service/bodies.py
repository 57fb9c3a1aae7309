"""Bodies: JSON read strictly, written fast, and kept within bounds; media types agreed on."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import orjson
from flask import Response, current_app, request
from flask.json.provider import JSONProvider
from werkzeug.exceptions import BadRequest, LengthRequired, NotAcceptable, UnsupportedMediaType

from trainlet.errors import TooLarge

JSON = "application/json"
DEEPEST = 32
"""How deep lists and objects of a body may be nested: no declaration comes near it."""

_LENGTH = re.compile("[0-9]{1,15}")

View = TypeVar("View", bound=Callable[..., Any])


class OrjsonProvider(JSONProvider):
    """Flask's JSON by orjson, which writes numpy arrays as they are and no NaN at all."""

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


def read_bytes(*media_types: str) -> bytes:
    """Read the body of a request of one of these types. Raises 411, 415 and TooLarge."""
    # The first looks are for what nearly all clients send; parsing a header takes its time.
    environ = request.environ
    if (
        media_types
        and environ.get("CONTENT_TYPE") not in media_types
        and request.mimetype not in media_types
    ):
        seen = request.mimetype or "nothing"
        raise UnsupportedMediaType(
            f"the Content-Type must be {' or '.join(media_types)}, not {seen}"
        )
    told, most = environ.get("CONTENT_LENGTH", ""), current_app.config["MAX_CONTENT_LENGTH"]
    length = int(told) if _LENGTH.fullmatch(told) else request.content_length
    if length is None and "chunked" in request.headers.get("Transfer-Encoding", ""):
        raise LengthRequired("the Content-Length must be stated")
    if not length:
        return b""
    if length > most:
        raise TooLarge(f"the body has {length} bytes; at most {most} are taken")
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) < length:
        raise BadRequest(f"the body ended after {len(body)} of {length} bytes")
    return body


def parse(body: bytes | memoryview) -> Any:
    """The document in a body. Raises 400 for what is not JSON; NaN and Infinity are not."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is not JSON: {error}") from None


def read_document() -> Any:
    """Read the document that a request brings. Raises 400, 411, 415 and TooLarge."""
    document = parse(read_bytes(JSON))
    level, depth = [document], 0
    while level:
        if depth > DEEPEST:
            raise BadRequest(f"lists and objects may be nested {DEEPEST} deep at most")
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, (dict, list))
        ]
        depth += 1
    return document


def answer(document: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
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
