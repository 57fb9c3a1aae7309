"""Every command of the README does, as printed, what the README says.

Only the port differs: tests take a free one.
"""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.end_to_end.house import ROOT, House
from tests.eventually import eventually
from tests.ports import free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")
PRINTED = "127.0.0.1:8000"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def shell(house: House, folder: Path, command: str) -> Any:
    """What a command answers when it is run as printed, in a folder of its own."""
    command = command.replace(PRINTED, f"127.0.0.1:{house.port}")
    ran = subprocess.run(["sh", "-c", command], capture_output=True, check=True, cwd=folder)
    return json.loads(ran.stdout)


def holds(answer: Any, printed: Any, path: str = "") -> None:
    """What is printed stands in the answer too, but for what is another in every run."""
    if isinstance(printed, dict):
        for name, value in printed.items():
            if name not in ("…", "id"):
                holds(answer[name], value, f"{path}/{name}")
    elif isinstance(printed, list):
        assert len(answer) == len(printed), path
        for index, value in enumerate(printed):
            holds(answer[index], value, f"{path}/{index}")
    elif isinstance(printed, float):
        assert answer == pytest.approx(printed, abs=0.1), path
    else:
        assert answer == printed, path


def test_calls_answer_what_is_printed(house: House, tmp_path: Path) -> None:
    calls = [block for block in blocks("sh") if block.startswith("curl")]
    answers = [json.loads(block) for block in blocks("json")]
    assert len(calls) == len(answers) == 4
    for call, answer in zip(calls, answers, strict=True):
        holds(shell(house, tmp_path, call), answer)


def test_python_prints_what_is_printed(house: House) -> None:
    (code,), (printed,) = blocks("python"), blocks("text")
    code = code.replace(PRINTED, f"127.0.0.1:{house.port}")
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=ROOT)
    assert ran.stdout.decode() == printed


def test_listed_calls_are_those_of_the_service(house: House) -> None:
    listed = {
        (method.lower(), path)
        for row in re.findall(r"^\| (`(?:GET|POST|PUT|DELETE).*?) \|", README, re.MULTILINE)
        for method, path in re.findall(r"`([A-Z]+) (\S+)`", row)
    }
    paths = house.http.get("/openapi.json").json()["paths"]
    served = {
        (method, path)
        for path, about in paths.items()
        for method in about
        if method != "parameters"
    }
    assert listed == served


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout in which everything is set up: what the first command makes is there already."""
    for name in ("scripts", "service", "trainlet", "worker", "requirements.lock"):
        (tmp_path / name).symlink_to(ROOT / name)
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    (tmp_path / ".venv" / "requirements.lock").symlink_to(ROOT / "requirements.lock")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "sign"),
    [("scripts/up", "Ready in"), ("scripts/up --demo", "accuracy")],
)
def test_the_first_command_starts_everything(
    command: str, sign: str, checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert f"```sh\n{command}\n```" in README or f"`{command}`" in README
    port, log = free_port(), checkout / "log"
    monkeypatch.setenv("TRAINLET_PORT", str(port))
    with log.open("wb") as out, subprocess.Popen(command.split(), cwd=checkout, stdout=out) as up:
        try:
            eventually(lambda: sign in log.read_text(), 60, f"{sign} in {log}")
            assert httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).is_success
        finally:
            up.send_signal(signal.SIGTERM)
    assert up.returncode == 0


def test_the_second_command_is_what_runs_these_tests() -> None:
    assert "scripts/test\n" in blocks("sh")
    assert "pytest" in (ROOT / "scripts" / "test").read_text(encoding="utf-8")
