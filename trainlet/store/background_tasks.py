"""Records of background tasks, which are idempotent.

The folder of a task contains `about` (the request), `attempt-n` and `handback-n` of workers, and
`end`, of which the first is final. A marker exists until then.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from trainlet.errors import NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.durable_files import DurableBatch
from trainlet.store.job_state import JobState

MAX_CRASHES = 3


class BackgroundTasks:
    """Tasks below a folder; `marker` is the folder with a marker for each unfinished task."""

    def __init__(self, blobs: Blobs, folder: str, marker: str) -> None:
        self._blobs = blobs
        self._folder = folder
        self._marker = marker

    def ask(self, batch: DurableBatch, task_id: str, about: dict[str, Any]) -> bool:
        """Request a task. Return False if it was requested before."""
        # The marker comes first, so that the reconciler finds a task that was not queued.
        if not self._blobs.exists(f"{self._folder}/{task_id}/end"):
            batch.create(f"{self._marker}/{task_id}", b"")
        batch.make_folder(f"{self._folder}/{task_id}")
        return batch.create(f"{self._folder}/{task_id}/about", records.encode(about))

    def unsettled(self) -> set[str]:
        """Return the ids of all unfinished tasks."""
        return set(self._blobs.names(self._marker))

    def state(self, task_id: str) -> JobState:
        """Return the attempts and the end of a task."""
        return JobState.of(self._blobs.names(f"{self._folder}/{task_id}"))

    def claim(self, task_id: str) -> int | None:
        """Begin an attempt and return its number; None if the task is claimed or finished.

        A task fails after repeated crashes of workers.
        """
        names = self._blobs.names(f"{self._folder}/{task_id}")
        if "about" not in names or "end" in names:
            self._blobs.delete(f"{self._marker}/{task_id}")
            return None
        state = JobState.of(names)
        if state.attempt - len(state.handed_back) >= MAX_CRASHES:
            self.fail(task_id, f"the worker crashed {MAX_CRASHES} times; use less data")
            return None
        attempt = state.attempt + 1
        key = f"{self._folder}/{task_id}/attempt-{attempt}"
        claimed = self._blobs.create(key, records.encode({"at": records.now()}))
        return attempt if claimed else None

    def hand_back(self, task_id: str, attempt: int) -> None:
        """Hand an attempt back, so that it does not count as a crash."""
        key = f"{self._folder}/{task_id}/handback-{attempt}"
        with suppress(NotFoundError):
            self._blobs.create(key, records.encode({"at": records.now()}))

    def fail(self, task_id: str, reason: str) -> None:
        """Record the failure of a task and its reason."""
        self.end(task_id, {"status": "failed", "error": reason})

    def end(self, task_id: str, end: dict[str, Any]) -> None:
        """Record the end of a task, unless it has ended or was deleted."""
        with suppress(NotFoundError):
            record = records.encode({"at": records.now()} | end)
            self._blobs.create(f"{self._folder}/{task_id}/end", record)
        self._blobs.delete(f"{self._marker}/{task_id}")

    def delete(self, task_id: str) -> None:
        """Remove all records of a task."""
        self._blobs.delete(f"{self._marker}/{task_id}")
        self._blobs.delete_folder(f"{self._folder}/{task_id}")
