"""Versions: the numbers under a model's name, each for one job, none given twice."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from trainlet.errors import NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.durable_files import DurableBatch
from trainlet.store.tenant_view import EVERYTHING, TenantView

NAMES = 1024
"""Names whose last number is remembered."""


class Versions:
    """The version numbers of names. They are given at acceptance and never taken back."""

    def __init__(
        self,
        blobs: Blobs,
        view: TenantView = EVERYTHING,
        given: OrderedDict[str, int] | None = None,
    ) -> None:
        self._blobs = blobs
        self._view = view
        self._given: OrderedDict[str, int] = OrderedDict() if given is None else given

    def for_tenant(self, view: TenantView) -> Versions:
        """The same, as far as somebody sees it."""
        return Versions(self._blobs, view, self._given)

    def reserve(self, batch: DurableBatch, name: str, job: str, **about: Any) -> int:
        """Give a job the next number of a name, whoever else asks at the same time.

        What was not trained here says its file's `sha256` and since when it is there, `at`.
        """
        folder, record = self._folder(name), records.encode({"job": job} | about)
        batch.make_folder(folder)
        # Where the numbers stood when one was last given here: there may be thousands to look at.
        number = self._given.get(folder) or max(self.numbers(name), default=0)
        created = False
        while not created:
            number += 1
            created = batch.create(f"{folder}/{number}", record)
        self._given[folder] = number
        if len(self._given) > NAMES:
            self._given.popitem(last=False)
        return number

    def names(self) -> list[str]:
        """All names, unordered."""
        known = map(self._view.known_as, self._blobs.names("versions"))
        return [name for name in known if name is not None]

    def numbers(self, name: str) -> list[int]:
        """The numbers given under a name, highest first."""
        result = self._blobs.names(self._folder(name))
        return sorted((int(number) for number in result if number.isdecimal()), reverse=True)

    def job(self, name: str, number: int) -> str:
        """The id of the job that a number was given to. Raises NotFoundError."""
        job: str = self.record(name, number)["job"]
        return job

    def record(self, name: str, number: int) -> dict[str, Any]:
        """What was written when a number was given. Raises NotFoundError."""
        try:
            data = self._blobs.read(f"{self._folder(name)}/{number}")
        except NotFoundError:
            raise NotFoundError(f"there is no version {number} of a model {name!r}") from None
        return records.decode(data, "job")

    def changed_at(self, name: str) -> int:
        """When a number was given or a version deleted last, in nanoseconds; 0 for no name."""
        return self._blobs.changed_at(self._folder(name))

    def delete(self, name: str, number: int) -> None:
        """Say that a version is deleted, durable at return; its number stays given."""
        self._blobs.create(self._tombstone(name, number), records.encode({"at": records.now()}))

    def is_deleted(self, name: str, number: int) -> bool:
        """Whether a version was deleted."""
        return self._blobs.exists(self._tombstone(name, number))

    def kept_as(self, name: str) -> str:
        """The name by which those know one who see everyone's. Raises NotFoundError."""
        return self._view.kept_as(name)

    def _folder(self, name: str) -> str:
        return f"versions/{self.kept_as(name)}"

    def _tombstone(self, name: str, number: int) -> str:
        return f"{self._folder(name)}/{number}.deleted"
