"""A program in the supervisor's care: the process that runs it, and when to start it again."""

from __future__ import annotations

import time

from trainlet.local.process import Process, Program, describe_exit

FIRST_DELAY_SECONDS, MAX_DELAY_SECONDS = 0.5, 30.0
"""Seconds before a crashed program is started again: doubled each time, from one to the other."""

STABLE_SECONDS = 60.0
"""After so many seconds of life a crash counts as the first again."""


class SupervisedProcess:
    """Starts the program; `look` starts it again when it crashed and its time has come.

    `due` is that time, on the monotonic clock; None while there is nothing to start.
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
        """Do what is due; answer a line about what happened, if anything worth telling did."""
        if self._over:
            return None
        if self.due is None:
            status = self.process.status()
            return None if status is None else self._bury(status)
        if self.due <= time.monotonic():
            self._start()
        return None

    def _bury(self, status: int) -> str | None:
        self.process.kill()  # what it left behind, such as a child that holds its port
        line = f"{self.program.name} {describe_exit(status)}"
        if self.program.once:
            self._over = True
            return line if status else None
        now = time.monotonic()
        if now - self._since > STABLE_SECONDS:
            self._delay = FIRST_DELAY_SECONDS
        delay, self._delay = self._delay, min(2 * self._delay, MAX_DELAY_SECONDS)
        self.due = now + delay
        return f"{line}; starting it again in {delay:g} s (its log: {self.program.log})"
