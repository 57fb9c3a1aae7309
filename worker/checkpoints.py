"""Checkpoints: the state of a job is saved now and then, to go on from when its process dies."""

from __future__ import annotations

import logging
import time
from contextlib import suppress

from trainlet import tracing
from trainlet.errors import CorruptFileError, NotFoundError, ServiceUnavailableError
from trainlet.network import Repeats, State
from trainlet.store import Job, Store

log = logging.getLogger("trainlet.worker")

MAX_TIME_FRACTION = 0.1
"""Checkpoints take at most this share of the time; large ones are made less often."""


class CheckpointWriter:
    """Saves the state of one job each so many seconds, and finds what was saved."""

    def __init__(self, job: Job, store: Store, seconds: float) -> None:
        self._job = job
        self._store = store
        self._seconds = seconds
        self._pause = seconds
        self._saved = time.monotonic()

    def save(self, state: State | Repeats, trained: float) -> None:
        """Save the state after so many seconds of training.

        Raises ServiceUnavailableError, or NotFoundError.
        """
        began = time.monotonic()
        about = {"counters": state.counters(), "seconds": trained}
        with tracing.span("checkpoint", trainlet__step=state.step):
            self._store.checkpoints.save(self._job.id, state.step, state.arrays(), about)
        self._saved = time.monotonic()
        self._pause = max(self._seconds, (self._saved - began) / MAX_TIME_FRACTION)

    def save_if_due(self, state: State | Repeats, trained: float) -> None:
        """Save the state if the last one was saved long enough ago, and it can be saved."""
        if time.monotonic() - self._saved < self._pause:
            return
        try:
            self.save(state, trained)
        except ServiceUnavailableError as error:
            # The last one is still there.
            log.warning("job %s: no checkpoint: %s", self._job.id, error)
            self._saved = time.monotonic()

    def find(self, step: int) -> tuple[State | Repeats, float] | None:
        """The state at a step and its seconds of training; None if it is useless, and gone then."""
        # Of another version of the service it may hold other things than are wanted here.
        with suppress(NotFoundError, CorruptFileError, LookupError, TypeError, ValueError):
            arrays, about = self._store.checkpoints.load(self._job.id, step, "counters", "seconds")
            kind = State if self._job.spec.repeats == 1 else Repeats
            return kind.restore(arrays, about["counters"]), float(about["seconds"])
        log.warning("job %s: the checkpoint at step %d is useless", self._job.id, step)
        self._store.checkpoints.drop(self._job.id, step)
        return None
