"""Traces: what takes how long on the way of a job, for whoever collects that with OpenTelemetry.

They are there if the extra `tracing` is installed and the environment says where to send them, by
OpenTelemetry's own variables; otherwise nothing of it is imported, and a span does nothing.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from multiprocessing.util import Finalize
from threading import Thread
from typing import Any

from trainlet import __version__
from trainlet.span import NOTHING, Kind, Span

log = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
PROTOCOLS = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
SUPPORTED_PROTOCOLS = "http/protobuf"
PACKAGES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")
TIMEOUT_SECONDS = 2.0
"""Seconds in which a process that ends must get rid of its last spans."""

_tracer: Any = None
_provider: Any = None


def endpoint(environ: Mapping[str, str] = os.environ) -> str | None:
    """Where traces are to be sent, or None if nobody wants any."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or environ.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return None
    return next((environ[name] for name in ENDPOINTS if environ.get(name)), None)


def error(environ: Mapping[str, str] = os.environ) -> str | None:
    """Why there are no traces although somebody wants them; None if there are, or nobody does."""
    if endpoint(environ) is None:
        return None
    name, spoken = next(
        ((name, environ[name]) for name in PROTOCOLS if environ.get(name)),
        ("", SUPPORTED_PROTOCOLS),
    )
    if spoken != SUPPORTED_PROTOCOLS:
        return f"traces are sent by {SUPPORTED_PROTOCOLS} alone, and {name} asks for {spoken[:80]}"
    if not all(map(_is_installed, PACKAGES)):
        return "traces are asked for, and the extra is missing: pip install 'trainlet[tracing]'"
    return None


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # not even what it is a part of
        return False


def prepare() -> None:
    """Import what traces need, so that no forked process has to; if they cannot be, say why."""
    wrong = error()
    if wrong is not None:
        log.warning("no traces: %s", wrong)
    elif endpoint() is not None:
        from trainlet import _spans  # noqa: F401, PLC0415  # an extra


def begin(service: str) -> None:
    """Send this process's spans from now on, by a thread of its own, which no fork has."""
    global _provider, _tracer  # noqa: PLW0603  # one a process, as OpenTelemetry wants it
    if endpoint() is None or error() is not None:
        return
    from trainlet import _spans  # noqa: PLC0415  # an extra

    _provider = _spans.provider(service)
    _tracer = _provider.get_tracer("trainlet", __version__)
    Finalize(None, end, exitpriority=0)


def end() -> None:
    """Send what is left, as far as that is possible soon."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        sending = Thread(target=provider.shutdown, daemon=True)
        sending.start()
        sending.join(TIMEOUT_SECONDS)


def is_on() -> bool:
    """Whether spans of this process are told to anybody."""
    return _tracer is not None


@contextmanager
def span(
    name: str, parent: str | None = None, kind: Kind = "internal", **attributes: Any
) -> Iterator[Span]:
    """Tell of what is done within, as a part of what is being done or, if given, of `parent`."""
    if _tracer is None:
        yield NOTHING
        return
    from trainlet import _spans  # noqa: PLC0415  # an extra

    with _spans.start_span(_tracer, name, parent, kind) as made:
        made.set_attributes(**attributes)
        yield made


def traceparent() -> str | None:
    """The present span, as others can name it for a parent (W3C Trace Context)."""
    if _tracer is None:
        return None
    from trainlet import _spans  # noqa: PLC0415  # an extra

    return _spans.traceparent()


def trace_id() -> str | None:
    """The id of the present trace, for lines of the log."""
    named = traceparent()
    return None if named is None else named.split("-")[1]
