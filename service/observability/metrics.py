"""Meters: what happens in the processes of a service, counted and timed for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Metric,
    disable_created_metrics,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from service.observability.multiprocess import FOLDER
from trainlet import counters

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
REQUEST_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

FAILURES = "trainlet_failures"
CALLED = ("redis", "store")

# When a series began is another one for each, and nobody here asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Metrics:
    """The meters of all processes that count together; `registry` is what Prometheus is told."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        own = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "trainlet_http_requests", "Requests answered.", labels, registry=own
        )
        self._seconds = Histogram(
            "trainlet_http_request_duration_seconds",
            "Seconds until the head of an answer.",
            labels[:2],
            buckets=REQUEST_SECONDS,
            registry=own,
        )
        self.cache_hits = Counter(
            "trainlet_model_cache_hits", "Predictions whose model was in memory.", registry=own
        )
        self.cache_loads = Counter(
            "trainlet_model_cache_loads", "Models read into memory.", registry=own
        )
        self.cache_bytes = Gauge(
            "trainlet_model_cache_bytes",
            "Memory of the models held.",
            multiprocess_mode="sum",
            registry=own,
        )
        failures = Counter(
            FAILURES, "Calls that failed, by what and who called.", ["what", "by"], registry=own
        )
        self._failures = {what: failures.labels(what, "service") for what in CALLED}
        self._all: Collector = own
        if FOLDER in os.environ:
            self._all = MultiProcessCollector(CollectorRegistry())  # type: ignore[no-untyped-call]

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request, and what failed of late."""
        kind = method if method in METHODS else "other", route, status
        known = self._known.get(kind)
        if known is None:
            # To find these by their labels takes longer than to count.
            method, route, status = kind
            counter = self._requests.labels(method, route, str(status))
            known = self._known[kind] = counter, self._seconds.labels(method, route)
        known[0].inc()
        known[1].observe(seconds)
        self._count_failures()

    def collect(self) -> Iterable[Metric]:
        """Tell what all processes have counted."""
        self._count_failures()
        return self._all.collect()

    def _count_failures(self) -> None:
        if counters.peek():
            counts = counters.take()
            for what, failures in self._failures.items():
                failures.inc(counts.get(f"{what}_errors", 0.0))
