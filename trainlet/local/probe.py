"""Readiness probe of a server without a client library."""

from __future__ import annotations

import socket
from collections.abc import Callable

Address = str | tuple[str, int]
"""Path of a unix socket, or host and port."""


def is_listening(address: Address, request: bytes, prefix: bytes) -> Callable[[], bool]:
    """Return a probe of whether the server's response to `request` begins with `prefix`."""

    def probe() -> bool:
        try:
            with _connect(address) as connection:
                connection.sendall(request)
                return connection.recv(len(prefix), socket.MSG_WAITALL) == prefix
        except OSError:
            return False

    return probe


def _connect(address: Address) -> socket.socket:
    if isinstance(address, tuple):
        return socket.create_connection(address, timeout=1)
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(1)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection
