"""Real worker processes, observed only by their ids and records."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.eventually import eventually
from tests.forked import Forked
from worker.__main__ import main

ROOT = Path(__file__).parents[2]


class Workers:
    """Worker processes on one Redis and one store; all are killed at the end of a test."""

    def __init__(
        self, redis_url: str, blob_url: str, run: Callable[[], int] = main, **also: str
    ) -> None:
        self._run = run
        self.started: list[Forked] = []
        self.environment = os.environ | {
            "TRAINLET_REDIS_URL": redis_url,
            "TRAINLET_BLOB_URL": blob_url,
            **also,
        }

    def start(
        self, checkpoint_seconds: float = 0.1, lease_seconds: float = 10, **settings: float
    ) -> Forked:
        process = Forked(
            self._run,
            self.environment
            | {
                "TRAINLET_CHECKPOINT_SECONDS": str(checkpoint_seconds),
                "TRAINLET_LEASE_SECONDS": str(lease_seconds),
            }
            | {f"TRAINLET_{name.upper()}": str(value) for name, value in settings.items()},
        )
        self.started.append(process)
        return process

    def kill_all(self) -> None:
        for process in self.started:
            for child in [*children(process.pid), process.pid]:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
            process.wait()


def children(process: int) -> list[int]:
    """The processes that a process has forked and that are still there."""
    with suppress(FileNotFoundError, ProcessLookupError):  # or it is just going
        text = Path(f"/proc/{process}/task/{process}/children").read_text()
        return [int(child) for child in text.split()]
    return []


def child_of(worker: Forked) -> int:
    """The one child of a worker, as soon as it has one."""
    return eventually(lambda: children(worker.pid), what="the worker has a child")[0]
