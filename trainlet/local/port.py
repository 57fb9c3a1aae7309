"""Host, URL and availability of the API's port."""

from __future__ import annotations

import errno
import socket

from trainlet.errors import ConflictError, ServiceUnavailableError
from trainlet.settings import Settings, variable

WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  # only compared


def reachable(settings: Settings) -> str:
    """Return the host under which this machine reaches the API."""
    return WILDCARDS.get(settings.host, settings.host)


def url(settings: Settings) -> str:
    """Return the URL of the API for clients on this machine."""
    host = reachable(settings)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def address(settings: Settings) -> str:
    """Return the IP address to listen on. Raises ServiceUnavailableError for an unknown host."""
    try:
        results = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise ServiceUnavailableError(
            f"cannot resolve {variable('host')}={settings.host}: {error.strerror}"
        ) from None
    return str(results[0][4][0])


def check(settings: Settings) -> None:
    """Check that the port is free.

    Raises ConflictError if it is in use, and ServiceUnavailableError if it cannot be used.
    """
    location = f"port {settings.port} of {settings.host}"
    try:
        _listen(settings.host, settings.port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ConflictError(
                f"{location} is in use; stop the program that listens there, or choose another "
                f"port, such as {variable('port')}={_another(settings.port)}"
            ) from None
        raise ServiceUnavailableError(
            f"cannot listen on {location}: {error.strerror}; set {variable('host')} and "
            f"{variable('port')} to other values"
        ) from None


def _listen(host: str, port: int) -> None:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    with socket.socket(family, kind) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _another(port: int) -> int:
    return port + 1 if port < 65535 else port - 1
