from pathlib import Path

import pytest

from trainlet.errors import ServiceUnavailableError
from trainlet.local import stages as module
from trainlet.local.directory import DataDirectory
from trainlet.local.process import Program
from trainlet.local.stages import stages
from trainlet.settings import Settings


def staged(folder: Path, settings: Settings) -> list[list[Program]]:
    with DataDirectory(str(folder)) as data:
        return stages(settings, data, folder, {"HOME": "/home/me", "OMP_NUM_THREADS": "8"})


def names(results: list[list[Program]]) -> list[list[str]]:
    return [[program.name for program in stage] for stage in results]


def test_the_server_comes_first_and_the_api_last(tmp_path: Path) -> None:
    result = staged(tmp_path, Settings(workers=3))
    assert names(result) == [["valkey"], ["worker-1", "worker-2", "worker-3"], ["service"]]


def test_a_given_redis_takes_the_place_of_the_embedded_server(tmp_path: Path) -> None:
    result = staged(tmp_path, Settings(workers=1, redis_url="redis://elsewhere:6379"))
    assert names(result) == [[], ["worker-1"], ["service"]]
    assert result[1][0].environment["TRAINLET_REDIS_URL"] == "redis://elsewhere:6379"


def test_the_doors_learn_where_everything_is_and_compute_on_one_thread(tmp_path: Path) -> None:
    _, workers, services = staged(tmp_path, Settings(data_dir=str(tmp_path)))
    for program in (*workers, *services):
        environment = program.environment
        assert environment["HOME"] == "/home/me"
        assert environment["TRAINLET_REDIS_URL"] == f"unix://{tmp_path}/valkey/valkey.sock"
        assert environment["TRAINLET_BLOB_URL"] == f"file://{tmp_path}/blobs"
        assert environment["TRAINLET_DATA_DIR"] == str(tmp_path)
        assert environment["OPENBLAS_NUM_THREADS"] == environment["OMP_NUM_THREADS"] == "1"


def test_the_api_is_ready_when_it_responses_and_reported_by_its_address(tmp_path: Path) -> None:
    *_, (service,) = staged(tmp_path, Settings(port=8123))
    assert service.place == "http://127.0.0.1:8123"
    assert service.ready is not None


def test_without_a_checkout_there_is_nothing_to_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHECKOUT", tmp_path)
    with pytest.raises(ServiceUnavailableError, match="no packages service and worker"):
        staged(tmp_path, Settings())
