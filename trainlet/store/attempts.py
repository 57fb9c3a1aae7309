"""Create-only records of workers: claims, hand-backs and ends of attempts at jobs.

The number of an attempt is the fencing token: a process stops when it finds a higher one.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.checkpoints import Checkpoints
from trainlet.store.durable_files import DurableBatch
from trainlet.store.job_state import JobState

History = dict[str, list[float]]
Reason = Literal["completed", "early_stopped", "target", "max_seconds", "cancelled", "error"]


@dataclass(frozen=True)
class End:
    """End of a job; `sha256` is the digest of the model's file, if there is one."""

    status: Literal["succeeded", "failed", "cancelled"]
    end_reason: Reason | None
    error: dict[str, Any] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    sha256: str | None = None


@dataclass(frozen=True)
class AttemptEvent:
    """Numbered event of a job: an attempt, or a switch between paused and resumed."""

    kind: Literal["attempt", "switch"]
    number: int
    at: str


@dataclass(frozen=True)
class Start:
    """Start of an attempt: its first step and its process id."""

    step: int
    process: int


class Attempts:
    """Attempts at all jobs."""

    def __init__(self, blobs: Blobs, checkpoints: Checkpoints) -> None:
        self._blobs = blobs
        self._checkpoints = checkpoints

    def state(self, job_id: str) -> JobState:
        """Return the state of a job. The state of an unknown job is "not accepted"."""
        return JobState.of(self._blobs.names(f"jobs/{job_id}"))

    def prepare(self, batch: DurableBatch, job_id: str) -> None:
        """Create the marker and the checkpoint folder of a job that will be accepted."""
        batch.create(f"open/{job_id}", b"")
        self._checkpoints.open(batch, job_id)

    def unsettled(self) -> list[str]:
        """Return the ids of all jobs that have not ended or are not cleaned up, unordered."""
        return self._blobs.names("open")

    def claim(
        self,
        job_id: str,
        attempt: int,
        start_step: int,
        worker: str,
        fingerprint: dict[str, Any] | None = None,
    ) -> int | None:
        """Begin an attempt from a step and return a file descriptor; None if it is claimed already.

        While the descriptor is open, other processes on this machine can detect that the attempt
        is alive. `fingerprint` describes the numerical environment.
        """
        claim = {
            "attempt": attempt,
            "start_step": start_step,
            "worker": worker,
            "process": os.getpid(),
            "boot": boot_id(),
            "fingerprint": fingerprint,
            "at": records.now(),
        }
        return self._blobs.create_locked(f"jobs/{job_id}/attempt-{attempt}", records.encode(claim))

    def crashes_at(self, job_id: str, step: int) -> int:
        """Count how many of the latest attempts crashed in a row from this step."""
        state = self.state(job_id)
        crashes = 0
        for attempt in range(state.attempt, 0, -1):
            if attempt in state.handed_back or self._claim(job_id, attempt)["start_step"] != step:
                break
            crashes += 1
        return crashes

    def reproducible(self, job_id: str) -> bool:
        """Return whether all training of a job ran in the same numerical environment."""
        fingerprints: list[Any] = []
        for attempt in range(self.state(job_id).attempt, 0, -1):
            try:
                claim = self._claim(job_id, attempt)
            except CorruptFileError:
                return False  # unknown environment
            fingerprints.append(claim.get("fingerprint"))
            if claim["start_step"] == 0:
                break
        return all(each == fingerprints[0] for each in fingerprints)

    def moments(self, job_id: str) -> tuple[AttemptEvent, ...]:
        """Return all attempts and switches of a job in chronological order."""
        state = self.state(job_id)
        numbered: list[tuple[Literal["attempt", "switch"], int]] = [
            *(("attempt", number + 1) for number in range(state.attempt)),
            *(("switch", number + 1) for number in range(state.switches)),
        ]
        results = []
        for kind, number in numbered:
            data = self._blobs.read(f"jobs/{job_id}/{kind}-{number}")
            results.append(AttemptEvent(kind, number, records.decode(data, "at")["at"]))
        return tuple(sorted(results, key=lambda moment: moment.at))

    def died(self, job_id: str, attempt: int, gone: int | None = None) -> bool:
        """Return whether the process of an attempt is certainly dead, which needs its machine.

        `gone` is the id of a process of this machine that has exited.
        """
        try:
            claim = self._claim(job_id, attempt)
            if claim["boot"] != boot_id():
                return False
            if claim["process"] == gone:
                return True
            return not self._blobs.is_locked(f"jobs/{job_id}/attempt-{attempt}")
        except (NotFoundError, CorruptFileError):
            return False

    def start(self, job_id: str, attempt: int) -> Start:
        """Return the first step and the process of an attempt. Raises NotFoundError."""
        claim = self._claim(job_id, attempt)
        return Start(claim["start_step"], claim["process"])

    def hand_back(self, job_id: str, attempt: int) -> bool:
        """Hand an attempt back, so that it does not count as a crash."""
        return self._blobs.create(
            f"jobs/{job_id}/handback-{attempt}", records.encode({"at": records.now()})
        )

    def end(self, job_id: str, end: End, history: History) -> bool:
        """Record the end of a job; the first record is final. Return False if it had ended."""
        attempt = self.state(job_id).attempt
        history_record = records.encode({"history": records.to_text(history)})
        epoch = max((len(values) for values in history.values()), default=0)
        record = {"at": records.now(), "attempt": attempt, "epoch": epoch}
        reproducible = end.end_reason != "max_seconds" and self.reproducible(job_id)
        record |= records.to_text(asdict(end)) | {"reproducible": reproducible}
        with self._blobs.batch() as batch:
            batch.create(f"jobs/{job_id}/history-{attempt}", history_record)
            return batch.create(f"jobs/{job_id}/end", records.encode(record))

    def kept_history(self, job_id: str) -> History:
        """Return the history up to the newest checkpoint."""
        with suppress(NotFoundError, CorruptFileError):
            step = self._checkpoints.newest(job_id)
            if step is not None:
                arrays, _ = self._checkpoints.load(job_id, step)
                return {
                    name.removeprefix("history."): values.tolist()
                    for name, values in arrays.items()
                    if name.startswith("history.")
                }
        return {}

    def settle(self, job_id: str) -> None:
        """Clean up after an ended job. Idempotent; any process may call it."""
        self._checkpoints.close(job_id)
        if not self._succeeded(job_id):
            self._blobs.delete(f"models/{job_id}.safetensors")
        self._blobs.delete(f"open/{job_id}")

    def forget(self, job_id: str) -> None:
        """Remove the files of a job that was never accepted."""
        self._checkpoints.close(job_id)
        self._blobs.delete_folder(f"jobs/{job_id}")
        self._blobs.delete(f"open/{job_id}")

    def _succeeded(self, job_id: str) -> bool:
        end = records.decode(self._blobs.read(f"jobs/{job_id}/end"), "status")
        return bool(end["status"] == "succeeded")

    def _claim(self, job_id: str, attempt: int) -> dict[str, Any]:
        data = self._blobs.read(f"jobs/{job_id}/attempt-{attempt}")
        return records.decode(data, "start_step", "process", "boot", "at")


@cache
def boot_id() -> str:
    """Return the id of this machine's current boot."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
