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
    return store.uploads.errands if kind == "read" else store.evaluations.errands


class TaskRunner:
    """One attempt at an errand, in a process of its own."""

    def __init__(self, store: Store, queue: Queue, settings: Settings) -> None:
        self._store = store
        self._queue = queue
        self._settings = settings
        self._renewed = 0.0

    def run(self, errand: BackgroundTask) -> None:
        """Do the errand, if that is still to be done. Raises ServiceUnavailableError."""
        errands = tasks_of(errand.kind, self._store)
        if self._is_held(errand.id):
            return
        attempt = errands.claim(errand.id)
        if attempt is None:
            return

        def renew() -> None:
            if time.monotonic() - self._renewed > RENEWAL_FRACTION:
                self._renewed = time.monotonic()
                with suppress(ServiceUnavailableError):
                    self._queue.hold(errand.id, attempt, self._settings.lease_seconds)

        renew()
        try:
            TASKS[errand.kind](errand.id, attempt, self._store, self._settings, renew)
        except (NotFoundError, FileNotFoundError):
            log.info("%s: deleted while it was worked on", errand)
        except (OSError, ServiceUnavailableError) as error:
            # The disk, not the errand: another attempt may do better, unless there is no room.
            log.exception("%s cannot be done now", errand)
            if isinstance(error, StoreFullError) or getattr(error, "errno", None) in NO_SPACE:
                with suppress(ServiceUnavailableError):
                    errands.fail(errand.id, NO_ROOM)
        except MemoryError:
            errands.fail(errand.id, "the worker's machine has too little memory for it")
        except Exception:
            log.exception("%s failed", errand)
            errands.fail(errand.id, "an error of the service itself; its log says more")
        finally:
            with suppress(ServiceUnavailableError):
                self._queue.release(errand.id, attempt)

    def _is_held(self, errand_id: str) -> bool:
        with suppress(ServiceUnavailableError):
            return errand_id in self._queue.holders([errand_id])
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
            errand = BackgroundTask.parse(text)
            if errand is not None:
                self._queue.submit_errand(errand)

    def _all_absent(self) -> dict[str, float | None]:
        return {text: None for kind in get_args(Kind) for text in self._absent(kind)}

    def _absent(self, kind: Kind) -> list[str]:
        absent = tasks_of(kind, self._store).unsettled()
        if absent:
            absent -= self._queue.waiting_errands(kind)
        absent -= set(self._queue.holders(sorted(absent)))
        return [str(BackgroundTask(kind, errand_id)) for errand_id in absent]
