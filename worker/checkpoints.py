"""Periodic checkpoints from which a job resumes after a crash."""

from __future__ import annotations

import logging
import time
from contextlib import suppress

from trainlet import tracing
from trainlet.errors import CorruptFileError, NotFoundError, ServiceUnavailableError
from trainlet.logs import fields
from trainlet.network import Repeats, State
from trainlet.store import Job, Store

log = logging.getLogger("trainlet.worker")

MAX_TIME_FRACTION = 0.1
"""Maximum fraction of the time spent on checkpoints. Large ones are saved less often."""


class CheckpointWriter:
    """Saves and restores the checkpoints of one job."""

    def __init__(self, job: Job, store: Store, seconds: float) -> None:
        self._job = job
        self._store = store
        self._seconds = seconds
        self._pause = seconds
        self._saved = time.monotonic()

    def save(self, state: State | Repeats, trained: float) -> None:
        """Save the state after `trained` seconds of training.

        Raises ServiceUnavailableError, or NotFoundError if the job was deleted.
        """
        began = time.monotonic()
        about = {"counters": state.counters(), "seconds": trained}
        with tracing.span("checkpoint", trainlet__step=state.step):
            self._store.checkpoints.save(self._job.id, state.step, state.arrays(), about)
        self._saved = time.monotonic()
        self._pause = max(self._seconds, (self._saved - began) / MAX_TIME_FRACTION)

    def save_if_due(self, state: State | Repeats, trained: float) -> None:
        """Save the state if the last checkpoint is old enough. Store failures are only logged."""
        if time.monotonic() - self._saved < self._pause:
            return
        try:
            self.save(state, trained)
        except ServiceUnavailableError as error:
            # The previous checkpoint remains valid.
            log.warning(
                "skipped checkpoint: %s", error, extra=fields(job=self._job.id, step=state.step)
            )
            self._saved = time.monotonic()

    def find(self, step: int) -> tuple[State | Repeats, float] | None:
        """Return the state at a step and its seconds of training; drop it if it is unreadable."""
        # A checkpoint of another version may contain other fields.
        with suppress(NotFoundError, CorruptFileError, LookupError, TypeError, ValueError):
            arrays, about = self._store.checkpoints.load(self._job.id, step, "counters", "seconds")
            kind = State if self._job.spec.repeats == 1 else Repeats
            return kind.restore(arrays, about["counters"]), float(about["seconds"])
        log.warning("dropped unreadable checkpoint", extra=fields(job=self._job.id, step=step))
        self._store.checkpoints.drop(self._job.id, step)
        return None
