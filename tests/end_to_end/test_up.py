"""`trainlet up` with real processes: start, restarts and cleanup."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.running_service import RunningService
from tests.eventually import eventually
from tests.processes import Known, children, family, known

SECONDS = 30


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    with RunningService(tmp_path_factory.mktemp("up")) as service:
        eventually(lambda: "Ready in" in service.log.read_text(), SECONDS, "word of it")
        yield service


def pids(service: RunningService) -> dict[str, int]:
    """Return the processes that `up` printed, by name."""
    lines = re.findall(r"started (\S+) +process (\d+)", service.log.read_text())
    return {name: int(number) for name, number in lines}


def gone(processes: list[Known]) -> None:
    eventually(
        lambda: not [each for each in processes if each.alive], SECONDS, f"the end of {processes}"
    )


def sockets(service: RunningService) -> list[Path]:
    return [path for path in service.folder.rglob("*") if path.is_socket()]


def test_it_reports_what_it_started_and_a_call_that_works(
    up: RunningService, tmp_path: Path
) -> None:
    output = up.log.read_text()
    assert list(pids(up)) == ["valkey", "worker-1", "worker-2", "service"]
    assert re.search(rf"Ready in \d+\.\d s: {up.url}\n", output)
    call = re.search(r"^curl .*?'$", output, re.MULTILINE | re.DOTALL)
    assert call is not None
    response = tmp_path / "answer.json"
    subprocess.run(["sh", "-c", f"{call[0]} -so {response}"], check=True)
    assert '"status":"queued"' in response.read_text().replace('": "', '":"')


@pytest.mark.parametrize("name", ["valkey", "worker-1", "service"])
def test_a_killed_process_comes_back_and_jobs_still_end(up: RunningService, name: str) -> None:
    victim = known(pids(up)[name])
    lost = family(victim.id)
    os.kill(victim.id, signal.SIGKILL)
    gone(lost)
    eventually(lambda: len(children(up.process.pid)) == 4, SECONDS, f"another {name}")
    eventually(up.is_ready, SECONDS, f"readiness after {name} was killed")
    assert up.train(job_of(epochs=2))["status"] == "succeeded"
    assert f"{name} was killed by SIGKILL; restarting in 0.5 s" in up.log.read_text()


def test_a_second_one_on_the_same_data_states_who_has_it(up: RunningService) -> None:
    second = RunningService(up.folder).spawn("up", stderr=subprocess.PIPE)
    _, output = second.communicate(timeout=SECONDS)
    line = output.decode()
    assert second.returncode == 5
    assert f"in use by process {up.process.pid}; " in line
    assert line.count("\n") == 1


def test_a_worker_computes_on_one_thread(up: RunningService) -> None:
    worker = next(each for each in children(up.process.pid) if "-m worker" in each.command)
    assert worker.environment["OPENBLAS_NUM_THREADS"] == "1"
    assert worker.environment["OMP_NUM_THREADS"] == "1"
    assert worker.threads == 1


def test_killed_it_leaves_nothing_and_requested_to_stop_not_even_a_socket(tmp_path: Path) -> None:
    with RunningService(tmp_path) as first:
        job = first.submit(job_of(epochs=100_000))
        eventually(lambda: status(first, job) == "running", SECONDS, "a job that runs")
        processes = family(first.process.pid)
        assert len(processes) >= 7, "itself, valkey, two workers, a child, the API and its own"
        first.process.kill()
        gone(processes)
    with RunningService(tmp_path) as second:
        eventually(lambda: status(second, job) == "running", SECONDS, "the same job, gone on with")
        processes = family(second.process.pid)
        assert len(sockets(second)) == 1
        second.process.send_signal(signal.SIGINT)
        assert second.process.wait(SECONDS) == 0
        assert not [each for each in processes if each.alive]
        assert not sockets(second)
        assert second.log.read_text().endswith("Stopped.\n")


def status(service: RunningService, job: dict[str, Any]) -> str:
    return str(service.http.get(job["links"]["self"]).json()["status"])


def job_of(epochs: int) -> dict[str, Any]:
    return {
        "architecture": {"layers": [{"type": "dense", "units": 1, "activation": "sigmoid"}]},
        "dataset": {"source": "four_circles"},
        "training": {"epochs": epochs},
    }
