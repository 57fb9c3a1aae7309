"""Snapshots of a job after the recorded epochs and after the last epoch."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from math import ceil
from typing import Any

from trainlet.config import to_json
from trainlet.errors import ServiceUnavailableError
from trainlet.logs import fields
from trainlet.network import Repeats, State, Training
from trainlet.store import Job, Snapshot, Store, pack_snapshot
from trainlet.store.records import to_text
from trainlet.store.snapshots import surplus
from worker.data import PreparedData

log = logging.getLogger("trainlet.worker")

MAX_MEMORY_FRACTION = 0.02
"""Maximum fraction of the time spent on copying states that may turn out to be the last."""


class SnapshotWriter:
    """Writes the snapshots of one job within a byte limit; keeps the best and the last.

    A second thread writes them one at a time, because a durable write is slow. The data are
    serialized in the training thread: two computing threads would compete for the GIL.
    """

    def __init__(self, job: Job, store: Store, prepared: PreparedData, max_bytes: int) -> None:
        self._job = job
        self._store = store
        self._prepared = prepared
        self._preprocessing = to_json(prepared.preprocessing)
        self._max_bytes = max_bytes
        self._training: Training = job.spec.training
        self._writer = ThreadPoolExecutor(1, "snapshots")
        self._writing: Future[None] | None = None
        self._sizes: dict[int, int] | None = None
        self._last: State | None = None
        self._next = 0.0

    def steps(self, state: State | Repeats, fitting: int) -> int:
        """Return how many steps to take next, at most about `fitting`.

        A chunk ends at the end of an epoch if one is near, and at the latest at the next snapshot.
        """
        record, batch = self._training.record, self._training.batch_size
        if not record.keeps or isinstance(state, Repeats):
            return fitting
        whole = ceil(len(self._prepared.training.inputs) / batch)
        left = whole - ceil(state.position / batch)
        if fitting >= left:
            fitting -= (fitting - left) % whole
        chosen = record.next_kept(state.epoch, self._training.epochs)
        if chosen is None:
            return fitting
        return min(fitting, left + (chosen - state.epoch - 1) * whole)

    def see(self, state: State | Repeats, over: bool = False) -> None:
        """Keep the state after a recorded or the last epoch; otherwise remember a copy of it.

        `over` marks the last state of this attempt.
        """
        record, epochs = self._training.record, self._training.epochs
        if isinstance(state, Repeats) or not record.keeps:
            return
        if state.position or state.epoch == 0:
            return
        due = record.next_kept(state.epoch - 1, epochs) == state.epoch or state.end is not None
        began = time.monotonic()
        if due:
            self._last = None
            self._keep(state)
        elif over or began >= self._next:
            self._last = state.copy()
            now = time.monotonic()
            self._next = now + (now - began) / MAX_MEMORY_FRACTION

    def keep_last(self) -> None:
        """Keep the last remembered state, if it is not kept yet."""
        last, self._last = self._last, None
        if last is not None:
            self._keep(last)

    def flush(self) -> None:
        """Wait until pending snapshots are written. Raises what the writer raised."""
        writing, self._writing = self._writing, None
        if writing is not None:
            writing.result()

    def _keep(self, state: State) -> None:
        about: dict[str, Any] = {
            "counters": state.counters(),
            "preprocessing": self._preprocessing,
            "input_shape": self._prepared.network.input_shape,
            "metrics": to_text({name: s[-1] for name, s in state.history.items() if s}),
        }
        data = pack_snapshot(Snapshot(self._job.id, state.epoch, state.arrays(), about))
        evaluated = "validation_loss" if "validation_loss" in state.history else "loss"
        costs = dict(enumerate(state.history[evaluated], start=1))
        self.flush()
        self._writing = self._writer.submit(self._write, state.epoch, data, costs)

    def _write(self, epoch: int, data: bytes, costs: dict[int, float]) -> None:
        kept = self._store.snapshots
        try:
            kept.save(self._job.id, epoch, data)
            if self._sizes is None:
                self._sizes = kept.sizes(self._job.id)
            self._sizes[epoch] = len(data)
            for old in surplus(self._sizes, self._max_bytes, costs):
                kept.drop(self._job.id, old)
                del self._sizes[old]
        except ServiceUnavailableError as error:
            # Training continues, and the other snapshots remain valid.
            log.warning("skipped snapshot: %s", error, extra=fields(job=self._job.id, epoch=epoch))
