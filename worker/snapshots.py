"""Snapshots: a job's state is kept after the epochs that its record asks for."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from math import ceil
from typing import Any

from trainlet.config import to_json
from trainlet.errors import Unavailable
from trainlet.network import State, Training
from trainlet.network.arrays import Array
from trainlet.store import Job, Store
from trainlet.store.records import to_text
from worker.data import Prepared

log = logging.getLogger("trainlet.worker")


class Keeper:
    """Keeps the snapshots of one job, the best and the last always, within so many bytes.

    A second thread writes them, one at a time: to make a file durable takes longer than a copy.
    """

    def __init__(self, job: Job, store: Store, prepared: Prepared, most_bytes: int) -> None:
        self._job = job
        self._store = store
        self._prepared = prepared
        self._most_bytes = most_bytes
        self._training: Training = job.spec.training
        self._writer = ThreadPoolExecutor(1, "snapshots")
        self._writing: Future[None] | None = None

    def steps_left(self, state: State) -> int | None:
        """How many steps lead to the end of the next epoch to be kept; None if none is."""
        chosen = self._training.record.next_kept(state.epoch, self._training.epochs)
        if chosen is None:
            return None
        batch = self._training.batch_size
        steps = ceil(len(self._prepared.training.inputs) / batch)
        return (chosen - state.epoch) * steps - ceil(state.position / batch)

    def keep_if_due(self, state: State) -> None:
        """Keep the state if it is that at the end of a chosen epoch, or the last one."""
        record = self._training.record
        if state.position or state.epoch == 0 or not record.keeps:
            return
        chosen = record.next_kept(state.epoch - 1, self._training.epochs) == state.epoch
        if not chosen and state.end is None:
            return
        self.flush()
        about: dict[str, Any] = {
            "counters": state.counters(),
            "preparation": to_json(self._prepared.preparation),
            "input_shape": self._prepared.network.input_shape,
            "metrics": to_text({name: s[-1] for name, s in state.history.items() if s}),
        }
        arrays = {name: array.copy() for name, array in state.arrays().items()}
        judged = "validation_loss" if "validation_loss" in state.history else "loss"
        costs = dict(enumerate(state.history[judged], start=1))
        self._writing = self._writer.submit(self._write, state.epoch, arrays, about, costs)

    def flush(self) -> None:
        """Wait until what is to be kept is written; raise what kept it from being so."""
        if self._writing is not None:
            self._writing.result()
            self._writing = None

    def _write(
        self, epoch: int, arrays: dict[str, Array], about: dict[str, Any], costs: dict[int, float]
    ) -> None:
        try:
            self._store.snapshots.save(self._job.id, epoch, arrays, about)
            self._store.snapshots.thin(self._job.id, self._most_bytes, costs)
        except Unavailable as error:
            # Training matters more, and the others are still there.
            log.warning("job %s: no snapshot of epoch %d: %s", self._job.id, epoch, error)
