import socket
from pathlib import Path

from click.testing import CliRunner, Result

from trainlet.cli import main


def up(**environment: str) -> Result:
    return CliRunner().invoke(main, ["up"], env=environment)


def test_every_wrong_setting_has_a_line() -> None:
    answer = up(TRAINLET_PORT="x", TRAINLET_WORKERS="0")
    assert answer.exit_code == 3
    assert answer.output == (
        "Error: TRAINLET_PORT='x' must be an integer from 1 to 65535\n"
        "TRAINLET_WORKERS=0 must be an integer from 1 to 256\n"
    )


def test_a_taken_port_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        number = server.getsockname()[1]
        answer = up(TRAINLET_PORT=str(number), TRAINLET_DATA_DIR=str(tmp_path / "data"))
    assert answer.exit_code == 5
    assert answer.output.startswith(f"Error: port {number} of 127.0.0.1 is taken; ")
    assert answer.output.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_a_directory_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = str(free.getsockname()[1])
    answer = up(TRAINLET_PORT=number, TRAINLET_DATA_DIR=str(tmp_path / "file"))
    assert answer.exit_code == 6
    assert answer.output.startswith("Error: cannot write to the data directory")
    assert answer.output.count("\n") == 1
