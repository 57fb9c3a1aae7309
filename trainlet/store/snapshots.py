"""Snapshots of jobs after recorded epochs, for inspection and forking.

They stay after the job has ended in any way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trainlet.store.array_file import Arrays, pack, unpack, unpack_metadata
from trainlet.store.blobs import Blobs

KIND = "trainlet snapshot"
HEADER_FIELDS = ("job", "epoch", "counters", "preprocessing", "input_shape", "metrics")
MAX_SNAPSHOTS = 1000
"""Maximum number of snapshots per job."""


@dataclass(frozen=True)
class Snapshot:
    """State after an epoch: arrays, counters and the fitted preprocessing."""

    job: str
    epoch: int
    arrays: Arrays
    about: dict[str, Any]


class Snapshots:
    """Snapshots of jobs, by epoch.

    Training is deterministic: two processes that write the same snapshot write the same state.
    """

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._made = ""

    def save(self, job_id: str, epoch: int, data: bytes) -> None:
        """Store the file of a snapshot, durable at return; an existing one stays."""
        if not self._blobs.exists(_key(job_id, epoch)):
            if self._made != job_id:
                self._blobs.make_folder(f"snapshots/{job_id}")
                self._made = job_id
            self._blobs.create(_key(job_id, epoch), data)

    def epochs(self, job_id: str) -> list[int]:
        """Return the epochs with a snapshot, ascending."""
        names = self._blobs.names(f"snapshots/{job_id}")
        return sorted(int(name) for name in names if name.isdecimal())

    def size(self, job_id: str, epoch: int) -> int:
        """Return the size of a snapshot in bytes. Raises NotFoundError."""
        return self._blobs.size(_key(job_id, epoch))

    def about(self, job_id: str, epoch: int) -> dict[str, Any]:
        """Return the metadata of a snapshot without reading its arrays.

        Raises NotFoundError, or CorruptFileError.
        """
        length = int.from_bytes(self._blobs.read(_key(job_id, epoch), 0, 8), "little")
        return unpack_metadata(
            KIND, self._blobs.read(_key(job_id, epoch), 0, 8 + length), *HEADER_FIELDS
        )

    def read(self, job_id: str, epoch: int) -> bytes:
        """Return the file of a snapshot. Raises NotFoundError."""
        return self._blobs.read(_key(job_id, epoch))

    def sizes(self, job_id: str) -> dict[int, int]:
        """Return the size in bytes of each snapshot, by epoch."""
        return {epoch: self.size(job_id, epoch) for epoch in self.epochs(job_id)}

    def drop(self, job_id: str, epoch: int) -> None:
        """Remove one snapshot of a job."""
        self._blobs.delete(_key(job_id, epoch))

    def drop_all(self, job_id: str) -> None:
        """Remove all snapshots of a job."""
        self._made = ""
        self._blobs.delete_folder(f"snapshots/{job_id}")

    def start(self, job_id: str) -> bytes:
        """Return the file of the snapshot that a job starts from. Raises NotFoundError."""
        return self._blobs.read(f"jobs/{job_id}/start")


def unpack_snapshot(data: bytes) -> Snapshot:
    """Parse the file of a snapshot. Raises CorruptFileError."""
    arrays, about = unpack(KIND, data, *HEADER_FIELDS)
    return Snapshot(about["job"], about["epoch"], arrays, about)


def pack_snapshot(snapshot: Snapshot) -> bytes:
    """Serialize a snapshot."""
    header = {"job": snapshot.job, "epoch": snapshot.epoch}
    return pack(KIND, snapshot.arrays, snapshot.about | header)


def surplus(
    sizes: Mapping[int, int], max_bytes: int, costs: Mapping[int, float], most: int = MAX_SNAPSHOTS
) -> list[int]:
    """Return the epochs to drop, oldest first, to stay within `max_bytes` and `most` snapshots.

    The last epoch stays, and so does the one with the lowest known cost.
    """
    epochs = sorted(sizes)
    costed = [epoch for epoch in epochs if epoch in costs]
    best = min(costed, key=costs.__getitem__, default=None)
    total, count, result = sum(sizes.values()), len(sizes), []
    for epoch in epochs[:-1]:
        if total <= max_bytes and count <= most:
            break
        if epoch != best:
            result.append(epoch)
            total, count = total - sizes[epoch], count - 1
    return result


def _key(job_id: str, epoch: int) -> str:
    return f"snapshots/{job_id}/{epoch:09d}"
