"""A supervisor in a separate process, with small programs instead of the real ones."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.eventually import eventually
from tests.processes import Known, family
from trainlet.errors import ServiceUnavailableError
from trainlet.local import supervisor
from trainlet.local.process import Program
from trainlet.local.supervisor import Supervisor

SUPERVISOR = """
import json, os, sys
from pathlib import Path
from trainlet.local.process import Program
from trainlet.local.supervisor import Supervisor
from trainlet.errors import ServiceUnavailableError

folder = Path(sys.argv[1])

def program(name, code, once=False, wait=True):
    sign = folder / f"{name}.ready"
    return Program(
        name, (sys.executable, "-c", code), folder, os.environ,
        log=folder / f"{name}.log", ready=sign.exists if wait else None, once=once,
    )

try:
    with Supervisor(lambda line: print(line, flush=True)) as supervisor:
        for stage in json.loads(sys.argv[2]):
            supervisor.start([program(**each) for each in stage])
        print("ready", flush=True)
        supervisor.watch()
    print("stopped", flush=True)
except ServiceUnavailableError as error:
    print(f"unavailable: {error}", flush=True)
"""

STEADY = """
import pathlib, signal, sys, time
def end(*_):
    with open("order", "a") as order: order.write("NAME ends\\n")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
with open("order", "a") as order: order.write("NAME starts\\n")
pathlib.Path("NAME.ready").touch()
while True: time.sleep(1)
"""

DEAF = STEADY.replace("signal.SIGTERM, end", "signal.SIGTERM, signal.SIG_IGN")


def steady(name: str, code: str = STEADY) -> dict[str, object]:
    return {"name": name, "code": code.replace("NAME", name)}


class Run:
    """Running supervisor; `said` is its output so far."""

    def __init__(self, folder: Path, stages: list[list[dict[str, object]]]) -> None:
        self._output = folder / "output"
        self._order = folder / "order"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", SUPERVISOR, str(folder), json.dumps(stages)],
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        return self._output.read_text()

    @property
    def order(self) -> list[str]:
        return self._order.read_text().splitlines() if self._order.exists() else []

    def says(self, expected: str) -> None:
        eventually(lambda: expected in self.said, what=f"{expected!r}")

    def children(self) -> list[Known]:
        return family(self.process.pid)[1:]


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    runs: list[Run] = []

    def begin(*stages: list[dict[str, object]]) -> Run:
        runs.append(Run(tmp_path, list(stages)))
        return runs[-1]

    yield begin
    for run in runs:
        run.process.kill()
        run.process.wait()


def test_stages_start_in_order_and_stop_in_reverse(start: Start) -> None:
    run = start([steady("server")], [steady("worker")], [steady("api")])
    run.says("ready")
    run.process.terminate()
    assert run.process.wait(60) == 0
    assert run.order == [
        *(f"{name} starts" for name in ("server", "worker", "api")),
        *(f"{name} ends" for name in ("api", "worker", "server")),
    ]
    assert run.said == "ready\nstopped\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_of_these_signals_stops_all(start: Start, number: signal.Signals) -> None:
    run = start([steady("one"), steady("two")])
    run.says("ready")
    children = run.children()
    assert len(children) == 2
    run.process.send_signal(number)
    run.says("stopped")
    assert not any(child.alive for child in children)


def test_a_signal_while_starting_stops_what_has_started(start: Start) -> None:
    run = start([steady("server")], [{"name": "slow", "code": "import time; time.sleep(600)"}])
    eventually(lambda: len(run.children()) == 2, what="both programs")
    run.process.terminate()
    run.says("stopped")
    assert run.order == ["server starts", "server ends"]


def test_a_killed_supervisor_leaves_nothing_running(start: Start) -> None:
    run = start([steady("one")], [steady("two")])
    run.says("ready")
    children = run.children()
    run.process.kill()
    eventually(lambda: not any(child.alive for child in children), what="the end of all")


def test_a_crashed_program_is_started_again_and_later_each_time(start: Start) -> None:
    run = start([steady("one")])
    run.says("ready")
    first = run.children()[0]
    subprocess.run(["kill", "-9", str(first.id)], check=True)
    run.says("one was killed by SIGKILL; restarting in 0.5 s")
    eventually(lambda: run.order == ["one starts", "one starts"], what="a second start")
    subprocess.run(["kill", "-9", str(run.children()[0].id)], check=True)
    run.says("restarting in 1 s")
    run.process.terminate()
    run.says("stopped")


def test_what_a_crashed_program_left_after_goes_before_it_starts_again(start: Start) -> None:
    code = (
        "import pathlib, subprocess, sys, time\n"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "pathlib.Path('one.ready').touch()\n"
        "time.sleep(600)"
    )
    run = start([{"name": "one", "code": code}])
    run.says("ready")
    parent, child = run.children()
    subprocess.run(["kill", "-9", str(parent.id)], check=True)
    run.says("was killed by SIGKILL")
    eventually(lambda: not child.alive, what="the end of the child")


def test_a_program_that_ends_while_starting_is_reported_with_its_last_words(start: Start) -> None:
    broken: dict[str, object] = {"name": "broken", "code": "import sys; sys.exit('no such thing')"}
    run = start([steady("server")], [broken])
    run.says("unavailable: broken exited with status 1 during the start")
    run.process.wait(60)
    assert run.said.endswith("broken.log):\nno such thing\n")
    assert run.order == ["server starts", "server ends"]


def test_requested_twice_it_does_not_wait_for_a_program_that_will_not_stop(start: Start) -> None:
    run = start([steady("server")], [steady("deaf", DEAF)])
    run.says("ready")
    children = run.children()
    run.process.send_signal(signal.SIGINT)
    run.process.send_signal(signal.SIGTERM)
    run.says("stopped")
    assert not any(child.alive for child in children)


def test_a_program_that_runs_once_is_reported_if_it_fails_and_not_started_again(
    start: Start,
) -> None:
    fails: dict[str, object] = {
        "name": "demo",
        "code": "open('order', 'a').write('demo ran\\n'); raise SystemExit(4)",
        "once": True,
        "wait": False,
    }
    run = start([steady("server")], [fails])
    run.says("demo exited with status 4\n")
    run.process.terminate()
    run.says("stopped")
    assert run.order.count("demo ran") == 1


def test_a_program_that_runs_once_may_end_while_others_start(start: Start) -> None:
    ends: dict[str, object] = {"name": "demo", "code": "", "once": True, "wait": False}
    slow = STEADY.replace("import pathlib", "import time; time.sleep(0.5)\nimport pathlib")
    run = start([ends], [steady("api", slow)])
    eventually(lambda: "ready" in run.said or "unavailable" in run.said, what="an outcome")
    assert run.said == "ready\n"


def test_a_program_that_never_gets_ready_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "START_TIMEOUT_SECONDS", 0.1)
    command = (sys.executable, "-c", "import time; time.sleep(600)")
    mute = Program("mute", command, tmp_path, {}, log=tmp_path / "log", ready=lambda: False)
    with (
        pytest.raises(
            ServiceUnavailableError,
            match=f"mute did not get ready in time; see its log {tmp_path}/log",
        ),
        Supervisor(pytest.fail) as running,
    ):
        running.start([mute])
