"""Readings: uploaded files, read once by whichever worker comes first.

There is little to claim: two workers that read the same file find the same, and the first to say
so is heard. The lease only keeps others from beginning while one is at it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress

from trainlet.config import from_json
from trainlet.datasets import Form
from trainlet.errors import NotFound, StoreFull, Unavailable
from trainlet.queue import Queue, Reading
from trainlet.reading import Failed, read
from trainlet.settings import Settings
from trainlet.store import Store
from trainlet.store.batch import FULL
from worker.suspicion import Suspicion

log = logging.getLogger("trainlet.worker")

NO_ROOM = (
    "the store has no room for the numbers in the file; make some, delete the dataset and upload it"
    " again"
)
RENEWAL = 0.5
"""Seconds from one renewal of the lease to the next."""


class Reader:
    """One attempt at reading a file, in a process of its own."""

    def __init__(self, store: Store, queue: Queue, settings: Settings) -> None:
        self._store = store
        self._queue = queue
        self._settings = settings
        self._renewed = 0.0

    def run(self, reading: Reading) -> None:
        """Read the file, if that is still to be done. Raises Unavailable."""
        uploads, dataset = self._store.uploads, reading.dataset
        if self._is_held(dataset):
            return
        attempt = uploads.claim(dataset)
        if attempt is None:
            return

        def renew() -> None:
            if time.monotonic() - self._renewed > RENEWAL:
                self._renewed = time.monotonic()
                with suppress(Unavailable):
                    self._queue.hold(dataset, attempt, self._settings.lease_seconds)

        renew()
        try:
            self._read(dataset, attempt, renew)
        except (NotFound, FileNotFoundError):
            log.info("dataset %s: deleted while it was read", dataset)
        except (OSError, StoreFull) as error:
            if isinstance(error, StoreFull) or error.errno in FULL:
                with suppress(Unavailable):
                    uploads.fail(dataset, NO_ROOM)
            # The disk, not the file: another attempt may do better.
            log.exception("dataset %s cannot be read now", dataset)
        except MemoryError:
            uploads.fail(dataset, "the worker's machine has too little memory for the file")
        except Exception:
            log.exception("dataset %s failed", dataset)
            uploads.fail(dataset, "an error of the service itself; its log says more")
        finally:
            with suppress(Unavailable):
                self._queue.release(dataset, attempt)

    def _read(self, dataset: str, attempt: int, renew: Callable[[], None]) -> None:
        uploads = self._store.uploads
        upload = uploads.get(dataset)
        draft = uploads.draft(dataset, attempt)
        form = from_json(Form, upload.form)
        most = self._settings.max_upload_bytes
        try:
            profile = read(
                uploads.content(dataset), upload.media_type, form, draft, 4 * most, renew
            )
            uploads.finish(dataset, profile, draft)
            log.info("dataset %s: ready", dataset)
        except Failed as error:
            uploads.fail(dataset, str(error))
            log.info("dataset %s: %s", dataset, error)
        finally:
            draft.unlink(missing_ok=True)

    def _is_held(self, dataset: str) -> bool:
        with suppress(Unavailable):
            return dataset in self._queue.holders([dataset])
        return False


class ReadingReconciler:
    """Finds uploads that nobody has read, that do not wait and that nobody reads."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._store = store
        self._queue = queue
        self._suspicion = Suspicion()

    def look(self) -> None:
        """Look at all uploads once; to be called each second. Raises Unavailable."""
        for dataset in self._suspicion.lost(self._absent):
            log.info("dataset %s: delivered to be read", dataset)
            self._queue.submit_reading(dataset)

    def _absent(self) -> set[str]:
        absent = self._store.uploads.unread()
        if absent:
            absent -= self._queue.waiting_readings()
        return absent - set(self._queue.holders(sorted(absent)))
