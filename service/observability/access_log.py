"""The journal: a line and a measurement of every request, under an id that goes all the way."""

from __future__ import annotations

import logging
import random
import re
import time
from typing import TYPE_CHECKING

from flask import Response, g, request

from service.context import Context, context
from trainlet import tracing
from trainlet.logs import fields

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

HEADER = "X-Request-ID"

WORD = re.compile(r"[\w.:-]{1,128}", re.ASCII)

logger = logging.getLogger(__name__)


def begin() -> None:
    """Note that a request comes."""
    g.entry = AccessLogEntry(request.environ)


def end(response: Response) -> Response:
    """Note how a request was answered, and send its id back."""
    entry: AccessLogEntry | None = g.get("entry")
    if entry is not None:  # else it is no request at all
        response.headers[HEADER] = entry.id
        rule = request.url_rule
        entry.end(context(), rule.rule if rule else "none", response.status_code)
    return response


class AccessLogEntry:
    """A request in the journal, from its coming."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        # What others chose goes into lines and headers, so it must be a word.
        self.id = given if given and WORD.fullmatch(given) else new_id()
        self._environ = environ
        self._began = time.perf_counter()

    def end(self, ctx: Context, route: str, status: int) -> None:
        """Write how it was answered."""
        seconds = time.perf_counter() - self._began
        method = self._environ["REQUEST_METHOD"]
        ctx.metrics_collector.answered(method, route, status, seconds)
        logger.info(
            "request",
            extra=fields(
                request_id=self.id,
                method=method,
                path=self._environ["PATH_INFO"].encode("latin1").decode(errors="replace"),
                status=status,
                duration_seconds=round(seconds, 6),
                address=self._environ.get("REMOTE_ADDR"),
                principal=ctx.principal.id,
                trace_id=tracing.trace_id(),
            ),
        )


def new_id() -> str:
    """An id for a request that brings none."""
    # It is no secret, so the system need not be asked for it.
    return f"{random.getrandbits(64):016x}"


def request_id() -> str | None:
    """The id of the present request."""
    entry: AccessLogEntry | None = g.get("entry")
    return None if entry is None else entry.id
