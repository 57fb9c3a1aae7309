import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.processes import family, known
from trainlet.local.process import Process, Program, describe_exit

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")

STARTS_ANOTHER = (
    sys.executable,
    "-c",
    "import subprocess, sys; subprocess.run(sys.argv[1:])",
    *SLEEP,
)

SUPERVISOR = """
import os, sys, time
from pathlib import Path
from trainlet.local.process import Process, Program
Process(Program("sleeper", tuple(sys.argv[1:]), Path.cwd(), os.environ))
time.sleep(600)
"""


def program(command: tuple[str, ...], folder: Path, **environment: str) -> Program:
    return Program("one", command, folder, environment, log=folder / "one.log")


def ended(process: Process) -> int:
    eventually(lambda: process.status() is not None, what="the end of the process")
    status = process.status()
    assert status is not None
    return status


def test_it_runs_in_its_folder_and_environment_and_prints_to_its_log(tmp_path: Path) -> None:
    code = "import os; print(os.getcwd(), os.environ['WORD'], sorted(os.environ)[0])"
    process = Process(program((sys.executable, "-c", code), tmp_path, WORD="yes", LC_ALL="C"))
    assert ended(process) == 0
    assert process.last_words().startswith(f"{tmp_path} yes LC_")


def test_the_log_goes_on_where_it_ended(tmp_path: Path) -> None:
    for word in ("first", "second"):
        ended(Process(program((sys.executable, "-c", f"print('{word}')"), tmp_path)))
    assert (tmp_path / "one.log").read_text().split() == ["first", "second"]


def test_its_last_words_are_the_end_of_its_log(tmp_path: Path) -> None:
    process = Process(program((sys.executable, "-c", "for i in range(99): print(i)"), tmp_path))
    ended(process)
    assert process.last_words(lines=2) == "97\n98"


def test_it_leads_a_session_of_its_own_and_hears_every_signal(tmp_path: Path) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        process = Process(program(SLEEP, tmp_path))
        assert os.getsid(process.pid) == process.pid
        process.terminate()
        assert ended(process) == -signal.SIGTERM
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def test_killing_it_ends_what_it_started(tmp_path: Path) -> None:
    process = Process(program(STARTS_ANOTHER, tmp_path))
    eventually(lambda: len(family(process.pid)) == 2, what="the second process")
    both = family(process.pid)
    process.kill()
    eventually(lambda: not any(each.alive for each in both), what="the end of both")


def test_killing_it_twice_leaves_a_later_owner_of_its_number_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    process = Process(program(SLEEP, tmp_path))
    process.kill()
    monkeypatch.setattr(os, "killpg", lambda *ids: pytest.fail(f"killed {ids}"))
    process.kill()


def test_it_dies_with_the_process_that_started_it() -> None:
    parent = subprocess.Popen([sys.executable, "-c", SUPERVISOR, *SLEEP])
    eventually(lambda: len(family(parent.pid)) == 2, what="the process it starts")
    child = known(family(parent.pid)[1].id)
    parent.kill()
    parent.wait()
    eventually(lambda: not child.alive, what="the end of the child")


@pytest.mark.parametrize(
    ("status", "expected"), [(3, "exited with status 3"), (-9, "was killed by SIGKILL")]
)
def test_an_exit_status_in_words(status: int, expected: str) -> None:
    assert describe_exit(status) == expected
