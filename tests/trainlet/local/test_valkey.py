import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from redis import Redis

from tests.eventually import eventually
from trainlet.errors import ServiceUnavailableError
from trainlet.local.directory import DataDirectory
from trainlet.local.process import Process, Program
from trainlet.local.valkey import valkey


@contextmanager
def running(program: Program) -> Iterator[Process]:
    process = Process(program)
    try:
        assert program.ready is not None
        eventually(program.ready, what="Valkey answers")
        yield process
    finally:
        process.kill()


@pytest.fixture(params=["data", "da ta?", "deep/" * 25], ids=["plain", "odd", "long"])
def data(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[DataDirectory]:
    with DataDirectory(str(tmp_path / request.param)) as directory:
        yield directory


def test_it_serves_a_socket_wherever_the_data_directory_lies(data: DataDirectory) -> None:
    program = valkey(data, data.path, {})
    with running(program), Redis.from_url(f"unix://{quote(program.place)}") as redis:
        assert redis.ping()
        assert redis.config_get("port") == {"port": "0"}
        assert Path(program.place).stat().st_mode & 0o777 == 0o700


def test_what_was_written_outlives_a_killed_server(tmp_path: Path) -> None:
    with DataDirectory(str(tmp_path)) as data:
        program = valkey(data, data.path, {})
        with running(program), Redis.from_url(f"unix://{program.place}") as redis:
            redis.set("name", "value")
        with running(program), Redis.from_url(f"unix://{program.place}") as redis:
            assert redis.get("name") == b"value"


def test_it_removes_its_socket_when_it_is_requested_to_stop(tmp_path: Path) -> None:
    with DataDirectory(str(tmp_path)) as data:
        program = valkey(data, data.path, {})
        with running(program) as process:
            process.terminate()
            eventually(lambda: process.status() is not None, what="the end of Valkey")
            assert process.status() == 0
        assert not Path(program.place).exists()


def test_a_server_that_still_runs_keeps_the_directory_taken(tmp_path: Path) -> None:
    with DataDirectory(str(tmp_path)) as data:
        process = Process(valkey(data, data.path, {}))
    # Seen by another program, as locks of one program do not keep itself out.
    command = ["flock", "--nonblock", str(tmp_path / "lock"), "true"]
    assert subprocess.run(command, check=False).returncode == 1
    process.kill()
    assert subprocess.run(command, check=False).returncode == 0


def test_without_a_binary_for_this_machine_the_way_out_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "abacus")
    with (
        DataDirectory(str(tmp_path)) as data,
        pytest.raises(ServiceUnavailableError, match="TRAINLET_REDIS_URL"),
    ):
        valkey(data, data.path, {})
