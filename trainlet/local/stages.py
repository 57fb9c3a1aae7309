"""Programs of a local installation, in the order in which they start."""

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
"""Directory of the packages `service` and `worker`, which are not part of the wheel."""

HEALTH = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"

FEW_ARENAS = {"MALLOC_ARENA_MAX": "2"}
"""Each arena of the C library keeps the peak memory of its threads (mallopt(3))."""

ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""One process per core is faster than threads, and sums keep one order."""


def stages(
    settings: Settings, data: DataDirectory, logs: Path, inherited: Mapping[str, str]
) -> list[list[Program]]:
    """Return the embedded server (unless a Redis is set), the workers and the API.

    Raises ServiceUnavailableError outside a checkout, or if this machine has no embedded server.
    """
    if not (CHECKOUT / "service").is_dir() or not (CHECKOUT / "worker").is_dir():
        raise ServiceUnavailableError(
            f"{CHECKOUT} has no packages service and worker; `trainlet up` requires a checkout"
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
    program = _api("service", "service", logs, environment)
    return replace(program, place=port.url(settings), ready=ready)


def _api(module: str, name: str, logs: Path, environment: Mapping[str, str]) -> Program:
    command = (sys.executable, "-m", module)
    return Program(name, command, CHECKOUT, environment, logs / f"{name}.log")
