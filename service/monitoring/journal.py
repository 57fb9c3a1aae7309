"""The journal: a line and a measurement of every request, under an id that goes all the way."""

from __future__ import annotations

import logging
import re
import secrets
import time

from flask import Response, g, request

from service.context import context
from trainlet import tracing
from trainlet.logs import fields

HEADER = "X-Request-ID"

WORD = re.compile(r"[\w.:-]{1,128}", re.ASCII)

logger = logging.getLogger(__name__)


def begin() -> None:
    """Note that a request comes."""
    given = request.environ.get("HTTP_X_REQUEST_ID", "")
    # What others chose goes into lines and headers, so it must be a word.
    g.request_id = given if given and WORD.fullmatch(given) else new_id()
    g.began = time.perf_counter()


def end(answer: Response) -> Response:
    """Note how a request was answered, and send its id back."""
    request_id, began = g.get("request_id"), g.get("began")
    if began is None:
        return answer  # to what is no request at all
    seconds = time.perf_counter() - began
    answer.headers[HEADER] = request_id
    route = request.url_rule.rule if request.url_rule else "none"
    house = context()
    house.meters.answered(request.method, route, answer.status_code, seconds)
    logger.info(
        "request",
        extra=fields(
            request=request_id,
            method=request.method,
            path=request.path,
            status=answer.status_code,
            seconds=round(seconds, 6),
            address=request.remote_addr,
            caller=house.caller.id,
            trace_id=tracing.trace_id(),
        ),
    )
    return answer


def new_id() -> str:
    """An id for a request that brings none."""
    return secrets.token_hex(8)


def request_id() -> str | None:
    """The id of the present request."""
    found: str | None = g.get("request_id")
    return found
