"""Version numbers of models, each reserved once for one job."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from trainlet.errors import NotFoundError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.durable_files import DurableBatch
from trainlet.store.tenant_view import EVERYTHING, TenantView

NAMES = 1024
"""Maximum number of names whose last number is cached."""


class Versions:
    """Version numbers by name, reserved at acceptance and never reused."""

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
        """Return a view that is limited to a tenant."""
        return Versions(self._blobs, view, self._given)

    def reserve(self, batch: DurableBatch, name: str, job: str, **about: Any) -> int:
        """Reserve the next number of a name for a job; safe under concurrency.

        For an imported model, `about` contains its file's `sha256` and the time `at`.
        """
        folder, record = self._folder(name), records.encode({"job": job} | about)
        batch.make_folder(folder)
        # Start from the last number reserved here: listing thousands of numbers is slow.
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
        """Return all names, unordered."""
        known = map(self._view.known_as, self._blobs.names("versions"))
        return [name for name in known if name is not None]

    def numbers(self, name: str) -> list[int]:
        """Return the numbers reserved under a name, highest first."""
        result = self._blobs.names(self._folder(name))
        return sorted((int(number) for number in result if number.isdecimal()), reverse=True)

    def job(self, name: str, number: int) -> str:
        """Return the id of the job with a version number. Raises NotFoundError."""
        job: str = self.record(name, number)["job"]
        return job

    def record(self, name: str, number: int) -> dict[str, Any]:
        """Return the record of a version number. Raises NotFoundError."""
        try:
            data = self._blobs.read(f"{self._folder(name)}/{number}")
        except NotFoundError:
            raise NotFoundError(f"there is no version {number} of a model {name!r}") from None
        return records.decode(data, "job")

    def changed_at(self, name: str) -> int:
        """Return when a number was reserved or deleted last, in nanoseconds; 0 if never."""
        return self._blobs.changed_at(self._folder(name))

    def delete(self, name: str, number: int) -> None:
        """Mark a version as deleted, durable at return; its number stays reserved."""
        self._blobs.create(self._tombstone(name, number), records.encode({"at": records.now()}))

    def is_deleted(self, name: str, number: int) -> bool:
        """Return whether a version was deleted."""
        return self._blobs.exists(self._tombstone(name, number))

    def kept_as(self, name: str) -> str:
        """Return a model's name in the view of all tenants. Raises NotFoundError."""
        return self._view.kept_as(name)

    def _folder(self, name: str) -> str:
        return f"versions/{self.kept_as(name)}"

    def _tombstone(self, name: str, number: int) -> str:
        return f"{self._folder(name)}/{number}.deleted"
