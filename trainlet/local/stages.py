"""What makes up the service on one machine, in the order in which it starts."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

from trainlet.errors import ServiceUnavailableError
from trainlet.local import port
from trainlet.local.directory import DataDirectory
from trainlet.local.probe import is_listening
from trainlet.local.process import Program
from trainlet.local.valkey import valkey
from trainlet.settings import Settings, variable

CHECKOUT = Path(__file__).parents[2]
"""Where the doors lie: they are not part of the package."""

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""Each arena of the C library keeps the most that its threads once needed (mallopt(3))."""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""A process a core beats threads within one, and sums stay in one order."""


def stages(
    settings: Settings, data: DataDirectory, logs: Path, inherited: Mapping[str, str]
) -> list[list[Program]]:
    """The embedded server unless a Redis is given, then the workers, then the API.

    Raises ServiceUnavailableError where this is not a checkout, or no server for this machine comes
    with it.
    """
    if not (CHECKOUT / "service").is_dir() or not (CHECKOUT / "worker").is_dir():
        raise ServiceUnavailableError(
            f"there is no service and no worker in {CHECKOUT}; `trainlet up` needs a checkout"
        )
    servers = [valkey(data, logs, inherited)] if settings.redis_url is None else []
    environment = {
        **inherited,
        **ONE_THREAD,
        **FEW_ARENAS,
        "PYTHONUNBUFFERED": "1",
        variable("data_dir"): str(data.path),
        variable("blob_url"): settings.blob_url,
        variable("redis_url"): settings.redis_url or f"unix://{quote(servers[0].place)}",
    }
    names = [f"worker-{number}" for number in range(1, settings.workers + 1)]
    workers = [_api("worker", name, logs, environment) for name in names]
    return [servers, workers, [_service(settings, logs, environment)]]


def _service(settings: Settings, logs: Path, environment: Mapping[str, str]) -> Program:
    address = (port.reachable(settings), settings.port)
    ready = is_listening(address, HEALTH, b"HTTP/1.1 200")
    door = _api("service", "service", logs, environment)
    return replace(door, place=port.url(settings), ready=ready)


def _api(module: str, name: str, logs: Path, environment: Mapping[str, str]) -> Program:
    command = (sys.executable, "-m", module)
    return Program(name, command, CHECKOUT, environment, logs / f"{name}.log")
