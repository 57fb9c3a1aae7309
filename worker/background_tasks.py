"""Errands: uploaded files to be read and models to be judged, by whichever worker comes first.

There is little to claim: two workers that do the same errand find the same, and the first to say
so is heard. The lease only keeps others from beginning while one is at it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from typing import get_args

from trainlet.errors import NotFoundError, ServiceUnavailableError, StoreFullError
from trainlet.queue import BackgroundTask, Kind, Queue
from trainlet.settings import Settings
from trainlet.store import BackgroundTasks, Store
from trainlet.store.durable_files import NO_SPACE
from worker.evaluation import evaluate_model
from worker.failure_detector import FailureDetector
from worker.reading import read_file

log = logging.getLogger("trainlet.worker")

RENEWAL_FRACTION = 0.5
"""Seconds from one renewal of the lease to the next."""

NO_ROOM = "the store has no room for what is found; make some, delete this and ask again"

TASKS: dict[Kind, Callable[[str, int, Store, Settings, Callable[[], None]], None]] = {
    "read": read_file,
    "judge": evaluate_model,
}


def tasks_of(kind: Kind, store: Store) -> BackgroundTasks:
    """The records of the errands of a kind."""
    return store.uploads.background_tasks if kind == "read" else store.evaluations.background_tasks


class TaskRunner:
    """One attempt at an errand, in a process of its own."""

    def __init__(self, store: Store, queue: Queue, settings: Settings) -> None:
        self._store = store
        self._queue = queue
        self._settings = settings
        self._renewed = 0.0

    def run(self, task: BackgroundTask) -> None:
        """Do the errand, if that is still to be done. Raises ServiceUnavailableError."""
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
            log.info("%s: deleted while it was worked on", task)
        except (OSError, ServiceUnavailableError) as error:
            # The disk, not the errand: another attempt may do better, unless there is no room.
            log.exception("%s cannot be done now", task)
            if isinstance(error, StoreFullError) or getattr(error, "errno", None) in NO_SPACE:
                with suppress(ServiceUnavailableError):
                    background_tasks.fail(task.id, NO_ROOM)
        except MemoryError:
            background_tasks.fail(task.id, "the worker's machine has too little memory for it")
        except Exception:
            log.exception("%s failed", task)
            background_tasks.fail(task.id, "an error of the service itself; its log says more")
        finally:
            with suppress(ServiceUnavailableError):
                self._queue.release(task.id, attempt)

    def _is_held(self, task_id: str) -> bool:
        with suppress(ServiceUnavailableError):
            return task_id in self._queue.holders([task_id])
        return False


class TaskReconciler:
    """Finds errands that nobody has done, that do not wait and that nobody works on."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._suspicion = FailureDetector()

    def look(self) -> None:
        """Look at all errands once; to be called each second. Raises ServiceUnavailableError."""
        for text in self._suspicion.lost(self._all_absent):
            log.info("%s: delivered", text)
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
