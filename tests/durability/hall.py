"""A hall of processes in which anything may be killed; it is started again as by a supervisor."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.durability.barriers import FOLDER
from tests.eventually import eventually
from tests.valkey import Valkey
from tests.worker.processes import Workers, children, is_gone
from trainlet.queue import Queue, connect
from trainlet.store import Job, Store


class Hall:
    """A store, a Valkey that writes its changes down, and workers, all in one folder."""

    def __init__(self, folder: Path, workers: int, module: str, lease: float) -> None:
        self.folder = folder
        self.store = Store((folder / "blobs").as_uri())
        self.valkey = Valkey(folder, append_only=True)
        self.valkey.start()
        self.queue = Queue(connect(self.valkey.url))
        self.workers = Workers(self.valkey.url, self.store.blobs.root.as_uri(), module)
        self._lease = lease
        self.seen: set[int] = set()
        for _ in range(workers):
            self.start_worker()
        self.keep()

    def start_worker(self) -> None:
        self.workers.start(checkpoint_seconds=0.05, lease_seconds=self._lease)

    def keep(self) -> None:
        """Start again what has been killed."""
        self.valkey.keep()
        passing = self.folder / "valkey.new"
        passing.write_text(str(self.valkey.process))
        passing.replace(self.folder / "valkey.pid")
        for process in list(self.workers.started):
            self.seen |= {process.pid, *children(process.pid)}
            if process.poll() is not None:
                self.workers.started.remove(process)
                self.start_worker()

    def all_end(self, jobs: list[Job], seconds: float) -> None:
        """Keep everything going until all jobs have ended and are cleaned up after."""

        def look() -> bool:
            self.keep()
            return not self.store.attempts.unsettled()

        eventually(look, seconds, f"{len(jobs)} jobs end")
        assert all(self.store.jobs.get(job.id).ended for job in jobs)

    def nothing_is_left(self) -> None:
        """No checkpoint, no passing file, no process."""
        assert self.store.blobs.names("checkpoints") == []
        assert not list(self.store.blobs.root.rglob(".*"))
        self.workers.kill_all()
        eventually(lambda: all(map(is_gone, self.seen)), what="no process is left")


@contextmanager
def hall(workers: int, module: str = "worker", lease: float = 10) -> Iterator[Hall]:
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        os.environ[FOLDER] = folder
        opened = Hall(Path(folder), workers, module, lease)
        try:
            yield opened
        finally:
            opened.workers.kill_all()
            opened.valkey.kill()
            del os.environ[FOLDER]


def table(rows: list[tuple[object, ...]]) -> str:
    """Rows of a table, the first of them its heading, with columns in line."""
    texts = [[re.sub(r"^None$", "–", str(cell)) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True))
        for row in texts
    )
