"""Programs in separate processes, forked from one that has imported them already.

They behave as with `python -m`, without the second that each would spend on imports, and without
the time in which a service creates its views and its OpenAPI document.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from multiprocessing import get_context, set_start_method

from trainlet.local.parent_death import die_with_parent

_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["tests.imported", "pytest"])


class Forked:
    """Process that runs a `main`, with the interface of subprocess.Popen."""

    def __init__(self, main: Callable[[], int], environment: dict[str, str]) -> None:
        self._process = _FORKS.Process(target=_run, args=(main, environment))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        status = self._process.exitcode
        assert status is not None, f"process {self.pid} has not ended after {timeout} s"
        return status

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        self._process.terminate()

    def kill(self) -> None:
        self._process.kill()


def _run(main: Callable[[], int], environment: dict[str, str]) -> None:
    die_with_parent(os.getppid())
    os.environ.clear()
    os.environ.update(environment)
    set_start_method(None, force=True)  # its own child processes use the default method
    sys.exit(main())
