"""Traces with OpenTelemetry: spans of requests, jobs and attempts.

Tracing is on if the extra `tracing` is installed and OpenTelemetry's environment variables
configure an endpoint. Otherwise OpenTelemetry is not imported and spans do nothing.
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
"""Maximum seconds to export the last spans when a process exits."""

_tracer: Any = None
_provider: Any = None


def endpoint(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the endpoint for traces; None if tracing is not configured."""
    off = environ.get("OTEL_SDK_DISABLED", "").lower() == "true"
    if off or environ.get("OTEL_TRACES_EXPORTER", "otlp") == "none":
        return None
    return next((environ[name] for name in ENDPOINTS if environ.get(name)), None)


def error(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return why configured tracing does not work; None if it works or is not configured."""
    if endpoint(environ) is None:
        return None
    name, protocol = next(
        ((name, environ[name]) for name in PROTOCOLS if environ.get(name)),
        ("", SUPPORTED_PROTOCOLS),
    )
    if protocol != SUPPORTED_PROTOCOLS:
        return f"{name} must be {SUPPORTED_PROTOCOLS}, not {protocol[:80]}"
    if not all(map(_is_installed, PACKAGES)):
        return "the extra `tracing` is missing: pip install 'trainlet[tracing]'"
    return None


def _is_installed(package: str) -> bool:
    try:
        return find_spec(package) is not None
    except ModuleNotFoundError:  # its parent package is missing
        return False


def prepare() -> None:
    """Import OpenTelemetry before forking; log a warning if tracing does not work."""
    problem = error()
    if problem is not None:
        log.warning("disabled tracing: %s", problem)
    elif endpoint() is not None:
        from trainlet import _spans  # noqa: F401, PLC0415  # an extra


def begin(service: str) -> None:
    """Export this process's spans from now on, in a thread that forks do not inherit."""
    global _provider, _tracer  # noqa: PLW0603  # one per process, as OpenTelemetry requires
    if endpoint() is None or error() is not None:
        return
    from trainlet import _spans  # noqa: PLC0415  # an extra

    _provider = _spans.provider(service)
    _tracer = _provider.get_tracer("trainlet", __version__)
    Finalize(None, end, exitpriority=0)


def end() -> None:
    """Export the remaining spans, for a limited time."""
    global _provider, _tracer
    provider, _provider, _tracer = _provider, None, None
    if provider is not None:
        sending = Thread(target=provider.shutdown, daemon=True)
        sending.start()
        sending.join(TIMEOUT_SECONDS)


def is_on() -> bool:
    """Return whether spans of this process are exported."""
    return _tracer is not None


@contextmanager
def span(
    name: str, parent: str | None = None, kind: Kind = "internal", **attributes: Any
) -> Iterator[Span]:
    """Start a span, as a child of `parent` or of the current span."""
    if _tracer is None:
        yield NOTHING
        return
    from trainlet import _spans  # noqa: PLC0415  # an extra

    with _spans.start_span(_tracer, name, parent, kind) as made:
        made.set_attributes(**attributes)
        yield made


def traceparent() -> str | None:
    """Return the current span as a parent for other processes (W3C Trace Context)."""
    if _tracer is None:
        return None
    from trainlet import _spans  # noqa: PLC0415  # an extra

    return _spans.traceparent()


def trace_id() -> str | None:
    """Return the id of the current trace, for log lines."""
    named = traceparent()
    return None if named is None else named.split("-")[1]
