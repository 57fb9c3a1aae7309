"""Errands: work that was asked for once, whose doing twice does no harm.

In the folder of an errand stand `about`, which asks for it, `attempt-n` and `handback-n` of the
workers that began it, and `end`, of which the first stays. A marker exists until then.
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
    """The errands below a folder; `marker` is the folder of those that have no end."""

    def __init__(self, blobs: Blobs, folder: str, marker: str) -> None:
        self._blobs = blobs
        self._folder = folder
        self._marker = marker

    def ask(self, batch: DurableBatch, task_id: str, about: dict[str, Any]) -> bool:
        """Ask for an errand; False if that was done before."""
        # This comes first: it is found even if nobody queued it.
        if not self._blobs.exists(f"{self._folder}/{task_id}/end"):
            batch.create(f"{self._marker}/{task_id}", b"")
        batch.make_folder(f"{self._folder}/{task_id}")
        return batch.create(f"{self._folder}/{task_id}/about", records.encode(about))

    def unsettled(self) -> set[str]:
        """The ids of all that have no end."""
        return set(self._blobs.names(self._marker))

    def state(self, task_id: str) -> JobState:
        """How often it was begun, and whether it is over."""
        return JobState.of(self._blobs.names(f"{self._folder}/{task_id}"))

    def claim(self, task_id: str) -> int | None:
        """Begin it; the number of the attempt, or None if there is no need to.

        One at which workers died again and again has failed.
        """
        names = self._blobs.names(f"{self._folder}/{task_id}")
        if "about" not in names or "end" in names:
            self._blobs.delete(f"{self._marker}/{task_id}")
            return None
        state = JobState.of(names)
        if state.attempt - len(state.handed_back) >= MAX_CRASHES:
            self.fail(task_id, f"the worker died {MAX_CRASHES} times at it")
            return None
        attempt = state.attempt + 1
        key = f"{self._folder}/{task_id}/attempt-{attempt}"
        claimed = self._blobs.create(key, records.encode({"at": records.now()}))
        return attempt if claimed else None

    def hand_back(self, task_id: str, attempt: int) -> None:
        """Give an attempt back unharmed, so that it does not count as a crash."""
        key = f"{self._folder}/{task_id}/handback-{attempt}"
        with suppress(NotFoundError):
            self._blobs.create(key, records.encode({"at": records.now()}))

    def fail(self, task_id: str, reason: str) -> None:
        """Record that it cannot be done, and why."""
        self.end(task_id, {"status": "failed", "error": reason})

    def end(self, task_id: str, end: dict[str, Any]) -> None:
        """Record how it ended, unless that was done or it is gone."""
        with suppress(NotFoundError):
            record = records.encode({"at": records.now()} | end)
            self._blobs.create(f"{self._folder}/{task_id}/end", record)
        self._blobs.delete(f"{self._marker}/{task_id}")

    def delete(self, task_id: str) -> None:
        """Remove all that is known of it."""
        self._blobs.delete(f"{self._marker}/{task_id}")
        self._blobs.delete_folder(f"{self._folder}/{task_id}")
