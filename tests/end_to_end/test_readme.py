"""The two commands of the README, and its list of calls; tests.end_to_end.pages runs the rest."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.house import ROOT, House
from tests.eventually import eventually
from tests.ports import free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


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
