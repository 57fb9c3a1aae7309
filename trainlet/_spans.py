"""Spans with OpenTelemetry. Imported only if tracing is configured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode, Tracer
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from trainlet import __version__
from trainlet.span import Kind, Span

KINDS: dict[Kind, SpanKind] = {
    "internal": SpanKind.INTERNAL,
    "server": SpanKind.SERVER,
    "consumer": SpanKind.CONSUMER,
}
_PARENTS = TraceContextTextMapPropagator()


class TracedSpan(Span):
    """Span that is exported."""

    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set_attributes(self, **attributes: Any) -> None:
        for name, value in attributes.items():
            if value is not None:
                self._span.set_attribute(name.replace("__", "."), value)

    def fail(self, message: str) -> None:
        self._span.set_status(StatusCode.ERROR, message)


def provider(service: str) -> TracerProvider:
    """Return a provider that exports spans as the OTEL_* environment variables configure it."""
    attributes: dict[str, Any] = {"service.version": __version__}
    if "OTEL_SERVICE_NAME" not in os.environ:
        attributes["service.name"] = service
    made = TracerProvider(resource=Resource.create(attributes), shutdown_on_exit=False)
    made.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return made


@contextmanager
def start_span(tracer: Tracer, name: str, parent: str | None, kind: Kind) -> Iterator[TracedSpan]:
    """Start a span. Exceptions within are not recorded, because they may contain secrets."""
    # An invalid parent leaves the span without one.
    context = None if parent is None else _PARENTS.extract({"traceparent": parent})
    with tracer.start_as_current_span(
        name, context, KINDS[kind], record_exception=False, set_status_on_exception=False
    ) as span:
        yield TracedSpan(span)


def traceparent() -> str | None:
    """Return the current span in the W3C Trace Context format; None if there is none."""
    carrier: dict[str, str] = {}
    _PARENTS.inject(carrier)
    return carrier.get("traceparent")
