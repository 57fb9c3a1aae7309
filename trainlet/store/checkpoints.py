"""Checkpoints: the state of a training run, kept so that another process can go on from it."""

from __future__ import annotations

from typing import Any

from trainlet.store.array_file import Arrays, pack, unpack
from trainlet.store.blobs import Blobs
from trainlet.store.durable_files import DurableBatch

KIND = "trainlet checkpoint"


class Checkpoints:
    """The checkpoints of jobs, named by the steps done, so that the last name is the newest.

    Training is deterministic: two processes that write the same name write the same state.
    """

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def open(self, batch: DurableBatch, job_id: str) -> None:
        """Let a job have checkpoints; before this and after `close`, saving fails."""
        batch.make_folder(f"checkpoints/{job_id}")

    def close(self, job_id: str) -> None:
        """Remove the checkpoints of a job that has ended."""
        self._blobs.delete_folder(f"checkpoints/{job_id}")

    def newest(self, job_id: str) -> int | None:
        """The steps done at the newest checkpoint of a job."""
        names = self._blobs.names(f"checkpoints/{job_id}")
        return max((int(name) for name in names if name.isdecimal()), default=None)

    def save(self, job_id: str, step: int, arrays: Arrays, about: dict[str, Any]) -> None:
        """Keep a state after so many steps, and then drop the ones before it.

        Raises NotFoundError if the job has ended.
        """
        self._blobs.create(_key(job_id, step), pack(KIND, arrays, {"job": job_id} | about))
        for name in self._blobs.names(f"checkpoints/{job_id}"):
            if name.isdecimal() and int(name) < step:
                self._blobs.delete(f"checkpoints/{job_id}/{name}")

    def load(self, job_id: str, step: int, *required: str) -> tuple[Arrays, dict[str, Any]]:
        """What was kept at a step.

        Raises NotFoundError; CorruptFileError if it does not tell all `required`.
        """
        return unpack(KIND, self._blobs.read(_key(job_id, step)), "job", *required)

    def drop(self, job_id: str, step: int) -> None:
        """Remove a checkpoint that proved useless."""
        self._blobs.delete(_key(job_id, step))


def _key(job_id: str, step: int) -> str:
    return f"checkpoints/{job_id}/{step:015d}"
