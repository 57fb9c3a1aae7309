"""Checkpoints of training runs, from which another process can resume."""

from __future__ import annotations

from typing import Any

from trainlet.store.array_file import Arrays, pack, unpack
from trainlet.store.blobs import Blobs
from trainlet.store.durable_files import DurableBatch

KIND = "trainlet checkpoint"


class Checkpoints:
    """Checkpoints of jobs, named by the number of steps done; the highest is the newest.

    Training is deterministic: two processes that write the same name write the same state.
    """

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def open(self, batch: DurableBatch, job_id: str) -> None:
        """Create a job's checkpoint folder. Before this and after `close`, saving fails."""
        batch.make_folder(f"checkpoints/{job_id}")

    def close(self, job_id: str) -> None:
        """Remove the checkpoints of a job that has ended."""
        self._blobs.delete_folder(f"checkpoints/{job_id}")

    def newest(self, job_id: str) -> int | None:
        """Return the number of steps done at a job's newest checkpoint."""
        names = self._blobs.names(f"checkpoints/{job_id}")
        return max((int(name) for name in names if name.isdecimal()), default=None)

    def save(self, job_id: str, step: int, arrays: Arrays, about: dict[str, Any]) -> None:
        """Save the state after `step` steps, and then delete older ones.

        Raises NotFoundError if the job has ended.
        """
        self._blobs.create(_key(job_id, step), pack(KIND, arrays, {"job": job_id} | about))
        for name in self._blobs.names(f"checkpoints/{job_id}"):
            if name.isdecimal() and int(name) < step:
                self._blobs.delete(f"checkpoints/{job_id}/{name}")

    def load(self, job_id: str, step: int, *required: str) -> tuple[Arrays, dict[str, Any]]:
        """Return the arrays and metadata of a checkpoint.

        Raises NotFoundError, or CorruptFileError if a `required` field is missing.
        """
        return unpack(KIND, self._blobs.read(_key(job_id, step)), "job", *required)

    def drop(self, job_id: str, step: int) -> None:
        """Delete an unreadable checkpoint."""
        self._blobs.delete(_key(job_id, step))


def _key(job_id: str, step: int) -> str:
    return f"checkpoints/{job_id}/{step:015d}"
