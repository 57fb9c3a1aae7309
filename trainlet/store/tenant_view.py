"""Sight: which jobs, models and uploads somebody may see. What is out of it does not exist."""

from __future__ import annotations

from dataclasses import dataclass

from trainlet.errors import NotFoundError, PermissionDeniedError


@dataclass(frozen=True)
class TenantView:
    """Whose things can be seen, and under which names; without an owner everyone's.

    Owners have names of their own: the model `circles` of the owner `blue` is kept as
    `blue.circles`, which is also how those know it who see everyone's.
    """

    owner: str | None = None
    prefix: str = ""
    """What the names of jobs and models must begin with."""

    def sees(self, owner: str | None, name: str) -> bool:
        """Whether something of this owner under this name can be seen."""
        return self.owner in (None, owner) and name.startswith(self.prefix)

    def kept_as(self, name: str) -> str:
        """The name under which the versions of a model are kept. Raises NotFoundError."""
        if not name.startswith(self.prefix):
            raise NotFoundError(f"there is no model {name[:64]!r}")
        return name if self.owner is None else f"{self.owner}.{name}"

    def known_as(self, kept: str) -> str | None:
        """The name for one that is kept, or None if it cannot be seen."""
        own = "" if self.owner is None else f"{self.owner}."
        name = kept.removeprefix(own)
        return name if kept.startswith(own) and name.startswith(self.prefix) else None

    def require(self, name: str) -> None:
        """Raise PermissionDeniedError for a name that nothing may be made under."""
        if not name.startswith(self.prefix):
            raise PermissionDeniedError(
                f"the key allows only names that begin with {self.prefix!r}"
            )


EVERYTHING = TenantView()
