"""Check of the OpenTelemetry collector, if one is configured."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from trainlet import tracing
from trainlet.doctor.finding import Finding
from trainlet.settings import Settings

TIMEOUT_SECONDS = 2.0


def check_traces(settings: Settings) -> Iterator[Finding]:  # the signature of all checks
    """Check that traces can be exported and that the collector accepts connections."""
    what, url = "traces", tracing.endpoint()
    if url is None:
        return
    wrong = tracing.error()
    if wrong is not None:
        advice = "fix it for the API and the workers, or unset OTEL_EXPORTER_OTLP_ENDPOINT"
        yield Finding("wrong", what, wrong, advice)
        return
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        socket.create_connection((parts.hostname or "", port), TIMEOUT_SECONDS).close()
    except (OSError, ValueError) as error:
        advice = "start a collector that accepts OTLP over HTTP; jobs run without it"
        yield Finding("warning", what, f"no collector at {url}: {error}", advice)
    else:
        yield Finding("well", what, f"exported to {url}")
