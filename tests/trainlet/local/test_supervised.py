import re
import sys
from pathlib import Path

import pytest

from tests.eventually import eventually
from trainlet.local import supervised
from trainlet.local.process import Program
from trainlet.local.supervised import SupervisedProcess


def delays(charge: SupervisedProcess, crashes: int) -> list[float]:
    """Return the announced delays in seconds after each of several crashes."""
    messages = []
    for _ in range(crashes):
        eventually(lambda: charge.process.status() is not None, what="the crash")
        line = charge.look()
        assert line is not None
        messages.append(float(re.findall(r"restarting in (\S+) s", line)[0]))
        charge.due = 0.0  # its time has come
        charge.look()
    charge.process.kill()
    return messages


@pytest.fixture
def crashing(tmp_path: Path) -> SupervisedProcess:
    command = (sys.executable, "-c", "raise SystemExit(1)")
    return SupervisedProcess(Program("one", command, tmp_path, {}, log=tmp_path / "log"))


def test_delays_grow_to_a_limit(
    crashing: SupervisedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "MAX_DELAY_SECONDS", 1.5)
    assert delays(crashing, 4) == [0.5, 1.0, 1.5, 1.5]


def test_a_crash_after_a_steady_life_counts_as_the_first(
    crashing: SupervisedProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervised, "STABLE_SECONDS", 0.0)
    assert delays(crashing, 3) == [0.5, 0.5, 0.5]
