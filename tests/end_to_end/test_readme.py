"""The two commands of the README; tests.end_to_end.test_pages runs the rest."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.end_to_end.running_service import ROOT
from tests.eventually import eventually
from tests.ports import free_port

README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a checkout that is set up, as by the first command."""
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
