"""A program and the process that runs it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from trainlet.local.parent_death import die_with_parent


@dataclass(frozen=True)
class Program:
    """What to start, as data.

    `place` says where it is reached, for people.
    `log` takes what the process prints; without it that goes where the supervisor's goes.
    `ready` tells whether it can do its work; without it, it can as soon as it is started.
    `held` are open files that stay open for as long as the process lives. A program that runs
    `once` is expected to end; any other is started again when it does.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    log: Path | None = None
    place: str = ""
    ready: Callable[[], bool] | None = None
    held: tuple[int, ...] = ()
    once: bool = False


class Process:
    """A running program: it leads a session of its own and dies with this process."""

    def __init__(self, program: Program) -> None:
        self.program = program
        supervisor = os.getpid()

        def prepare() -> None:
            die_with_parent(supervisor)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())

        # A session of its own keeps Ctrl-C from reaching it: the supervisor stops it in its turn.
        with _output(program.log) as output:
            self._popen = subprocess.Popen(  # noqa: S603
                program.command,
                cwd=program.folder,
                env=dict(program.environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if program.log is None else subprocess.STDOUT,
                start_new_session=True,
                pass_fds=program.held,
                preexec_fn=prepare,  # noqa: PLW1509  # there are no threads here
            )
        self.pid = self._popen.pid
        self._is_cleared = False

    def status(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._popen.poll()

    def terminate(self) -> None:
        """Ask it to stop."""
        self._popen.terminate()

    def kill(self) -> None:
        """End it and whatever it started and left in its session; a second call does nothing."""
        if self._is_cleared:
            return  # by now the number may belong to somebody else
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._is_cleared = True

    def last_words(self, lines: int = 5) -> str:
        """The end of its log."""
        if self.program.log is None:
            return ""
        text = self.program.log.read_text(errors="replace")
        return "\n".join(text.rstrip().splitlines()[-lines:])


def _output(log: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if log is None else log.open("ab")


def describe_exit(status: int) -> str:
    """An exit status in words."""
    if status < 0:
        return f"was ended by {signal.Signals(-status).name}"
    return f"ended with status {status}"
