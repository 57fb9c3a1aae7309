import os
from pathlib import Path

import pytest

from trainlet.errors import ConflictError, ServiceUnavailableError
from trainlet.local import directory
from trainlet.local.directory import DataDirectory


@pytest.fixture(autouse=True)
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "TIMEOUT_SECONDS", 0.0)


def test_it_is_made_for_this_user_alone(tmp_path: Path) -> None:
    with DataDirectory(str(tmp_path / "new" / "data")) as data:
        assert data.path.stat().st_mode & 0o777 == 0o700
        assert data.folder("valkey").stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_could_enter_is_closed(tmp_path: Path) -> None:
    (tmp_path / "valkey").mkdir(mode=0o755)
    with DataDirectory(str(tmp_path)) as data:
        assert data.folder("valkey").stat().st_mode & 0o777 == 0o700


def test_only_one_at_a_time_and_the_other_learns_who_has_it(tmp_path: Path) -> None:
    message = rf"{tmp_path} is in use by process {os.getpid()}; .* TRAINLET_DATA_DIR"
    with (
        DataDirectory(str(tmp_path)),
        pytest.raises(ConflictError, match=message),
        DataDirectory(str(tmp_path)),
    ):
        pass


def test_it_is_free_again_once_left(tmp_path: Path) -> None:
    for _ in range(2):
        with DataDirectory(str(tmp_path)):
            pass


def test_it_stays_taken_while_a_process_holds_the_lock_it_was_given(tmp_path: Path) -> None:
    with DataDirectory(str(tmp_path)) as data:
        inherited = os.dup(data.lock)
    with pytest.raises(ConflictError), DataDirectory(str(tmp_path)):
        pass
    os.close(inherited)
    with DataDirectory(str(tmp_path)):
        pass


def test_where_it_cannot_be_written_the_way_out_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    message = (
        r"cannot write to the data directory .*file/data: Not a directory; .*TRAINLET_DATA_DIR"
    )
    with (
        pytest.raises(ServiceUnavailableError, match=message),
        DataDirectory(str(tmp_path / "file" / "data")),
    ):
        pass


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "logs").touch()
    with (
        DataDirectory(str(tmp_path)) as data,
        pytest.raises(ServiceUnavailableError, match="cannot write to"),
    ):
        data.folder("logs")
