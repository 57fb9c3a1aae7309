"""Background tasks: reading uploaded files and evaluating models, run by any worker.

Two workers that run the same task compute the same result, and the first record wins. The lease
only avoids duplicate work.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import get_args

from trainlet.errors import NotFoundError, ServiceUnavailableError, StoreFullError
from trainlet.logs import fields
from trainlet.queue import BackgroundTask, Kind, Queue
from trainlet.settings import Settings
from trainlet.store import BackgroundTasks, Store
from trainlet.store.durable_files import NO_SPACE
from worker.evaluation import evaluate_model
from worker.failure_detector import FailureDetector
from worker.reading import read_file

log = logging.getLogger("trainlet.worker")

RENEWAL_FRACTION = 0.5
"""Seconds between two renewals of the lease."""

NO_ROOM = "the blob store is full; free disk space, delete this resource and create it again"

TASKS: dict[Kind, Callable[[str, int, Store, Settings, Callable[[], None]], None]] = {
    "read": read_file,
    "evaluate": evaluate_model,
}


def tasks_of(kind: Kind, store: Store) -> BackgroundTasks:
    """Return the records of all tasks of a kind."""
    return store.uploads.background_tasks if kind == "read" else store.evaluations.background_tasks


class TaskRunner:
    """Runs one attempt at a background task in its own process."""

    def __init__(self, store: Store, queue: Queue, settings: Settings) -> None:
        self._store = store
        self._queue = queue
        self._settings = settings
        self._renewed = 0.0

    def run(self, task: BackgroundTask) -> None:
        """Run the task unless it is finished or held. Raises ServiceUnavailableError."""
        background_tasks = tasks_of(task.kind, self._store)
        if self._is_held(task.id):
            return
        attempt = background_tasks.claim(task.id)
        if attempt is None:
            return

        def renew() -> None:
            if time.monotonic() - self._renewed > RENEWAL_FRACTION:
                self._renewed = time.monotonic()
                with suppress(ServiceUnavailableError):
                    self._queue.hold(task.id, attempt, self._settings.lease_seconds)

        renew()
        try:
            TASKS[task.kind](task.id, attempt, self._store, self._settings, renew)
        except (NotFoundError, FileNotFoundError):
            log.info("skipped deleted task", extra=fields(task=str(task)))
        except (OSError, ServiceUnavailableError) as error:
            # An error of the disk may be temporary, so another attempt follows unless it is full.
            log.exception("postponed task", extra=fields(task=str(task)))
            if isinstance(error, StoreFullError) or getattr(error, "errno", None) in NO_SPACE:
                with suppress(ServiceUnavailableError):
                    background_tasks.fail(task.id, NO_ROOM)
        except MemoryError:
            background_tasks.fail(task.id, "the worker is out of memory; use less data")
        except Exception:
            log.exception("failed task", extra=fields(task=str(task)))
            background_tasks.fail(task.id, "internal error; see the worker's log")
        finally:
            with suppress(ServiceUnavailableError):
                self._queue.release(task.id, attempt)

    def _is_held(self, task_id: str) -> bool:
        with suppress(ServiceUnavailableError):
            return task_id in self._queue.holders([task_id])
        return False


class TaskReconciler:
    """Requeues background tasks that are neither finished, queued nor held by a worker."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._suspicion = FailureDetector()

    def look(self) -> None:
        """Check all tasks. Call this once per second. Raises ServiceUnavailableError."""
        for text in self._suspicion.lost(self._all_absent):
            log.info("requeued task", extra=fields(task=text))
            task = BackgroundTask.parse(text)
            if task is not None:
                self._queue.submit_task(task)

    def _all_absent(self) -> dict[str, float | None]:
        return {text: None for kind in get_args(Kind) for text in self._absent(kind)}

    def _absent(self, kind: Kind) -> list[str]:
        absent = tasks_of(kind, self._store).unsettled()
        if absent:
            absent -= self._queue.waiting_tasks(kind)
        absent -= set(self._queue.holders(sorted(absent)))
        return [str(BackgroundTask(kind, task_id)) for task_id in absent]
