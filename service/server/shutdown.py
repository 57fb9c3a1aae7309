"""Stop: said once, and heard in all processes of the service."""

from __future__ import annotations

import os
import select


class Shutdown:
    """Whether this process and those forked from it are to come to an end.

    Who says so waits for nobody: a byte is put into a pipe, and never taken out. An event of
    multiprocessing waits until all who listen have heard it, and if one was killed, forever.
    """

    def __init__(self) -> None:
        self._heard, self._said = os.pipe()

    def set(self) -> None:
        """Say so."""
        os.write(self._said, b"\0")

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; tell whether it was said."""
        poll = select.poll()
        poll.register(self._heard, select.POLLIN)
        return bool(poll.poll(None if timeout is None else timeout * 1000))
