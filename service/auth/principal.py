"""Callers: who asks, and what a view asks of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from trainlet.store import EVERYTHING, TenantView

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Principal:
    """Whoever makes a request: the id of the key, whose it is and what its holder sees.

    Where no keys are demanded there is one caller, without an id, who sees everything.
    """

    id: str | None = None
    owner: str | None = None
    view: TenantView = EVERYTHING


ANONYMOUS = Principal()


def needs(*scopes: str) -> Callable[[View], View]:
    """State which scopes of a key allow a view, each by itself; without any, no key is needed.

    Views that say nothing need `read` to look and `train` to change something.
    """

    def mark(view: View) -> View:
        view.needed = scopes  # type: ignore[attr-defined]
        return view

    return mark


def needed(view: Any, method: str) -> tuple[str, ...]:
    """The scopes that allow a view to be asked by a method."""
    stated: tuple[str, ...] | None = getattr(view, "needed", None)
    if stated is not None:
        return stated
    return ("read",) if method in ("GET", "HEAD") else ("train",)
