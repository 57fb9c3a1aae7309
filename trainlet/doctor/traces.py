"""Traces: whether somebody takes them, where the environment asks for any."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from trainlet import tracing
from trainlet.doctor.finding import Finding
from trainlet.settings import Settings

TIMEOUT_SECONDS = 2.0


def check_traces(settings: Settings) -> Iterator[Finding]:  # as all checks
    """See whether there is what sends traces, and whether anybody listens where they are sent."""
    what, url = "traces", tracing.endpoint()
    if url is None:
        return
    wrong = tracing.error()
    if wrong is not None:
        advice = "do so for the API and the workers, or unset OTEL_EXPORTER_OTLP_ENDPOINT"
        yield Finding("wrong", what, wrong, advice)
        return
    try:
        place = urlsplit(url)
        port = place.port or (443 if place.scheme == "https" else 80)
        socket.create_connection((place.hostname or "", port), TIMEOUT_SECONDS).close()
    except (OSError, ValueError) as error:
        advice = "start a collector that takes OTLP over HTTP there; jobs go on without"
        yield Finding("warning", what, f"nobody takes them at {url}: {error}", advice)
    else:
        yield Finding("well", what, f"sent to {url}")
