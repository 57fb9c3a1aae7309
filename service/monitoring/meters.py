"""Meters: the requests that this process answered, counted and timed for Prometheus."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})
REQUEST_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


# When a series began is another one for each, and nobody here asks for it.
disable_created_metrics()  # type: ignore[no-untyped-call]


class Meters:
    """The meters of one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ["method", "route", "status"]
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "trainlet_requests", "Requests answered.", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "trainlet_request_seconds",
            "Seconds until the head of an answer.",
            labels[:2],
            buckets=REQUEST_SECONDS,
            registry=self.registry,
        )

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request."""
        kind = method if method in METHODS else "other", route, status
        known = self._known.get(kind)
        if known is None:
            # To find these by their labels takes longer than to count.
            method, route, status = kind
            counter = self._requests.labels(method, route, str(status))
            known = self._known[kind] = counter, self._seconds.labels(method, route)
        known[0].inc()
        known[1].observe(seconds)
