"""Aliases: movable names for the versions of a model.

Records are create-only, so each assignment is a new record: `aliases/circles/best.3` is the third
assignment of the alias `best`. The highest number is valid.
"""

from __future__ import annotations

import re

from trainlet.errors import FieldError, NotFoundError, ValidationError
from trainlet.store import records
from trainlet.store.blobs import Blobs
from trainlet.store.tenant_view import EVERYTHING, TenantView

ALIAS = "[a-z][a-z0-9-]{0,62}"
_RECORD = re.compile(rf"({ALIAS})\.([1-9][0-9]{{0,17}})")


class Aliases:
    """The aliases of all models."""

    def __init__(self, blobs: Blobs, view: TenantView = EVERYTHING) -> None:
        self._blobs = blobs
        self._view = view

    def for_tenant(self, view: TenantView) -> Aliases:
        """Return a view that is limited to a tenant."""
        return Aliases(self._blobs, view)

    def point(self, name: str, alias: str, version: int | None) -> None:
        """Point an alias to a version, or to none; durable at return.

        Of concurrent calls, the last one wins. Raises ValidationError for an invalid alias.
        """
        if not re.fullmatch(ALIAS, alias):
            allowed = f"a string that matches {ALIAS}"
            raise ValidationError([FieldError(("alias",), alias, allowed, f"must be {allowed}")])
        self._blobs.make_folder(self._folder(name))
        record, number = records.encode({"version": version}), self._newest(name).get(alias, 0)
        created = False
        while not created:
            number += 1
            created = self._blobs.create(f"{self._folder(name)}/{alias}.{number}", record)
        for other in self._blobs.names(self._folder(name)):
            match = _RECORD.fullmatch(other)
            if match and match[1] == alias and int(match[2]) < number:
                self._blobs.delete(f"{self._folder(name)}/{other}")

    def version(self, name: str, alias: str) -> int:
        """Return the version that an alias points to. Raises NotFoundError if there is none."""
        number = self._newest(name).get(alias)
        version = None if number is None else self._pointed(name, alias, number)
        if version is None:
            raise NotFoundError(f"there is no alias {alias[:64]!r} of a model {name[:64]!r}")
        return version

    def of(self, name: str) -> dict[str, int]:
        """Return all aliases of a name, sorted, with their versions."""
        pointed = {
            alias: self._pointed(name, alias, number)
            for alias, number in sorted(self._newest(name).items())
        }
        return {alias: version for alias, version in pointed.items() if version is not None}

    def names(self) -> list[str]:
        """Return the names that ever had aliases, unordered."""
        known = map(self._view.known_as, self._blobs.names("aliases"))
        return [name for name in known if name is not None]

    def _folder(self, name: str) -> str:
        return f"aliases/{self._view.kept_as(name)}"

    def _newest(self, name: str) -> dict[str, int]:
        """Return the highest record number of each alias."""
        results: dict[str, int] = {}
        for record in self._blobs.names(self._folder(name)):
            match = _RECORD.fullmatch(record)
            if match:
                results[match[1]] = max(results.get(match[1], 0), int(match[2]))
        return results

    def _pointed(self, name: str, alias: str, number: int) -> int | None:
        try:
            data = self._blobs.read(f"{self._folder(name)}/{alias}.{number}")
        except NotFoundError:
            # Another process moved the alias between listing and reading.
            number = self._newest(name).get(alias, 0)
            data = self._blobs.read(f"{self._folder(name)}/{alias}.{number}")
        version: int | None = records.decode(data, "version")["version"]
        return version
