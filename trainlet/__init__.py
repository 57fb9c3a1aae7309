"""trainlet trains small neural networks on request and serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trainlet.client import Client

__all__ = ["Client", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import the client when it is asked for: the network needs numpy alone."""
    if name != "Client":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from trainlet.client import Client  # noqa: PLC0415

    return Client
