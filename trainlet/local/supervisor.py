"""Process supervisor: ordered start of programs, restarts, and stop in reverse order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from types import TracebackType

from trainlet.errors import ServiceUnavailableError
from trainlet.local.process import Process, Program, describe_exit
from trainlet.local.supervised import SupervisedProcess

STOP = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP})

GRACE_SECONDS = 12.0
"""Seconds for a program to exit after SIGTERM. The API grants requests in flight 10."""

START_TIMEOUT_SECONDS = 60.0
"""Seconds for a program to become ready."""

CHECK_INTERVAL_SECONDS = 0.02
"""Seconds between two readiness checks."""


class StopRequested(BaseException):
    """A signal requested the stop. Leaving the supervisor's context ends the exception."""


class Supervisor:
    """Runs programs while its context is active. Signals are blocked and read synchronously.

    The supervisor has no threads and sleeps while all programs run. `say` receives messages about
    crashes.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._stages: list[list[SupervisedProcess]] = []

    def __enter__(self) -> Supervisor:
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, STOP | {signal.SIGCHLD})
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> bool:
        grace = GRACE_SECONDS
        for stage in reversed(self._stages):
            grace = _stop([child.process for child in stage], grace)
        while _signal(0) is not None:
            pass  # drop repeated stop signals
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        return isinstance(error, StopRequested)

    def start(self, stage: Sequence[Program]) -> list[Process]:
        """Start programs concurrently and wait until all are ready.

        Raises ServiceUnavailableError if one exits or takes too long.
        """
        children: list[SupervisedProcess] = []
        self._stages.append(children)
        children.extend(SupervisedProcess(program) for program in stage)
        for program in stage:
            self._await(program)
        return [child.process for child in children]

    def watch(self) -> None:
        """Restart crashed programs until a signal requests the stop."""
        while True:
            children = [child for stage in self._stages for child in stage]
            for child in children:
                line = child.look()
                if line is not None:
                    self._say(line)
            due = min((child.due for child in children if child.due is not None), default=None)
            _pause(None if due is None else max(0.0, due - time.monotonic()))

    def _await(self, program: Program) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while program.ready is not None and not program.ready():
            self._check_alive()
            if time.monotonic() > deadline:
                raise ServiceUnavailableError(
                    f"{program.name} did not get ready in time; see its log {program.log}"
                )
            _pause(CHECK_INTERVAL_SECONDS)
        self._check_alive()

    def _check_alive(self) -> None:
        for stage in self._stages:
            for child in stage:
                status = child.process.status()
                if status is not None and not child.program.once:
                    raise ServiceUnavailableError(
                        f"{child.program.name} {describe_exit(status)} during the start; last "
                        f"lines of its log ({child.program.log}):\n{child.process.last_words()}"
                    )


def _pause(seconds: float | None) -> None:
    """Wait for a child to exit, or for some seconds.

    Raises StopRequested after a stop signal.
    """
    if _signal(seconds) in STOP:
        raise StopRequested


def _signal(seconds: float | None) -> int | None:
    awaited = STOP | {signal.SIGCHLD}
    if seconds is None:
        return signal.sigwaitinfo(awaited).si_signo
    came = signal.sigtimedwait(awaited, seconds)
    return None if came is None else came.si_signo


def _stop(processes: Sequence[Process], grace: float) -> float:
    """Stop processes concurrently; return the remaining grace, 0 after another stop signal."""
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + grace
    while any(process.status() is None for process in processes):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        if _signal(left) in STOP:
            deadline, grace = 0.0, 0.0
    for process in reversed(processes):
        process.kill()
    return grace
