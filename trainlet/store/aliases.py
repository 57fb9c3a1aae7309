"""Aliases: names that point to a version of a model, and can be pointed elsewhere.

Nothing stored is ever changed, so each pointing is a record of its own: `aliases/circles/best.3`
is the third of the alias `best`, and the highest holds.
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
        """The same, as far as somebody sees it."""
        return Aliases(self._blobs, view)

    def point(self, name: str, alias: str, version: int | None) -> None:
        """Let an alias point to a version, or nowhere; durable at return.

        Of several who do so at the same time the last one holds. Raises ValidationError for a word
        that cannot be an alias.
        """
        if not re.fullmatch(ALIAS, alias):
            expected = f"text that matches {ALIAS}"
            raise ValidationError([FieldError(("alias",), alias, expected, f"must be {expected}")])
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
        """The version that an alias points to. Raises NotFoundError if it points nowhere."""
        number = self._newest(name).get(alias)
        version = None if number is None else self._pointed(name, alias, number)
        if version is None:
            raise NotFoundError(f"there is no alias {alias[:64]!r} of a model {name[:64]!r}")
        return version

    def of(self, name: str) -> dict[str, int]:
        """All aliases of a name, sorted, with the versions they point to."""
        pointed = {
            alias: self._pointed(name, alias, number)
            for alias, number in sorted(self._newest(name).items())
        }
        return {alias: version for alias, version in pointed.items() if version is not None}

    def names(self) -> list[str]:
        """The names that have had aliases, unordered."""
        known = map(self._view.known_as, self._blobs.names("aliases"))
        return [name for name in known if name is not None]

    def _folder(self, name: str) -> str:
        return f"aliases/{self._view.kept_as(name)}"

    def _newest(self, name: str) -> dict[str, int]:
        """The highest record of each alias."""
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
            # Pointed elsewhere between the look at the names and this one.
            number = self._newest(name).get(alias, 0)
            data = self._blobs.read(f"{self._folder(name)}/{alias}.{number}")
        version: int | None = records.decode(data, "version")["version"]
        return version
