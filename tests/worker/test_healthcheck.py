"""Liveness and readiness probes of a worker."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.worker.processes import ROOT, Workers
from worker.healthcheck import (
    HEALTHY,
    MAX_AGE_SECONDS,
    READY_AGE_SECONDS,
    HealthFile,
    main,
    problem,
)


def probe(file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "worker.healthcheck", *arguments],
        cwd=ROOT,
        env=os.environ | {"TRAINLET_HEALTH_FILE": str(file)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_worker_is_alive_until_it_stops_and_hangs_if_its_loop_does(
    workers: Workers, tmp_path: Path
) -> None:
    file = tmp_path / "alive"
    assert problem(file, ready=False)
    worker = workers.start(health_file=file)  # type: ignore[arg-type]
    eventually(file.exists, what="it says how it is")
    assert probe(file).returncode == probe(file, "--ready").returncode == 0
    os.kill(worker.pid, signal.SIGSTOP)
    long_ago = time.time() - MAX_AGE_SECONDS - 1
    os.utime(file, (long_ago, long_ago))
    hung = probe(file)
    assert hung.returncode == 1
    assert re.search(r"has not written the health file for 9\d seconds", hung.stderr)
    os.kill(worker.pid, signal.SIGCONT)
    eventually(lambda: problem(file, ready=True) is None, what="it goes on")
    os.kill(worker.pid, signal.SIGTERM)
    assert worker.wait() == 0
    assert list(tmp_path.glob("*alive*")) == []


def test_one_without_redis_or_a_store_is_alive_but_not_ready(tmp_path: Path) -> None:
    file = tmp_path / "alive"
    HealthFile(str(file)).say("cannot reconcile jobs: Redis is away")
    assert problem(file, ready=False) is None
    assert problem(file, ready=True) == "cannot reconcile jobs: Redis is away"
    HealthFile(str(file)).say()
    assert file.read_text() == HEALTHY
    assert problem(file, ready=True) is None
    a_while_ago = time.time() - READY_AGE_SECONDS - 1
    os.utime(file, (a_while_ago, a_while_ago))
    assert problem(file, ready=False) is None
    assert problem(file, ready=True) == "the worker has not written the health file for 16 seconds"


def test_where_it_cannot_write_a_worker_goes_on() -> None:
    HealthFile("/proc/alive").say()
    HealthFile(None).say()
    HealthFile(None).leave()


@pytest.mark.parametrize(
    ("file", "arguments"), [("", []), ("alive", []), ("/tmp/alive", ["--fine"])]
)
def test_what_cannot_be_reported_is_another_status(
    file: str, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRAINLET_HEALTH_FILE", file)
    assert main(arguments) == 2
