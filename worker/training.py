"""Training of one job in chunks, with progress reports, checkpoints and cancellation."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Generator
from math import inf

from trainlet import counters, tracing
from trainlet.network import Repeats, State, Training, train, train_repeats
from trainlet.queue import Progress
from trainlet.store import End, History, Job, Store
from worker.checkpoints import CheckpointWriter
from worker.chunk_size import ChunkSize
from worker.data import PreparedData, prepare
from worker.initial_state import initial_state
from worker.result import model_of, warnings_of
from worker.retry import retry
from worker.snapshots import SnapshotWriter

log = logging.getLogger("trainlet.worker")

CHUNK_SECONDS = 0.2
"""Seconds of training per chunk."""


class StoppedError(Exception):
    """The attempt was interrupted because the job is cancelled, paused or handed back."""


class TrainingTask:
    """Trains one job in this process."""

    def __init__(
        self,
        job: Job,
        store: Store,
        checkpoint_seconds: float,
        publish: Callable[[Progress, History], None],
        is_over: Callable[[], bool],
        snapshot_bytes: int = 2**28,
    ) -> None:
        self._job = job
        self._store = store
        self._saver = CheckpointWriter(job, store, checkpoint_seconds)
        self._snapshot_bytes = snapshot_bytes
        self._publish_progress = publish
        self._is_over = is_over
        self.history: History = {}
        """Metrics of all finished epochs, including those of earlier attempts."""
        self._state: State | Repeats | None = None
        self._keeper: SnapshotWriter | None = None
        self._seconds = 0.0
        self._is_out_of_time = False
        self._counted = 0, 0

    def run(self, step: int) -> End:
        """Train from the checkpoint at `step` to the end, and publish the model.

        Raises StoppedError once `is_over` returns true, and any error of the training.
        """
        end = retry(self._initial)
        if end is not None:
            return end
        with tracing.span("prepare"):
            prepared = retry(lambda: prepare(self._job.spec, self._store.datasets.read))
            self._state = state = retry(lambda: self._restore(prepared, step))
        self.history = state.history
        with tracing.span("train", trainlet__step=state.step) as span:
            try:
                self._train(prepared, state)
            finally:
                span.set_attributes(trainlet__steps=state.step - step, trainlet__epoch=state.epoch)
        self._count(prepared, state)
        with tracing.span("publish"):
            return self._publish(prepared, state)

    def keep(self) -> None:
        """Save a checkpoint now, if training has started. Raises ServiceUnavailableError."""
        if self._state is not None and self._state.step:
            self._saver.save(self._state, self._seconds)

    def keep_last(self) -> None:
        """Keep the state after the last epoch as a snapshot, if the job records snapshots."""
        if self._keeper is not None:
            self._keeper.keep_last()
            self._keeper.flush()

    def _initial(self) -> End | None:
        """Return the end of a job whose model an earlier attempt published before it crashed."""
        result = self._store.models.find(self._job.id)
        if result is None:
            return None
        model, sha256 = result
        self.history = model.history
        warnings = tuple(model.provenance["warnings"])
        return End("succeeded", model.provenance["end"], None, model.metrics, warnings, sha256)

    def _restore(self, prepared: PreparedData, step: int) -> State | Repeats:
        result = self._saver.find(step) if step else None
        if result is not None:
            state, self._seconds = result
            return state
        return retry(lambda: initial_state(self._job, self._store, prepared))

    def _train(self, prepared: PreparedData, state: State | Repeats) -> None:
        training = self._job.spec.training
        total = training.steps(len(prepared.training.inputs)) * self._job.spec.repeats
        first, began = state.step, self._seconds
        self._counted = _done(prepared, state)
        run = _running(prepared, training, state)
        next(run)
        pace = ChunkSize(CHUNK_SECONDS)
        keeper = self._keeper = SnapshotWriter(
            self._job, self._store, prepared, self._snapshot_bytes
        )
        while not self._is_over():
            rate = (self._seconds - began) / max(state.step - first, 1)
            left = rate * (total - state.step) if rate else None
            self._report(prepared, state, total, left)
            self._count(prepared, state)
            steps = keeper.steps(state, pace.steps)
            started = time.monotonic()
            try:
                run.send(steps)
            except StopIteration:
                self._seconds += time.monotonic() - started
                self._report(prepared, state, total, 0.0)
                keeper.see(state)
                keeper.flush()
                return
            took = time.monotonic() - started
            pace.measure(took, steps)
            self._seconds += took
            keeper.see(state)
            if self._seconds >= (self._job.spec.max_seconds or inf):
                self._is_out_of_time = True
                keeper.see(state, over=True)
                self.keep_last()
                state.take_best()
                return
            self._saver.save_if_due(state, self._seconds)
        keeper.see(state, over=True)
        keeper.flush()
        raise StoppedError

    def _count(self, prepared: PreparedData, state: State | Repeats) -> None:
        epochs, samples = _done(prepared, state)
        counters.count("epochs", max(0, epochs - self._counted[0]))
        counters.count("samples", max(0, samples - self._counted[1]))
        self._counted = epochs, samples

    def _report(
        self, prepared: PreparedData, state: State | Repeats, total: int, seconds_left: float | None
    ) -> None:
        progress = Progress(
            attempt=self._job.attempt,
            epoch=state.epoch,
            epochs=self._job.spec.training.epochs,
            step=state.step,
            fraction=state.step / total,
            metrics={name: values[-1] for name, values in state.history.items() if values},
            seconds_left=seconds_left,
            warnings=warnings_of(prepared, state),
        )
        self._publish_progress(progress, state.history)

    def _publish(self, prepared: PreparedData, state: State | Repeats) -> End:
        reason = "max_seconds" if self._is_out_of_time else state.end
        model = model_of(self._job, prepared, state, self._seconds, reason)
        if self._is_over():
            raise StoppedError
        sha256 = retry(lambda: self._store.models.publish(model))
        warnings = warnings_of(prepared, state)
        return End("succeeded", reason, None, model.metrics, warnings, sha256)


def _running(
    prepared: PreparedData, training: Training, state: State | Repeats
) -> Generator[object, int, None]:
    """Return the training generator of one run or of several repeats."""
    data, validation = prepared.training, prepared.validation
    if isinstance(state, Repeats):
        return train_repeats(prepared.network, data, training, state, validation)
    return train(prepared.network, data, training, state, validation)


def _done(prepared: PreparedData, state: State | Repeats) -> tuple[int, int]:
    """Count the finished epochs and the trained samples of all runs."""
    runs = state.runs if isinstance(state, Repeats) else [state]
    epochs = sum(run.epoch for run in runs)
    return epochs, epochs * len(prepared.training.inputs) + sum(run.position for run in runs)
