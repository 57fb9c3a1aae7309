import json
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from trainlet.cli import main
from trainlet.local.process import Program
from trainlet.local.supervisor import StopRequested


def up(**environment: str) -> Result:
    return CliRunner().invoke(main, ["up"], env=environment)


def test_each_invalid_setting_is_one_line() -> None:
    response = up(TRAINLET_PORT="x", TRAINLET_WORKERS="0")
    assert response.exit_code == 3
    assert response.output == (
        "Error: TRAINLET_PORT='x' must be an integer from 1 to 65535\n"
        "TRAINLET_WORKERS=0 must be an integer from 1 to 256\n"
    )


def test_a_used_port_is_reported_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        response = up(TRAINLET_PORT=str(number), TRAINLET_DATA_DIR=str(tmp_path / "data"))
    assert response.exit_code == 5
    assert response.output.startswith(f"Error: port {number} of 127.0.0.1 is in use; ")
    assert response.output.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_directory_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = str(free.getsockname()[1])
    response = up(TRAINLET_PORT=number, TRAINLET_DATA_DIR=str(tmp_path / "file"))
    assert response.exit_code == 6
    assert response.output.startswith("Error: cannot write to the data directory")
    assert response.output.count("\n") == 1


def test_the_demo_excludes_json() -> None:
    response = CliRunner().invoke(main, ["up", "--demo", "--json"])
    assert response.exit_code == 2
    assert "trainlet demo --json" in response.output


def test_in_json_each_event_is_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(supervisor: Any) -> None:
        raise StopRequested

    sleeps = (sys.executable, "-Sc", "import time; time.sleep(60)")
    program = Program("sleeper", sleeps, tmp_path, {})
    monkeypatch.setattr("trainlet.cli.up.stages", lambda *_: [[program]])
    monkeypatch.setattr("trainlet.local.supervisor.Supervisor.watch", stop)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = str(free.getsockname()[1])
    environment = {"TRAINLET_PORT": number, "TRAINLET_DATA_DIR": str(tmp_path / "data")}
    response = CliRunner().invoke(main, ["up", "--json"], env=environment)
    assert response.exit_code == 0, response.output
    begun, started, ready, stopped = map(json.loads, response.stdout.splitlines())
    assert [line["event"] for line in (begun, started, ready)] == ["begun", "started", "ready"]
    assert (started["name"], started["pid"] > 0) == ("sleeper", True)
    assert ready["url"] == f"http://127.0.0.1:{number}"
    assert stopped == {"event": "stopped"}
