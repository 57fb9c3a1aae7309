"""Principals, and the scopes that views require."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from trainlet.store import EVERYTHING, TenantView

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Principal:
    """The id of an API key, its owner, and the resources that the owner sees.

    Without authentication all requests have one principal without an id, who sees everything.
    """

    id: str | None = None
    owner: str | None = None
    view: TenantView = EVERYTHING


ANONYMOUS = Principal()


def needs(*scopes: str) -> Callable[[View], View]:
    """Declare the scopes that allow a view, each by itself; without scopes it is public.

    The default is `read` for GET and HEAD, and `train` for other methods.
    """

    def mark(view: View) -> View:
        view.needed = scopes  # type: ignore[attr-defined]
        return view

    return mark


def needed(view: Any, method: str) -> tuple[str, ...]:
    """Return the scopes that allow a view with a method."""
    stated: tuple[str, ...] | None = getattr(view, "needed", None)
    if stated is not None:
        return stated
    return ("read",) if method in ("GET", "HEAD") else ("train",)
