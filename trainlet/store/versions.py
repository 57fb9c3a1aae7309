"""Versions: the numbers under a model's name, each for one job, none given twice."""

from __future__ import annotations

from typing import Any

from trainlet.errors import NotFound
from trainlet.store import records
from trainlet.store.batch import Batch
from trainlet.store.blobs import Blobs


class Versions:
    """The version numbers of names. They are given at acceptance and never taken back."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def reserve(self, batch: Batch, name: str, job: str, **about: Any) -> int:
        """Give a job the next number of a name, whoever else asks at the same time.

        What was not trained here says its file's `sha256` and since when it is there, `at`.
        """
        batch.make_folder(f"versions/{name}")
        number, record = max(self.numbers(name), default=0), records.encode({"job": job} | about)
        created = False
        while not created:
            number += 1
            created = batch.create(f"versions/{name}/{number}", record)
        return number

    def names(self) -> list[str]:
        """All names, unordered."""
        return self._blobs.names("versions")

    def numbers(self, name: str) -> list[int]:
        """The numbers given under a name, highest first."""
        found = self._blobs.names(f"versions/{name}")
        return sorted((int(number) for number in found if number.isdecimal()), reverse=True)

    def job(self, name: str, number: int) -> str:
        """The id of the job that a number was given to. Raises NotFound."""
        job: str = self.record(name, number)["job"]
        return job

    def record(self, name: str, number: int) -> dict[str, Any]:
        """What was written when a number was given. Raises NotFound."""
        try:
            data = self._blobs.read(f"versions/{name}/{number}")
        except NotFound:
            raise NotFound(f"there is no version {number} of a model {name!r}") from None
        return records.decode(data, "job")

    def changed_at(self, name: str) -> int:
        """When a number was given or a version deleted last, in nanoseconds; 0 for no name."""
        return self._blobs.changed_at(f"versions/{name}")

    def delete(self, name: str, number: int) -> None:
        """Say that a version is deleted, durable at return; its number stays given."""
        self._blobs.create(_tombstone(name, number), records.encode({"at": records.now()}))

    def is_deleted(self, name: str, number: int) -> bool:
        """Whether a version was deleted."""
        return self._blobs.exists(_tombstone(name, number))


def _tombstone(name: str, number: int) -> str:
    return f"versions/{name}/{number}.deleted"
