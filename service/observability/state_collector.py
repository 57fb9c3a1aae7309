"""The collector: the meters, and what store and queue are like, looked up when Prometheus asks.

What comes from Redis or the store is the same from every replica: take the maximum, not the sum.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from service.context import Context
from service.observability.metrics import CALLED, FAILURES
from trainlet.errors import ServiceUnavailableError
from trainlet.queue.counters import JOB_SECONDS

WORKERS_COUNT = {
    "epochs": "Epochs trained.",
    "samples": "Samples trained on, each once an epoch.",
    "attempts": "Attempts begun.",
    "retries": "Attempts begun after another one at the same job.",
    "recoveries": "Jobs delivered again because nobody worked on them.",
    "crashes": "Processes that died in the midst of an attempt.",
}
ENDS = ("succeeded", "failed", "cancelled")


class StateCollector(Collector):
    """Looks at meters, store and queue when it is asked; what is away is left out."""

    def __init__(self, ctx: Context) -> None:
        self._service = ctx

    def describe(self) -> list[Metric]:
        """Nothing: nobody shall look when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        redis = store = False
        counts: dict[str, float] = {}
        with suppress(ServiceUnavailableError):
            yield from list(self._queue())
            counts = self._service.queue.counters()
            redis = True
        with suppress(ServiceUnavailableError):
            self._service.store.check()
            store = True
        up = GaugeMetricFamily("trainlet_up", "Whether something answers.", labels=["what"])
        up.add_metric(["redis"], redis)
        up.add_metric(["store"], store)
        yield up
        yield from _of_workers(counts) if redis else ()
        yield from self._counted(counts)

    def _counted(self, counts: dict[str, float]) -> Iterator[Metric]:
        for metric in self._service.metrics_collector.collect():
            if metric.name == FAILURES:
                for what in CALLED:
                    failed = counts.get(f"{what}_errors", 0.0)
                    metric.add_sample(f"{FAILURES}_total", {"what": what, "by": "worker"}, failed)
            yield metric

    def _queue(self) -> Iterator[Metric]:
        queue = self._service.queue
        waiting = GaugeMetricFamily(
            "trainlet_queue_jobs", "Jobs that wait for a worker.", labels=["priority", "kind"]
        )
        for labels, length in queue.lengths().items():
            waiting.add_metric(labels, length)
        yield waiting
        ids = queue.waiting()
        yield GaugeMetricFamily(
            "trainlet_queue_oldest_seconds",
            "Age of the job that was accepted longest ago of those that wait.",
            max(0.0, time.time() - min(int(job[:12], 16) for job in ids) / 1000) if ids else 0,
        )
        yield GaugeMetricFamily("trainlet_workers", "Workers alive.", queue.workers())
        yield from self._running(ids)

    def _running(self, waiting: set[str]) -> Iterator[Metric]:
        ctx = self._service
        unsettled = ctx.store.attempts.unsettled()
        held = ctx.queue.holders(sorted(set(unsettled) - waiting))
        ages = ctx.queue.lease_ages(list(held), ctx.settings.lease_seconds)
        jobs = GaugeMetricFamily("trainlet_jobs", "Jobs not ended.", labels=["state"])
        jobs.add_metric(["waiting"], len(waiting))
        jobs.add_metric(["running"], len(held))
        jobs.add_metric(["other"], max(0, len(unsettled) - len(held) - len(waiting)))
        yield jobs
        yield GaugeMetricFamily(
            "trainlet_heartbeat_age_seconds",
            "Longest time since a running job was last heard of.",
            max(ages.values(), default=0.0),
        )


def _of_workers(counts: dict[str, float]) -> Iterator[Metric]:
    for name, text in WORKERS_COUNT.items():
        yield CounterMetricFamily(f"trainlet_{name}", text, counts.get(name, 0.0))
    ended = HistogramMetricFamily(
        "trainlet_job_duration_seconds", "From a job's first attempt to its end.", labels=["status"]
    )
    for status in ENDS:
        total, buckets = 0.0, []
        for bound in (*JOB_SECONDS, float("inf")):
            total += counts.get(f"job_seconds:{status}:{bound:g}", 0.0)
            buckets.append((f"{bound:g}" if bound < float("inf") else "+Inf", total))
        ended.add_metric([status], buckets, counts.get(f"job_seconds_sum:{status}", 0.0))
    yield ended
