"""The API's port: where it is reached, and whether it is free."""

from __future__ import annotations

import errno
import socket

from trainlet.errors import ConflictError, ServiceUnavailableError
from trainlet.settings import Settings, variable

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # compared with, not listened on


def reachable(settings: Settings) -> str:
    """The host under which the API is reached from this machine."""
    return WILDCARDS.get(settings.host, settings.host)


def url(settings: Settings) -> str:
    """The address of the API for clients on this machine."""
    host = reachable(settings)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def check(settings: Settings) -> None:
    """Check that the port is free.

    Raises ConflictError if something listens on it, ServiceUnavailableError if it cannot be used.
    """
    place = f"port {settings.port} of {settings.host}"
    try:
        _listen(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConflictError(
                f"{place} is taken; stop what listens there, or choose another by "
                f"{variable('port')}, such as {variable('port')}={_another(settings.port)}"
            ) from None
        raise ServiceUnavailableError(
            f"cannot listen on {place}: {error.strerror}; choose others by "
            f"{variable('host')} and {variable('port')}"
        ) from None


def _listen(host: str, port: int) -> None:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _another(port: int) -> int:
    return port + 1 if port < 65535 else port - 1
