from __future__ import annotations

import json
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from tests.trainlet.cli.demo.service import ID, FakeService, inside
from trainlet.cli import main
from trainlet.cli.demo.command import FRESH, JOB, curl, run
from trainlet.client import Client, JobFailedError


def ran(service: FakeService, png: Path, terminal: bool = False) -> str:
    out = StringIO()
    console = Console(file=out, force_terminal=terminal, width=80, height=50)
    with Client("http://service.test", transport=service) as client:
        run(client, console, png)
    return out.getvalue()


@pytest.fixture
def png(tmp_path: Path) -> Path:
    return tmp_path / "plane.png"


def test_it_reports_the_accuracy_beside_the_majority(png: Path) -> None:
    def mostly(point: list[float]) -> float:
        return 0.0 if point[0] > 3.9 else float(inside(point))

    output = ran(FakeService(response=mostly), png)
    assert "accuracy       100.0%" in output
    assert "majority class  6" in output


def test_it_draws_the_circles(png: Path) -> None:
    drawn = [
        line for line in ran(FakeService(), png).splitlines() if line and set(line) <= {"#", "."}
    ]
    assert len(drawn) == 32
    assert all(len(line) == 64 for line in drawn)
    assert (drawn[8][16], drawn[8][48], drawn[24][16], drawn[16][32]) == ("#", "#", "#", ".")
    assert png.read_bytes().startswith(b"\x89PNG")


def test_in_a_terminal_it_draws_blocks(png: Path) -> None:
    assert "▀" in ran(FakeService(), png, terminal=True)


def test_the_curl_commands_repeat_the_job(png: Path) -> None:
    service = FakeService()
    assert curl("http://service.test", ID) in ran(service, png)
    assert service.submitted == JOB
    assert JOB["dataset"]["source"]["seed"] != FRESH.seed


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_job_that_fails_fails_the_demo(status: str, png: Path) -> None:
    with pytest.raises(JobFailedError, match=status):
        ran(FakeService(status), png)
    assert not png.exists()


def test_a_network_that_learned_nothing_fails_the_demo(png: Path) -> None:
    with pytest.raises(click.ClickException, match="majority"):
        ran(FakeService(response=lambda point: 0.0), png)


def test_json_output_has_only_the_document(png: Path) -> None:
    arguments = ["demo", "--json", "--png", str(png)]
    result = CliRunner().invoke(main, arguments, obj=FakeService())
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert (document["job"]["id"], document["png"]) == (ID, str(png))
    assert document["fresh"] == {
        "points": 2000,
        "accuracy": 1.0,
        "majority": pytest.approx(0.6, abs=0.05),
    }
    assert "running: epoch 100/200" in result.stderr


def test_an_unreachable_api_is_reported() -> None:
    result = CliRunner().invoke(main, ["demo", "--url", "http://127.0.0.1:1"])
    assert result.exit_code == 6
    assert result.output.startswith("Error: cannot reach the API at http://127.0.0.1:1")
    assert "trainlet up" in result.output


def test_the_settings_determine_the_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINLET_HOST", "::1")
    monkeypatch.setenv("TRAINLET_PORT", "1")
    assert "http://[::1]:1" in CliRunner().invoke(main, ["demo"]).output


def test_the_calls_to_repeat_it_are_shell(tmp_path: Path) -> None:
    (tmp_path / "curl").write_text('#!/bin/sh\nprintf "%s\\0" "$@"\n')
    (tmp_path / "curl").chmod(0o755)
    environment: Any = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    script = curl("http://a:1", ID).encode()
    out = subprocess.run(["sh"], input=script, capture_output=True, env=environment, check=True)
    arguments = out.stdout.decode().split("\0")
    assert arguments[0] == "http://a:1/v1/jobs"
    assert json.loads(arguments[4]) == JOB
    assert arguments[5] == f"http://a:1/v1/jobs/{ID}?wait=30"
    assert json.loads(arguments[-2]) == {"points": [[1.0, 3.0], [2.0, 2.0]]}
