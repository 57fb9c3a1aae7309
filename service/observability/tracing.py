"""Traces of requests: each is a span, a part of its caller's if that names one."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, Response, g, request

from service.observability.access_log import request_id
from trainlet import tracing
from trainlet.span import NOTHING, Span

UNTRACED = ("/healthz", "/readyz", "/metrics")
"""They are asked all day long."""


def is_enabled() -> bool:
    """Whether requests are traced at all."""
    return tracing.endpoint() is not None and tracing.error() is None


def attach(app: Flask) -> None:
    """Have requests traced, if anybody wants traces."""
    if is_enabled():
        app.before_request_funcs.setdefault(None, []).insert(0, _begin)
        app.after_request(_set_status)
        app.teardown_request(_end)


def _begin() -> None:
    if request.path in UNTRACED:
        return
    route = request.url_rule.rule if request.url_rule else ""
    g.traced = ExitStack()
    g.span = g.traced.enter_context(
        tracing.span(
            f"{request.method} {route}".rstrip(),
            request.headers.get("traceparent"),
            "server",
            http__request__method=request.method,
            http__route=route or None,
            url__path=request.path,
        )
    )


def _set_status(response: Response) -> Response:
    span: Span = g.get("span", NOTHING)
    status = response.status_code
    span.set_attributes(http__response__status_code=status, trainlet__request=request_id())
    if status >= 500:
        span.fail(response.status)
    return response


def _end(error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("traced", None)
    if stack is not None:
        stack.close()
