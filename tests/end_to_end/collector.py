"""Collector of OpenTelemetry traces over HTTP, in memory."""

from __future__ import annotations

import http.server
from threading import Thread
from types import TracebackType
from typing import Any, NamedTuple, Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class ReceivedSpan(NamedTuple):
    """Received span."""

    name: str
    service: str
    trace: str
    id: str
    parent: str
    about: dict[str, Any]
    failed: bool


class Collector:
    """An HTTP server for spans at `url`."""

    def __init__(self) -> None:
        self.spans: list[ReceivedSpan] = []
        collector = self

        class Taker(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                collector.spans += read(body)
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_request(self, *about: Any) -> None:
                """Log nothing."""

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Taker)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.05,)).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def named(self, name: str) -> ReceivedSpan:
        """The one span of that name."""
        [result] = [span for span in self.spans if span.name == name]
        return result


def read(body: bytes) -> list[ReceivedSpan]:
    return [
        ReceivedSpan(
            name=span.name,
            service=next(
                each.value.string_value
                for each in part.resource.attributes
                if each.key == "service.name"
            ),
            trace=span.trace_id.hex(),
            id=span.span_id.hex(),
            parent=span.parent_span_id.hex(),
            about={
                each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
                for each in span.attributes
            },
            failed=span.status.code == 2,
        )
        for part in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in part.scope_spans
        for span in scope.spans
    ]
