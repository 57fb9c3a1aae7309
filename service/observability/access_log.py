"""Access log: one line and one measurement per request, with a request id."""

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
    """Start the log entry of the current request."""
    g.entry = AccessLogEntry(request.environ)


def end(response: Response) -> Response:
    """Finish the log entry and add the request id to the response."""
    entry: AccessLogEntry | None = g.get("entry")
    if entry is not None:  # None outside of a request
        response.headers[HEADER] = entry.id
        rule = request.url_rule
        entry.end(context(), rule.rule if rule else "none", response.status_code)
    return response


class AccessLogEntry:
    """Log entry of one request."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        # The id of a client is written to log lines and headers, so its characters are limited.
        self.id = given if given and WORD.fullmatch(given) else new_id()
        self._environ = environ
        self._began = time.perf_counter()

    def end(self, ctx: Context, route: str, status: int) -> None:
        """Write the entry."""
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
    """Return an id for a request without one."""
    # The id is not secret, so a pseudorandom number suffices.
    return f"{random.getrandbits(64):016x}"


def request_id() -> str | None:
    """Return the id of the current request."""
    entry: AccessLogEntry | None = g.get("entry")
    return None if entry is None else entry.id
