"""Program definition and its running process."""

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
    """Definition of a program to run.

    `place` is its address, for display. `log` receives its output; without it the program inherits
    the supervisor's output. `ready` checks whether it can work; without it, it counts as ready when
    started. The open files in `held` stay open while the process lives. A program that runs `once`
    is not restarted when it exits.
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
    """Running program in its own session. It dies with this process."""

    def __init__(self, program: Program) -> None:
        self.program = program
        supervisor = os.getpid()

        def prepare() -> None:
            die_with_parent(supervisor)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())

        # In its own session Ctrl-C does not reach it, so the supervisor stops it in order.
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
                preexec_fn=prepare,  # noqa: PLW1509  # this process has no threads
            )
        self.pid = self._popen.pid
        self._is_cleared = False

    def status(self) -> int | None:
        """Return the exit status, negative for a signal; None while it runs."""
        return self._popen.poll()

    def terminate(self) -> None:
        """Send SIGTERM."""
        self._popen.terminate()

    def kill(self) -> None:
        """Kill the process and its session. A second call does nothing."""
        if self._is_cleared:
            return  # another process may have the id by now
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()
        self._is_cleared = True

    def last_words(self, lines: int = 5) -> str:
        """Return the last lines of the log."""
        if self.program.log is None:
            return ""
        text = self.program.log.read_text(errors="replace")
        return "\n".join(text.rstrip().splitlines()[-lines:])


def _output(log: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if log is None else log.open("ab")


def describe_exit(status: int) -> str:
    """Describe an exit status."""
    if status < 0:
        return f"was killed by {signal.Signals(-status).name}"
    return f"exited with status {status}"
