"""Supervised process with restarts by exponential backoff."""

from __future__ import annotations

import time

from trainlet.local.process import Process, Program, describe_exit

FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS = 0.5, 30.0
"""First and maximum seconds before a crashed program is restarted. The delay doubles each time."""

STABLE_SECONDS = 60.0
"""Seconds of uptime after which the delay is reset."""


class SupervisedProcess:
    """Starts the program; `look` restarts it after a crash and a delay.

    `due` is the time of the next start on the monotonic clock; None while it runs.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self._delay = FIRST_DELAY_SECONDS
        self._over = False
        self._start()

    def _start(self) -> None:
        self.process = Process(self.program)
        self.due: float | None = None
        self._since = time.monotonic()

    def look(self) -> str | None:
        """Restart the program if it is due. Return a message if it has crashed."""
        if self._over:
            return None
        if self.due is None:
            status = self.process.status()
            return None if status is None else self._bury(status)
        if self.due <= time.monotonic():
            self._start()
        return None

    def _bury(self, status: int) -> str | None:
        self.process.kill()  # also kills remaining children, which may hold its port
        line = f"{self.program.name} {describe_exit(status)}"
        if self.program.once:
            self._over = True
            return line if status else None
        now = time.monotonic()
        if now - self._since > STABLE_SECONDS:
            self._delay = FIRST_DELAY_SECONDS
        delay, self._delay = self._delay, min(2 * self._delay, MAX_DELAY_SECONDS)
        self.due = now + delay
        return f"{line}; restarting in {delay:g} s (log: {self.program.log})"
