"""Training in the worker's own loop, with checkpoints or progress and without, turn by turn."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from tests.valkey import Valkey
from trainlet.config import from_json
from trainlet.queue import Delivery, Queue, connect
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import Job, Store
from worker.watch import Watch
from worker.work import Work

PAIRS = 7
NEVER = 3600.0
EACH = 1.0
"""Seconds from one checkpoint to the next: by default they are five."""

HIDDEN = {"type": "dense", "units": 100, "activation": "relu"}
OUTPUT = {"type": "dense", "units": 1, "activation": "sigmoid"}


def spec(epochs: int, samples: int = 1000, hidden: int = 3) -> dict[str, Any]:
    return {
        "name": "bench",
        "architecture": {"layers": [HIDDEN] * hidden + [OUTPUT]},
        "dataset": {"source": {"type": "four_circles", "samples": samples}},
        "training": {"epochs": epochs, "batch_size": 32},
    }


def cost_of_checkpoints() -> None:
    """Print what a checkpoint each second costs the network of the four circles."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        document = spec(epochs=1200)

        def seconds(each: float) -> float:
            return train(store, accept(store, document), each)

        tell(
            f"training with a checkpoint each {EACH:g} s",
            lambda: seconds(EACH),
            lambda: seconds(NEVER),
        )


def cost_of_progress() -> None:
    """Print what telling progress costs a job of about 1000 epochs a second."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        valkey = Valkey(Path(folder))
        valkey.start()
        queue = Queue(connect(valkey.url))
        document = spec(epochs=3000, samples=640, hidden=1)
        rates = []

        def seconds(*, told: bool) -> float:
            job = accept(store, document)
            took = train(
                store, job, NEVER, Watch(store, queue, delivery(store, job), 10.0) if told else None
            )
            rates.append(document["training"]["epochs"] / took)
            return took

        tell("training with progress told", lambda: seconds(told=True), lambda: seconds(told=False))
        print(f"  at {median(rates):.0f} epochs a second")
        valkey.kill()


def accept(store: Store, document: dict[str, Any]) -> Job:
    job = from_json(JobSpec, document)
    return store.jobs.accept(resolve(job, describe(job, lambda _: b"")))


def delivery(store: Store, job: Job) -> Delivery:
    """The first attempt at a job, begun."""
    assert store.attempts.claim(job.id, 1, 0, "a benchmark") is not None
    return Delivery(job.id, 1)


def train(store: Store, job: Job, checkpoint_seconds: float, watch: Watch | None = None) -> float:
    """Seconds from the start to the published model."""
    if watch is not None:
        watch.start()
    began = time.perf_counter()
    told = watch.tell if watch is not None else lambda progress, history: None
    Work(job, store, checkpoint_seconds, told, lambda: False).run(0)
    took = time.perf_counter() - began
    if watch is not None:
        watch.close()
        watch.join()
    return took


def tell(what: str, own: Callable[[], float], without: Callable[[], float]) -> None:
    """Print the median of the ratios of pairs that were measured right after one another."""
    own()
    pairs = [(own(), without()) if turn % 2 else (without(), own())[::-1] for turn in range(PAIRS)]
    ratios = sorted(mine / other for mine, other in pairs)
    print(f"{what}: {median(ratios):.3f} of without")
    print(f"  ({PAIRS} pairs, from {ratios[0]:.3f} to {ratios[-1]:.3f})", flush=True)
