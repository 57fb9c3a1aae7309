"""Shutdown event for all API processes."""

from __future__ import annotations

import os
import select


class Shutdown:
    """Event that this process and its forks can set and wait for.

    Setting it never blocks: it writes a byte to a pipe that no process reads. An event of
    `multiprocessing` blocks until all waiting processes have acknowledged it, so it hangs if one
    of them was killed.
    """

    def __init__(self) -> None:
        self._reader, self._writer = os.pipe()

    def set(self) -> None:
        """Set the event."""
        os.write(self._writer, b"\0")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds and return whether the event is set."""
        poll = select.poll()
        poll.register(self._reader, select.POLLIN)
        return bool(poll.poll(None if timeout is None else timeout * 1000))
