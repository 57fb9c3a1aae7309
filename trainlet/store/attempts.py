"""Attempts: what workers write of a job. Every word is created once; none is ever changed.

The number of an attempt is the fence: who sees a higher one than its own has nothing more to do.
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
    """How a job ended; `sha256` is that of the model's file, if it has one."""

    status: Literal["succeeded", "failed", "cancelled"]
    end_reason: Reason | None
    error: dict[str, Any] | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    sha256: str | None = None


@dataclass(frozen=True)
class AttemptEvent:
    """A numbered thing that happened to a job: an attempt, or a switch between pause and go."""

    kind: Literal["attempt", "switch"]
    number: int
    at: str


@dataclass(frozen=True)
class Start:
    """How an attempt began: after so many steps, in a process of this id on its machine."""

    step: int
    process: int


class Attempts:
    """The attempts at jobs, up to their end."""

    def __init__(self, blobs: Blobs, checkpoints: Checkpoints) -> None:
        self._blobs = blobs
        self._checkpoints = checkpoints

    def state(self, job_id: str) -> JobState:
        """Where a job stands; one that was never accepted does not raise, but says so."""
        return JobState.of(self._blobs.names(f"jobs/{job_id}"))

    def prepare(self, batch: DurableBatch, job_id: str) -> None:
        """Make room for a job that is about to be accepted, and a name that tells of it."""
        batch.create(f"open/{job_id}", b"")
        self._checkpoints.open(batch, job_id)

    def unsettled(self) -> list[str]:
        """The ids of all jobs whose end was not recorded and cleaned up after, unordered."""
        return self._blobs.names("open")

    def claim(
        self,
        job_id: str,
        attempt: int,
        start_step: int,
        worker: str,
        fingerprint: dict[str, Any] | None = None,
    ) -> int | None:
        """Begin an attempt from a step; None if somebody did before.

        Answers a file descriptor: as long as it is open, others on this machine can see that
        the attempt lives. `fingerprint` tells of the machine what the bits of a result depend on.
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
        """How many of the latest attempts began at this step and died there, one after another."""
        state = self.state(job_id)
        crashes = 0
        for attempt in range(state.attempt, 0, -1):
            if attempt in state.handed_back or self._claim(job_id, attempt)["start_step"] != step:
                break
            crashes += 1
        return crashes

    def reproducible(self, job_id: str) -> bool:
        """Whether all training that a job now rests on was done on the same kind of machine."""
        fingerprints: list[Any] = []
        for attempt in range(self.state(job_id).attempt, 0, -1):
            try:
                claim = self._claim(job_id, attempt)
            except CorruptFileError:
                return False  # nobody can tell
            fingerprints.append(claim.get("fingerprint"))
            if claim["start_step"] == 0:
                break
        return all(each == fingerprints[0] for each in fingerprints)

    def moments(self, job_id: str) -> tuple[AttemptEvent, ...]:
        """Every attempt at a job and every switch, in the order in which they happened."""
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
        """Whether the process of an attempt is surely gone; only its own machine can tell.

        `gone` is a process of this machine that is known to be.
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
        """Where an attempt began, and in which process. Raises NotFoundError."""
        claim = self._claim(job_id, attempt)
        return Start(claim["start_step"], claim["process"])

    def hand_back(self, job_id: str, attempt: int) -> bool:
        """Give an attempt back unharmed, so that it does not count as a crash."""
        return self._blobs.create(
            f"jobs/{job_id}/handback-{attempt}", records.encode({"at": records.now()})
        )

    def end(self, job_id: str, end: End, history: History) -> bool:
        """Record the end of a job, the first one for good; False if it had ended already."""
        attempt = self.state(job_id).attempt
        payload = records.encode({"history": records.to_text(history)})
        epoch = max((len(values) for values in history.values()), default=0)
        record = {"at": records.now(), "attempt": attempt, "epoch": epoch}
        reproducible = end.end_reason != "max_seconds" and self.reproducible(job_id)
        record |= records.to_text(asdict(end)) | {"reproducible": reproducible}
        with self._blobs.batch() as batch:
            batch.create(f"jobs/{job_id}/history-{attempt}", payload)
            return batch.create(f"jobs/{job_id}/end", records.encode(record))

    def kept_history(self, job_id: str) -> History:
        """The history up to the newest checkpoint."""
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
        """Clean up after a job that has ended. May be done by anyone, and again."""
        self._checkpoints.close(job_id)
        if not self._succeeded(job_id):
            self._blobs.delete(f"models/{job_id}.safetensors")
        self._blobs.delete(f"open/{job_id}")

    def forget(self, job_id: str) -> None:
        """Remove the room of a job that was never accepted."""
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
    """What names this machine since its last start."""
    return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
