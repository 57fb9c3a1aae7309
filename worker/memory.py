"""Memory limit of a job process: a large job fails before the machine runs out of memory."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

FIRST_TO_GO = "500"
"""Score by which the OOM killer chooses this process before others (the default is 0)."""


def limit(size: int) -> None:
    """Limit further allocations of this process to `size` bytes; beyond it raises MemoryError."""
    used = int(_status("VmData")) * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = used + size
    bound = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, hard))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)


def _status(name: str) -> str:
    """Return a value of proc_pid_status(5) without its unit."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{name}:")]
    return line.split()[1]
