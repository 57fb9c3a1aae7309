"""Costs of checkpoints and progress reports in the worker's training loop."""

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
"""Seconds between two checkpoints (the default setting is five)."""

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
    """Print the fraction of the training time that checkpoints take for the four circles."""
    print(f"training with a checkpoint every {EACH:g} s", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        fractions = []
        for _ in range(RUNS):
            job = accept(store, spec(epochs=600))
            work = TrainingTask(job, store, NEVER, ignore, lambda: False)
            work._saver = saver = Timed(job, store, EACH)  # to measure it
            began = time.perf_counter()
            work.run(0)
            took = time.perf_counter() - began
            fractions.append(saver.took / took)
            saving = f"{1000 * saver.took:.1f} ms for {saver.times} checkpoints"
            print(f"  {took:.3f} s, of which {saving}")
    print(f"  {100 * median(fractions):.2f} % of the time, median of {RUNS} runs", flush=True)


def cost_of_progress() -> None:
    """Print the cost of progress reports for a job of about 1000 epochs per second."""
    print("training with progress reports", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        store = Store((Path(folder) / "blobs").as_uri())
        valkey = Valkey(Path(folder))
        valkey.start()
        queue = Queue(connect(valkey.url))
        ratios, fractions = [], []
        for turn in range(PAIRS + 1):
            order = (True, False) if turn % 2 else (False, True)
            took = {payload: seconds(store, queue if payload else None) for payload in order}
            (reported, thread), (without, _) = took[True], took[False]
            if turn:  # the first is for warming up
                ratios.append(reported / without)
                fractions.append(thread / reported)
                print(f"  {reported:.3f} s and {without:.3f} s without: {ratios[-1]:.3f}")
        print(f"  {100 * median(fractions):.2f} % of the time in the heartbeat thread; in total")
        print(f"  {median(ratios):.3f} × the processor time without, median of {PAIRS} pairs")
        print(f"  at {EPOCHS / without:.0f} epochs/s", flush=True)
        valkey.kill()


class Timed(CheckpointWriter):
    """Checkpoint writer that measures its time; training waits meanwhile."""

    took = 0.0
    times = 0

    def save(self, state: State | Repeats, trained: float) -> None:
        began = time.perf_counter()
        super().save(state, trained)
        self.took += time.perf_counter() - began
        self.times += 1


class TimedWatch(Heartbeat):
    """Heartbeat thread that measures its processor time."""

    took = 0.0

    def run(self) -> None:
        super().run()
        self.took = time.thread_time()


def ignore(progress: object, history: object) -> None:
    """Discard a progress report."""


def seconds(store: Store, queue: Queue | None) -> tuple[float, float]:
    """Return the processor time of a job with or without progress reports to a queue.

    The second value is the processor time of the heartbeat thread.
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
