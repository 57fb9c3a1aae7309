"""Training on the four circles over HTTP, evaluated on unseen points."""

from __future__ import annotations

import random
from statistics import mean
from typing import Any

from tests.end_to_end.running_service import RunningService
from tests.end_to_end.specs import demo, short
from tests.eventually import eventually

SEEDS = (101, 202, 303, 404)
"""None of them was used to choose anything."""


def accuracy(service: RunningService, job: dict[str, Any], seed: int) -> float:
    """Return the accuracy of the job's model on 2000 points drawn here."""
    draw = random.Random(seed)
    points = [[draw.uniform(0, 4), draw.uniform(0, 4)] for _ in range(2000)]
    truth = [
        int(any((x - a) ** 2 + (y - b) ** 2 <= 0.5 for a in (1, 3) for b in (1, 3)))
        for x, y in points
    ]
    labels = service.predict(job, points)["labels"]
    right: int = sum(label == true for label, true in zip(labels, truth, strict=True))
    return right / len(truth)


def test_the_demo_reaches_97_percent(service: RunningService) -> None:
    jobs = [service.submit(demo(seed)) for seed in SEEDS]
    reached = [accuracy(service, service.ended(job), 1) for job in jobs]
    assert mean(reached) >= 0.97, reached


def test_the_defaults_reach_95_percent(service: RunningService) -> None:
    jobs = [service.submit(short(seed)) for seed in SEEDS]
    reached = [accuracy(service, service.ended(job), 2) for job in jobs]
    assert mean(reached) >= 0.95, reached


def test_progress_moves_while_it_trains(service: RunningService) -> None:
    job = service.submit(demo(seed=5))
    observed: dict[int, float] = {}

    def look() -> bool:
        now = service.http.get(job["links"]["self"]).json()
        if now["status"] == "running":
            observed[now["progress"]["epoch"]] = now["progress"]["fraction"]
        return bool(now["finished_at"])

    eventually(look, 60, "the end of the job")
    assert len(observed) >= 5
    assert list(observed) == sorted(observed)
    assert list(observed.values()) == sorted(observed.values())
    history = service.http.get(job["links"]["history"]).json()
    assert len(history["loss"]) == 200
    assert history["loss"][-1] < history["loss"][0] / 3
