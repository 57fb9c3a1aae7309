"""The supervisor: starts programs in stages, keeps them up, stops them in reverse order."""

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
"""Seconds for a program to stop by itself; the API grants 10 to requests in flight."""

START_TIMEOUT_SECONDS = 60.0
"""Seconds for a program to become ready."""

CHECK_INTERVAL_SECONDS = 0.02
"""Seconds between two looks at whether a program is ready."""


class StopRequested(BaseException):
    """A signal asks to stop; it leaves the supervisor's context and ends there."""


class Supervisor:
    """Runs programs from entering to leaving its context, in which signals wait to be asked for.

    There is no thread, and nothing to do while all is well. `say` takes lines about crashes.
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
            pass  # whoever asked more than once has been heard
        signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)
        return isinstance(error, StopRequested)

    def start(self, stage: Sequence[Program]) -> list[Process]:
        """Start programs side by side and wait until all are ready.

        Raises ServiceUnavailableError when one ends instead, or takes too long.
        """
        children_: list[SupervisedProcess] = []
        self._stages.append(children_)
        children_.extend(SupervisedProcess(program) for program in stage)
        for program in stage:
            self._await(program)
        return [child.process for child in children_]

    def watch(self) -> None:
        """Start again what crashes, until a signal asks to stop."""
        while True:
            children_ = [child for stage in self._stages for child in stage]
            for child in children_:
                line = child.look()
                if line is not None:
                    self._say(line)
            due = min((child.due for child in children_ if child.due is not None), default=None)
            _pause(None if due is None else max(0.0, due - time.monotonic()))

    def _await(self, program: Program) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while program.ready is not None and not program.ready():
            self._check_alive()
            if time.monotonic() > deadline:
                raise ServiceUnavailableError(
                    f"{program.name} does not get ready; its log: {program.log}"
                )
            _pause(CHECK_INTERVAL_SECONDS)
        self._check_alive()

    def _check_alive(self) -> None:
        for stage in self._stages:
            for child in stage:
                status = child.process.status()
                if status is not None and not child.program.once:
                    raise ServiceUnavailableError(
                        f"{child.program.name} {describe_exit(status)} while starting; the end of "
                        f"its log ({child.program.log}):\n{child.process.last_words()}"
                    )


def _pause(seconds: float | None) -> None:
    """Wait for a child to end, or for some seconds.

    Raises StopRequested if a signal asks to stop.
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
    """Stop processes side by side; answer the grace left to others: none once asked to hurry."""
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
