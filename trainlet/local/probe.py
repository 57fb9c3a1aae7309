"""Asking a server whether it is there, without a client library to load."""

from __future__ import annotations

import socket
from collections.abc import Callable

Address = str | tuple[str, int]
"""The path of a unix socket, or host and port."""


def is_listening(address: Address, question: bytes, expected: bytes) -> Callable[[], bool]:
    """A probe: whether the server at `address` begins its answer to `question` as `expected`."""

    def probe() -> bool:
        try:
            with _connect(address) as connection:
                connection.sendall(question)
                return connection.recv(len(expected), socket.MSG_WAITALL) == expected
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
