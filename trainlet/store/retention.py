"""Retention of ended jobs, histories and evaluations, and removal of incomplete jobs."""

from __future__ import annotations

import time
from contextlib import suppress

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store.attempts import Attempts
from trainlet.store.blobs import Blobs
from trainlet.store.evaluations import Evaluation, Evaluations
from trainlet.store.idempotency_keys import IdempotencyKeys
from trainlet.store.jobs import Jobs

MIN_AGE_SECONDS = 3600
"""Age in seconds after which an incomplete acceptance counts as interrupted."""


class Retention:
    """Removes expired records. Safe at any time and in several processes at once."""

    def __init__(
        self,
        blobs: Blobs,
        attempts: Attempts,
        jobs: Jobs,
        keys: IdempotencyKeys,
        evaluations: Evaluations,
    ) -> None:
        self._blobs = blobs
        self._attempts = attempts
        self._jobs = jobs
        self._keys = keys
        self._evaluations = evaluations

    def sweep(self, retained_jobs: int, retained_histories: int) -> None:
        """Keep only the newest ended jobs, and the histories of the newest of them.

        Expired jobs are deleted; their models stay.
        """
        self._keys.expire()
        unsettled = self._attempts.unsettled()
        self._drop_begun(unsettled)
        ended = self._ended(frozenset(unsettled), min(retained_jobs, retained_histories))
        for job_id in ended[retained_jobs:]:
            with suppress(NotFoundError, CorruptFileError):
                self._jobs.delete(job_id)
        for job_id in ended[retained_histories:retained_jobs]:
            self._jobs.drop_history(job_id)
        self._drop_evaluations(retained_jobs)

    def _drop_evaluations(self, kept: int) -> None:
        """Keep only the newest ended evaluations."""
        names = self._evaluations.names()
        if len(names) <= kept:
            return
        results: list[Evaluation] = []
        for name in names:
            with suppress(NotFoundError, CorruptFileError):
                results.append(self._evaluations.get(name))
        ended = sorted((one for one in results if one.ended), key=lambda one: one.created_at)
        for one in ended[: len(ended) - kept] if kept else ended:
            with suppress(NotFoundError):
                self._evaluations.delete(one.id)

    def _ended(self, unsettled: frozenset[str], fewest: int) -> list[str]:
        """Return the ids of all ended jobs, newest first; none if there are few enough."""
        settled = sorted(set(self._blobs.names("jobs")) - unsettled, reverse=True)
        if len(settled) <= fewest:
            return []
        standings = ((job_id, self._attempts.state(job_id)) for job_id in settled)
        return [job_id for job_id, state in standings if state.ended and not state.deleted]

    def _drop_begun(self, unsettled: list[str]) -> None:
        latest = (time.time() - MIN_AGE_SECONDS) * 1000
        for job_id in unsettled:
            begun = int(job_id[:12], 16)
            if begun < latest and not self._attempts.state(job_id).accepted:
                self._attempts.forget(job_id)
