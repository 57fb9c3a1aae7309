"""`python -m tests.durability.barriers`: a worker in which jobs meet a kill at a named place.

A job named `child-claimed` has its child killed right after the claim, once. What happens at the
barrier is done by the process that has come to it, so that no kill lands elsewhere.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from trainlet.queue import Delivery, connect
from trainlet.settings import load
from trainlet.store import Attempts, Blobs, Models, Store
from worker.__main__ import main
from worker.parent import Parent
from worker.work import Work

FOLDER = "TRAINLET_TEST_BARRIERS"
PLACES = ("delivered", "claimed", "first", "middle", "checkpoint", "published")
"""Taken from the queue but not claimed; claimed without a lease; in the first epoch; in the midst
of a later one; a new checkpoint beside the old one; the model there but not the end."""
VICTIMS = ("child", "worker", "valkey", "redis")
"""A worker takes its child along; Redis forgets everything."""


def reach(place: str, job: str) -> None:
    """Be at a place; whoever shall be killed here is, the first time."""
    settings = load()
    name = Store(settings.blob_url).jobs.get(job).name
    victim, _, meant = name.partition("-")
    if meant != place:
        return
    folder = Path(os.environ[FOLDER])
    try:
        with (folder / name).open("x") as file:
            file.write(f"{time.time()}")
    except FileExistsError:
        return
    parent = os.getpid() if place == "delivered" else os.getppid()
    if victim == "redis":
        connect(settings.queue_url, 60).flushall()
    if victim == "valkey":
        os.kill(int((folder / "valkey.pid").read_text()), signal.SIGKILL)
    if victim == "worker":
        os.kill(parent, signal.SIGKILL)
        signal.pause()  # it dies with its parent
    if victim == "child":
        os.kill(os.getpid(), signal.SIGKILL)


def around(owner: Any, name: str, look: Callable[..., tuple[str, str] | None]) -> None:
    """Have `look` say, after each call of a method, which place of which job has been reached."""
    method = getattr(owner, name)

    @wraps(method)
    def called(self: Any, *arguments: Any, **named: Any) -> Any:
        answer = method(self, *arguments, **named)
        reached = look(self, *arguments)
        if reached is not None:
            reach(*reached)
        return answer

    setattr(owner, name, called)


def install() -> None:
    """Put the barriers where the places are."""
    attend = Parent.attend

    def delivered(self: Parent, delivery: Delivery) -> None:
        reach("delivered", delivery.job)
        attend(self, delivery)

    def trained(self: Any, prepared: Any, state: Any, *_: Any) -> tuple[str, str] | None:
        if state.step and not state.epoch:
            return "first", self._job.id
        return ("middle", self._job.id) if state.position and state.epoch > 5 else None

    def created(blobs: Blobs, key: str, *_: Any) -> tuple[str, str] | None:
        folder, job = key.split("/")[:2]
        kept = blobs.names(f"{folder}/{job}") if folder == "checkpoints" else []
        return ("checkpoint", job) if len(kept) > 1 else None

    Parent.attend = delivered  # type: ignore[method-assign]
    around(Attempts, "claim", lambda _, job, *__: ("claimed", job))
    around(Work, "_report", trained)
    around(Blobs, "create", created)
    around(Models, "publish", lambda _, model: ("published", model.job))


if __name__ == "__main__":
    install()
    sys.exit(main())
