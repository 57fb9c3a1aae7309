"""The journal: a line and a measurement of every request, under an id that goes all the way."""

from __future__ import annotations

import logging
import re
import secrets
import time
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request

from trainlet.logs import fields

if TYPE_CHECKING:
    from service.meters import Meters

HEADER = "X-Request-ID"

logger = logging.getLogger(__name__)


class Journal:
    """Notes when a request comes and how it was answered."""

    def __init__(self, meters: Meters) -> None:
        self._meters = meters

    def watch(self, app: Flask) -> None:
        """Stand around all views of an app: the first to hear and the last to speak."""
        app.before_request(self._begin)
        app.after_request(self._end)

    def _begin(self) -> None:
        given = request.headers.get(HEADER, "")
        # What others chose goes into lines and headers, so it must be a word.
        g.request_id = given if re.fullmatch(r"[\w.:-]{1,128}", given, re.ASCII) else new_id()
        g.began = time.perf_counter()

    def _end(self, answer: Response) -> Response:
        # An answer to what is no request at all has neither.
        request_id, began = g.get("request_id"), g.get("began")
        if began is None:
            return answer
        seconds = time.perf_counter() - began
        answer.headers[HEADER] = request_id
        route = request.url_rule.rule if request.url_rule else "none"
        self._meters.answered(request.method, route, answer.status_code, seconds)
        house = g.get("house")
        logger.info(
            "request",
            extra=fields(
                request=request_id,
                method=request.method,
                path=request.path,
                status=answer.status_code,
                seconds=round(seconds, 6),
                address=request.remote_addr,
                caller=house.caller.id if house else None,
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
