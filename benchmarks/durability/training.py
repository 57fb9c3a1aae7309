"""Training in the worker's own loop, with checkpoints, and with progress and without by turns."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

from tests.valkey import Valkey
from trainlet.config import from_json
from trainlet.network import Repeats, State
from trainlet.queue import Delivery, Queue, connect
from trainlet.spec import JobSpec, describe, resolve
from trainlet.store import Job, Store
from worker.checkpoints import CheckpointWriter
from worker.heartbeat import Heartbeat
from worker.training import TrainingTask

PAIRS = 9
RUNS = 3
EPOCHS = 2000
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
    """Print the share of its time that the network of the four circles spends on checkpoints."""
    print(f"training with a checkpoint each {EACH:g} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        shares = []
        for _ in range(RUNS):
            job = accept(store, spec(epochs=600))
            work = TrainingTask(job, store, NEVER, ignore, lambda: False)
            work._saver = saver = Timed(job, store, EACH)  # to look at it
            began = time.perf_counter()
            work.run(0)
            took = time.perf_counter() - began
            shares.append(saver.took / took)
            print(
                f"  {took:.3f} s, {1000 * saver.took:.1f} ms of them for {saver.times} checkpoints"
            )
    print(f"  {100 * median(shares):.2f} % of the time, the median of {RUNS} runs", flush=True)


def cost_of_progress() -> None:
    """Print what telling progress costs a job of about 1000 epochs a second."""
    print("training with progress told", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        valkey = Valkey(Path(folder))
        valkey.start()
        queue = Queue(connect(valkey.url))
        ratios, shares = [], []
        for turn in range(PAIRS + 1):
            order = (True, False) if turn % 2 else (False, True)
            took = {payload: seconds(store, queue if payload else None) for payload in order}
            (own, telling), (without, _) = took[True], took[False]
            if turn:  # the first is for warming up
                ratios.append(own / without)
                shares.append(telling / own)
                print(f"  {own:.3f} s and {without:.3f} s without: {ratios[-1]:.3f}", flush=True)
        print(f"  {100 * median(shares):.2f} % of the time in the thread that tells; in all")
        print(f"  {median(ratios):.3f} of without, the median of {PAIRS} pairs, by the processor's")
        print(f"  time, at {EPOCHS / without:.0f} epochs a second", flush=True)
        valkey.kill()


class Timed(CheckpointWriter):
    """A saver that tells how long its checkpoints took; training stands still meanwhile."""

    took = 0.0
    times = 0

    def save(self, state: State | Repeats, trained: float) -> None:
        began = time.perf_counter()
        super().save(state, trained)
        self.took += time.perf_counter() - began
        self.times += 1


class TimedWatch(Heartbeat):
    """The second thread of a worker's child, which tells what it took of the processor."""

    took = 0.0

    def run(self) -> None:
        super().run()
        self.took = time.thread_time()


def ignore(progress: object, history: object) -> None:
    """Tell nobody."""


def seconds(store: Store, queue: Queue | None) -> tuple[float, float]:
    """Processor time of a job whose progress is told to a queue, or to nobody.

    And of that, the time of the thread that tells it.
    """
    job = accept(store, spec(EPOCHS, samples=640, hidden=1))
    assert store.attempts.claim(job.id, 1, 0, "a benchmark") is not None
    watch = TimedWatch(store, queue, Delivery(job.id, 1), 10.0) if queue else None
    began = time.process_time()
    if watch is not None:
        watch.start()
    TrainingTask(job, store, NEVER, watch.beat if watch else ignore, lambda: False).run(0)
    took = time.process_time() - began
    if watch is not None:
        watch.close()
        watch.join()
    return took, watch.took if watch else 0.0


def accept(store: Store, document: dict[str, Any]) -> Job:
    job = from_json(JobSpec, document)
    return store.jobs.accept(resolve(job, describe(job, lambda _: b"")))
