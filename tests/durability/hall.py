"""Set of processes that can be killed and are restarted as by a supervisor."""

from __future__ import annotations

import json
import os
import re
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.durability import barriers
from tests.durability.asking import ask
from tests.eventually import eventually
from tests.forked import Forked
from tests.ports import free_port
from tests.processes import is_gone
from tests.valkey import Valkey
from tests.worker.processes import Workers, children
from trainlet.config import to_json
from trainlet.queue import Queue, connect
from trainlet.spec import JobSpec
from trainlet.store import Job, Store

CHECKPOINT_SECONDS = 0.001


class Hall:
    """A store, a Valkey that writes its changes down, a service and workers, all in one folder."""

    def __init__(self, folder: Path, workers: int, lease: float, worker: Callable[[], int]) -> None:
        self.folder = folder
        self.store = Store((folder / "blobs").as_uri())
        self.valkey = Valkey(folder, append_only=True)
        self.valkey.start()
        self.queue = Queue(connect(self.valkey.url))
        self.pids: set[int] = set()
        self.deaths = Counter[str]()
        self._lease = lease
        self._port = free_port()
        blobs = self.store.blobs.root.as_uri()
        also = {barriers.FOLDER: str(folder)}
        self.workers = Workers(self.valkey.url, blobs, worker, **also)
        self._environment = (
            os.environ
            | also
            | {
                "TRAINLET_REDIS_URL": self.valkey.url,
                "TRAINLET_BLOB_URL": blobs,
                "TRAINLET_PORT": str(self._port),
                "TRAINLET_THREADS": "4",
            }
        )
        self.api = Forked(barriers.service, self._environment)
        self._printed = ""
        for _ in range(workers):
            self.start_worker()
        self.keep()

    def start_worker(self) -> Forked:
        return self.workers.start(CHECKPOINT_SECONDS, self._lease)

    def keep(self) -> None:
        """Restart killed processes and record the running ones."""
        self.deaths["valkey"] += self.valkey.keep()
        if self.api.poll() is not None:
            # Not one that found the port still taken by its predecessor, which was just killed.
            self.deaths["api"] += self.api.poll() == -signal.SIGKILL
            self.api = Forked(barriers.service, self._environment)
        for process in list(self.workers.started):
            self.pids |= {process.pid, *children(process.pid)}
            if process.poll() is not None:
                self.deaths["worker"] += 1
                self.workers.started.remove(process)
                self.start_worker()
        self.pids |= {self.api.pid, *children(self.api.pid)}
        self._print()

    def _print(self) -> None:
        roles = {
            "valkey": [self.valkey.process],
            "api": [self.api.pid],
            "worker": [process.pid for process in self.workers.started],
        }
        payload = json.dumps(roles)
        if payload != self._printed:
            passing = self.folder / "running.new"
            passing.write_text(payload)
            passing.replace(self.folder / "running")
            self._printed = payload

    def ask(self, method: str, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        return ask(self._port, method, path, document, **headers)

    def submit(self, spec: JobSpec, key: str) -> Job:
        """Send a spec over HTTP, with the same key again and again until it is accepted."""

        def accepted() -> str | None:
            self.keep()
            try:
                status, document = self.ask(
                    "POST", "/v1/jobs", to_json(spec), **{"Idempotency-Key": key}
                )
            except OSError:
                return None
            assert status in (202, 503), document
            return str(document["id"]) if status == 202 else None

        result = eventually(accepted, 60, f"job {spec.name} is accepted")
        assert result is not None
        return self.store.jobs.get(result)

    def are_settled(self) -> bool:
        """Keep everything going; whether all jobs have ended and are cleaned up after."""
        self.keep()
        return not self.store.attempts.unsettled()

    def nothing_is_left(self) -> None:
        """No checkpoint, no passing file, no process."""
        assert self.store.blobs.names("checkpoints") == []
        assert not list(self.store.blobs.root.rglob(".*"))
        self.close()
        eventually(lambda: all(map(is_gone, self.pids)), what="no process is left")

    def close(self) -> None:
        self.api.kill()
        self.workers.kill_all()
        self.valkey.kill()


@contextmanager
def hall(
    workers: int, lease: float = 10, worker: Callable[[], int] = barriers.worker
) -> Iterator[Hall]:
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        opened = Hall(Path(folder), workers, lease, worker)
        try:
            yield opened
        finally:
            opened.close()


def table(rows: list[tuple[object, ...]]) -> str:
    """Rows of a table, the first of them its heading, with columns in line."""
    texts = [[re.sub(r"^None$", "–", str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        for row in texts
    )
