"""Memory: a job that takes too much of it shall fail, rather than the machine or its worker."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

FIRST_TO_GO = "500"
"""Where the system runs out of memory it ends processes with a higher number first; usual is 0."""


def limit(most: int) -> None:
    """Let this process allocate so many bytes more; beyond that it gets a MemoryError."""
    used = int(_status("VmData")) * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = used + most
    bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def _status(name: str) -> str:
    """A line of proc_pid_status(5), without its unit."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return line.split()[1]
