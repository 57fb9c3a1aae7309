"""Connections of this process, as the kernel knows them."""

from __future__ import annotations

import os
import socket
import struct
from contextlib import suppress
from pathlib import Path

INFO = struct.Struct("=8B24I")
"""The beginning of tcp_info, linux/tcp.h; times are in milliseconds."""
LAST_SENT = 8 + 9


def cut_off(address: str, seconds: float) -> int:
    """Shut down the connections of an address that were told nothing for so long; answers how many.

    The server does not say by which one a request came. It is among them, and the others wait
    for nothing, or belong to the same place, and whoever is there connects again.
    """
    count = 0
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208  # names are wanted
        with suppress(OSError, ValueError):
            if not str(Path(f"/proc/self/fd/{name}").readlink()).startswith("socket:"):
                continue
            with socket.socket(fileno=os.dup(int(name))) as connection:
                count += _cut_off(connection, address, seconds)
    return count


def _cut_off(connection: socket.socket, address: str, seconds: float) -> bool:
    peer = connection.getpeername()
    if not isinstance(peer, tuple) or peer[0].removeprefix("::ffff:") != address:
        return False
    info = INFO.unpack(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, INFO.size))
    if info[LAST_SENT] < seconds * 1000:
        return False
    connection.shutdown(socket.SHUT_RDWR)
    return True
