"""Visibility of jobs, models and uploads per tenant. Invisible resources do not exist."""

from __future__ import annotations

from dataclasses import dataclass

from trainlet.errors import NotFoundError, PermissionDeniedError


@dataclass(frozen=True)
class TenantView:
    """Visible owner and name prefix; without an owner, all resources are visible.

    Each owner has a namespace: the model `circles` of the owner `blue` is stored as
    `blue.circles`, which is also its name in the view of all tenants.
    """

    owner: str | None = None
    prefix: str = ""
    """Required prefix of the names of jobs and models."""

    def sees(self, owner: str | None, name: str) -> bool:
        """Return whether a resource of this owner and name is visible."""
        return self.owner in (None, owner) and name.startswith(self.prefix)

    def kept_as(self, name: str) -> str:
        """Return the name under which the versions of a model are stored. Raises NotFoundError."""
        if not name.startswith(self.prefix):
            raise NotFoundError(f"there is no model {name[:64]!r}")
        return name if self.owner is None else f"{self.owner}.{name}"

    def known_as(self, kept: str) -> str | None:
        """Return the tenant's name for a stored name; None if it is not visible."""
        own = "" if self.owner is None else f"{self.owner}."
        name = kept.removeprefix(own)
        return name if kept.startswith(own) and name.startswith(self.prefix) else None

    def require(self, name: str) -> None:
        """Raise PermissionDeniedError for a name without the required prefix."""
        if not name.startswith(self.prefix):
            raise PermissionDeniedError(
                f"the key allows only names that begin with {self.prefix!r}"
            )


EVERYTHING = TenantView()
