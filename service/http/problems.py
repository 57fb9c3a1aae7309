"""Error responses: problem details (RFC 9457), never a stack trace.

`STATUSES` maps the errors of the domain to statuses. All other errors of HTTP are exceptions of
werkzeug, whose headers (`Allow`, `Retry-After`) are kept.
"""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

import orjson
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from trainlet.errors import (
    AuthenticationError,
    ConflictError,
    CorruptFileError,
    FieldError,
    NotFoundError,
    PermissionDeniedError,
    QueueFullError,
    ServiceUnavailableError,
    StoreFullError,
    TooLargeError,
    TrainletError,
    ValidationError,
)
from trainlet.keys import redact


class InvalidJSONError(ValidationError):
    """JSON that parsers read differently, such as an object with a duplicate key."""


STATUSES: dict[type[TrainletError], HTTPStatus] = {
    InvalidJSONError: HTTPStatus.BAD_REQUEST,
    ValidationError: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    AuthenticationError: HTTPStatus.UNAUTHORIZED,
    PermissionDeniedError: HTTPStatus.FORBIDDEN,
    QueueFullError: HTTPStatus.TOO_MANY_REQUESTS,
    StoreFullError: HTTPStatus.INSUFFICIENT_STORAGE,
    ServiceUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    CorruptFileError: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""Status of each error; an error that is not listed has the status of its nearest ancestor."""

HEADERS = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": 'Bearer realm="trainlet"'},
    HTTPStatus.FORBIDDEN: {
        "WWW-Authenticate": 'Bearer realm="trainlet", error="insufficient_scope"'
    },
    HTTPStatus.TOO_MANY_REQUESTS: {"Retry-After": "5"},
    HTTPStatus.SERVICE_UNAVAILABLE: {"Retry-After": "2"},
}
"""Additional headers of a status, such as the challenge and Retry-After."""

TITLES = HTTP_STATUS_CODES | {
    413: "Content Too Large",
    414: "URI Too Long",
    416: "Range Not Satisfiable",
    422: "Unprocessable Content",
}
"""Reason phrases of RFC 9110; `HTTPStatus.phrase` depends on the Python version."""

MAX_ERRORS = 100
MAX_CHARACTERS = 200

logger = logging.getLogger(__name__)


class InvalidQueryError(ValidationError):
    """Invalid query parameters; each error names one."""


class InvalidHeaderError(InvalidQueryError):
    """Invalid headers; each error names one as its parameter."""


def register(app: Flask) -> None:
    """Register the error handlers of an app."""
    app.register_error_handler(TrainletError, error_response)
    app.register_error_handler(HTTPException, http_error_response)
    app.register_error_handler(Exception, unexpected_error_response)


def error_response(error: TrainletError) -> Response:
    """Return the response to an error of the domain."""
    status = status_of(error)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger.warning("%s %s: %s", request.method, request.path, error)
    if not isinstance(error, ValidationError):
        return problem(status, str(error))
    count = len(error.errors)
    shown = [
        _error(field_error, isinstance(error, InvalidQueryError)) for field_error in error.errors
    ]
    detail = f"The request has {count} {'error' if count == 1 else 'errors'}"
    if count > MAX_ERRORS:
        detail += f"; the first {MAX_ERRORS} are listed"
    return problem(status, detail, errors=shown[:MAX_ERRORS])


def status_of(error: TrainletError) -> HTTPStatus:
    """Return the status of an error of the domain."""
    return next(STATUSES[cls] for cls in type(error).__mro__ if cls in STATUSES)


def http_error_response(error: HTTPException) -> Response:
    """Return the response to an exception of werkzeug, with its headers."""
    if error.response is not None and isinstance(error.response, Response):
        return error.response
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    reply = problem(status, error.description or TITLES[status])
    reply.headers.update(headers_of(error))
    return reply


def headers_of(error: HTTPException) -> dict[str, str]:
    """Return the headers of an exception of werkzeug, without those of its body."""
    of_body = ("content-type", "content-length")
    return {name: value for name, value in error.get_headers() if name.lower() not in of_body}


def unexpected_error_response(error: Exception) -> Response:
    """Return a 500 response and log the stack trace, which the body omits."""
    logger.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(
        HTTPStatus.INTERNAL_SERVER_ERROR, "An unexpected error occurred; it has been logged."
    )


def component_of(status: HTTPStatus) -> str:
    """Return the name of a status' response among the components of the OpenAPI document."""
    return TITLES[status].upper().replace(" ", "_")


def problem(status: HTTPStatus, detail: str, **members: Any) -> Response:
    """Return a problem details response; `detail` becomes a sentence."""
    document = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": int(status),
        "detail": _sentence(detail),
        "instance": request.path,
    }
    # A key that a client put into a wrong field must not appear in the response.
    body = redact(orjson.dumps(document | members).decode())
    return Response(body, status, HEADERS.get(status), content_type="application/problem+json")


def _error(error: FieldError, in_query: bool) -> dict[str, Any]:
    place = {"parameter": str(error.path[-1])} if in_query else {"pointer": error.pointer}
    document = {"value": _shortened(error.value), "allowed": error.allowed, "detail": error.detail}
    return place | document


def _shortened(value: Any) -> Any:
    """Return a short form of a value."""
    if isinstance(value, str) and len(value) > MAX_CHARACTERS:
        return value[:MAX_CHARACTERS] + "…"
    if isinstance(value, (list, tuple)) and len(value) > 0:
        return f"a list of {len(value)} item{'s' * (len(value) != 1)}"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(float(value)) if abs(value) < 2**1023 else "a huge integer"
    return str(value) if isinstance(value, float) and not abs(value) < float("inf") else value


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "." * (not text.endswith((".", "!", "?", "…")))
