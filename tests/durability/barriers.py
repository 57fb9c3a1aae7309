"""Worker and service programs in which a job is killed at a named barrier, in short chunks.

The child process of a job named `child-claimed` is killed right after the claim, once. The process
that reaches the barrier performs the kill, so that no kill lands elsewhere.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache, wraps
from pathlib import Path
from typing import Any

from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from service import __main__ as service_main
from service.api.jobs import delivery, submission
from tests.eventually import eventually
from tests.processes import is_gone
from tests.worker.dawdling import work_in_pieces
from trainlet.queue import Delivery, connect
from trainlet.settings import load
from trainlet.store import Attempts, Blobs, Models, Store
from worker import __main__ as worker_main
from worker.supervisor import Supervisor
from worker.training import TrainingTask

FOLDER = "TRAINLET_TEST_BARRIERS"
BARRIERS = (
    *("accepted", "queued", "delivered", "claimed"),
    *("first", "middle", "checkpoint", "published"),
)
"""On record but not queued; queued; taken from the queue but not claimed; claimed without a lease;
in the first epoch; in the midst of a later one; a new checkpoint beside the old one; the model
there but not the end."""

VICTIMS = ("child", "worker", "api", "valkey", "redis", "all")
"""A worker takes its child along; Redis forgets everything; all are killed at once."""

KILLED = {
    "worker": ("worker",),
    "api": ("api",),
    "valkey": ("valkey",),
    "all": ("valkey", "api", "worker"),
}
PIECE = 0.001
"""Seconds of training from one look around to the next: a short job has many, too, and keeps a
checkpoint after each."""


def worker() -> int:
    """Run a worker with its barriers."""
    run_job = Supervisor.run_job

    def delivered(self: Supervisor, delivery: Delivery) -> None:
        reach("delivered", delivery.job)
        run_job(self, delivery)

    def trained(self: Any, prepared: Any, state: Any, *_: Any) -> tuple[str, str] | None:
        if state.step and not state.epoch:
            return "first", self._job.id
        return ("middle", self._job.id) if state.position and state.epoch else None

    def created(blobs: Blobs, key: str, *_: Any) -> tuple[str, str] | None:
        folder, job = key.split("/")[:2]
        kept = blobs.names(f"{folder}/{job}") if folder == "checkpoints" else []
        return ("checkpoint", job) if len(kept) > 1 else None

    work_in_pieces(PIECE)
    Supervisor.run_job = delivered  # type: ignore[method-assign]
    around(Attempts, "claim", lambda _, job, *__: ("claimed", job))
    around(TrainingTask, "_report", trained)
    around(Blobs, "create", created)
    around(Models, "publish", lambda _, model: ("published", model.job))
    return worker_main.main()


def service() -> int:
    """Run a service with its barriers."""
    deliver = delivery.deliver

    def late(job: Any, service: Any) -> None:
        reach("accepted", job.id)
        deliver(job, service)
        reach("queued", job.id)

    setattr(submission, "deliver", late)  # noqa: B010  # what it imports from there
    return service_main.main()


def around(owner: Any, name: str, look: Callable[..., tuple[str, str] | None]) -> None:
    """Call `look` after each call of a method with the barrier and the job that it reached."""
    method = getattr(owner, name)

    @wraps(method)
    def called(self: Any, *arguments: Any, **named: Any) -> Any:
        response = method(self, *arguments, **named)
        reached = look(self, *arguments)
        if reached is not None:
            reach(*reached)
        return response

    setattr(owner, name, called)


def reach(barrier: str, job: str) -> None:
    """Reach a barrier; the first time, kill the processes of its role."""
    name = _name(job)
    victim, _, meant = name.partition("-")
    folder = Path(os.environ[FOLDER])
    if meant != barrier or (folder / name).exists():
        return
    with (folder / "one at a time").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        eventually(lambda: _are_there(folder), 60, "everything is there to be killed")
        (folder / name).write_text(f"{time.time()}")
        _kill(victim, barrier, folder)


def _kill(victim: str, barrier: str, folder: Path) -> None:
    if victim == "redis":
        connect(load().queue_url, Retry(ConstantBackoff(1), 60)).flushall()
    elif victim == "child":
        os.kill(os.getpid(), signal.SIGKILL)
    elif victim == "worker" and barrier != "queued":
        _kill_each([os.getpid() if barrier == "delivered" else os.getppid()])
    else:
        _kill_each([each for role in KILLED[victim] for each in running(folder)[role]])


def _kill_each(processes: list[int]) -> None:
    """Kill them, and last this process, if it is one of them or the child of one."""
    own = [os.getpid(), os.getppid()]
    for process in sorted(processes, key=own.__contains__):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    if set(own) & set(processes):
        signal.pause()  # it dies with its parent
    eventually(lambda: all(map(is_gone, processes)), what="the killed are gone")


def running(folder: Path) -> dict[str, list[int]]:
    """Return the processes of each role, as the supervising test recorded them."""
    results: dict[str, list[int]] = json.loads((folder / "running").read_text())
    return results


def _are_there(folder: Path) -> bool:
    with suppress(RedisError):
        connect(load().queue_url).ping()
        return not any(is_gone(each) for result in running(folder).values() for each in result)
    return False


@cache
def _name(job: str) -> str:
    return Store(load().blob_url).jobs.get(job).name
