"""State of the process after preloading."""

from __future__ import annotations

import subprocess
import sys


def test_a_job_finds_all_imported_and_no_thread_that_a_fork_would_lose() -> None:
    code = (
        "import os; os.environ['OPENBLAS_NUM_THREADS'] = '1'\n"
        "import sys, worker.rq_worker; from worker.preload import preload; preload()\n"
        "before = set(sys.modules); preload()\n"
        "threads = len(os.listdir('/proc/self/task'))\n"
        "sys.exit(before != set(sys.modules) or 'numpy.random' not in before or threads != 1)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
