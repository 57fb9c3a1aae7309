"""Evaluations of models on large datasets, run by workers.

The id of an evaluation is the SHA-256 of the request. Models and data are immutable, so equal
requests share one evaluation.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Literal

from trainlet.errors import NotFoundError
from trainlet.store import records
from trainlet.store.background_tasks import BackgroundTasks
from trainlet.store.blobs import Blobs
from trainlet.store.job_state import JobState

_ID = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Evaluation:
    """Stored evaluation; `document` is the request in JSON form."""

    id: str
    model: str
    version: int
    document: dict[str, Any]
    created_at: str
    status: Literal["queued", "running", "succeeded", "failed"]
    finished_at: str | None = None
    error: str | None = None
    result: dict[str, Any] | None = None

    @property
    def ended(self) -> bool:
        return self.status in ("succeeded", "failed")


class Evaluations:
    """All evaluations that workers run."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self.background_tasks = BackgroundTasks(blobs, "evaluations", "evaluating")

    def ask(self, model: str, version: int, sha256: str, document: dict[str, Any]) -> Evaluation:
        """Request an evaluation, durable at return; `sha256` is that of the model's file."""
        request = {"model": model, "version": version, "sha256": sha256, "document": document}
        evaluation_id = hashlib.sha256(records.encode(request)).hexdigest()
        with self._blobs.batch() as batch:
            self.background_tasks.ask(batch, evaluation_id, request | {"created_at": records.now()})
        return self.get(evaluation_id)

    def get(self, evaluation_id: str) -> Evaluation:
        """Return the evaluation with this id. Raises NotFoundError."""
        key = f"evaluations/{evaluation_id}"
        names = self._blobs.names(key) if _ID.fullmatch(evaluation_id) else []
        if "about" not in names:
            raise NotFoundError(f"there is no evaluation {evaluation_id[:64]!r}")
        required = ("model", "version", "document", "created_at")
        about = records.decode(self._blobs.read(f"{key}/about"), *required)
        end: dict[str, Any] = {}
        if "end" in names:
            end = records.decode(self._blobs.read(f"{key}/end"), "status", "at")
        running = JobState.of(names).running
        return Evaluation(
            id=evaluation_id,
            status=end.get("status", "running" if running else "queued"),
            finished_at=end.get("at"),
            error=end.get("error"),
            result=end.get("result"),
            **{name: about[name] for name in required},
        )

    def names(self) -> list[str]:
        """Return the ids of all evaluations, unordered."""
        return self._blobs.names("evaluations")

    def finish(self, evaluation_id: str, result: dict[str, Any]) -> None:
        """Record the result of an evaluation."""
        self.background_tasks.end(evaluation_id, {"status": "succeeded", "result": result})

    def delete(self, evaluation_id: str) -> None:
        """Remove an evaluation, even while a worker runs it. Raises NotFoundError."""
        self.get(evaluation_id)
        self.background_tasks.delete(evaluation_id)
