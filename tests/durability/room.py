"""Small file system for the store of a service and a worker."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.eventually import eventually
from tests.processes import is_gone
from tests.worker.processes import ROOT, children


class Room:
    """In-memory file system that only the processes started here see, at `folder`.

    It needs no root rights: the starting user is root in its own user namespace, or another user
    without privileges.
    """

    def __init__(self, folder: Path, size: str, environment: dict[str, str], user: int = 0) -> None:
        self.folder = folder
        self._user = user
        self._size = size
        self._environment = os.environ | environment

    def __enter__(self) -> Self:
        self._shell = subprocess.Popen(
            _unshare(self._user),
            stdin=subprocess.PIPE,
            cwd=ROOT,
            env=self._environment,
            text=True,
        )
        self.mount(f"-t tmpfs -o size={self._size} none")
        eventually(self.inside.is_mount, what="the room is there")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        started = children(self._shell.pid)
        for process in started:
            os.kill(process, 9)
        self._shell.kill()
        self._shell.communicate()
        eventually(lambda: all(map(is_gone, started)), what="nothing is left")

    @property
    def inside(self) -> Path:
        """Return the folder as seen by the processes in the namespace."""
        return Path(f"/proc/{self._shell.pid}/root{self.folder}")

    def start(self, module: str) -> None:
        rights = "setpriv --ambient-caps=-all --inh-caps=-all " if self._user else ""
        self._say(f"{rights}{shlex.quote(sys.executable)} -m {module} &")

    def mount(self, options: str) -> None:
        self._say(f"mount {options} {shlex.quote(str(self.folder))}")

    def freeze(self) -> None:
        """Mount everything but this file system read-only."""
        self._say("mount -o remount,ro,bind /")
        mounts = Path(f"/proc/{self._shell.pid}/mounts")
        eventually(
            lambda: re.search(r" / \S+ ro[, ]", mounts.read_text()), what="all else is frozen"
        )

    @contextmanager
    def full(self) -> Iterator[None]:
        """Not a byte is free in it."""
        filler = self.inside / "filler"
        with filler.open("wb", buffering=0) as file:
            for size in (65536, 256, 1):
                with suppress(OSError):
                    while file.write(b"x" * size):
                        pass
        yield
        filler.unlink()

    def _say(self, command: str) -> None:
        assert self._shell.stdin is not None
        self._shell.stdin.write(f"{command}\n")
        self._shell.stdin.flush()


def _unshare(user: int) -> list[str]:
    users = [f"--map-user={user}", f"--map-group={user}"]
    return ["unshare", *users, "--keep-caps", "--mount", "sh"]


def is_possible() -> bool:
    """Whether this machine lets its users have namespaces."""
    command = [*_unshare(1), "-c", "setpriv --ambient-caps=-all --inh-caps=-all true"]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False
