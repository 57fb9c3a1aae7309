"""Any user can run the service, with a read-only file system except for the data directory."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from tests.durability.asking import ask
from tests.durability.room import Room, is_possible
from tests.eventually import eventually
from tests.ports import free_port
from tests.worker.specs import job
from trainlet.config import to_json

pytestmark = pytest.mark.skipif(not is_possible(), reason="needs namespaces of users")

NOBODY_IN_PARTICULAR = 12345


def test_a_user_without_a_name_or_home_trains_where_nothing_else_can_be_written(
    tmp_path: Path,
) -> None:
    requested = partial(ask, free := free_port())
    data = tmp_path / "data"
    environment = {
        "TRAINLET_PORT": str(free),
        "TRAINLET_DATA_DIR": str(data),
        "TRAINLET_WORKERS": "1",
        "HOME": "/nowhere",
        "TMPDIR": str(data),
    }
    data.mkdir()

    def is_ready() -> bool:
        try:
            status, response = requested("GET", "/readyz")
        except OSError:
            return False
        return status == 200 and response["workers"] == 1

    with Room(data, "64m", environment, NOBODY_IN_PARTICULAR) as room:
        room.freeze()
        room.start("trainlet.cli up")
        eventually(is_ready, what="all is ready")
        accepted = requested("POST", "/v1/jobs", to_json(job()))[1]
        assert requested("GET", f"/v1/jobs/{accepted['id']}?wait=30")[1]["status"] == "succeeded"
        response = requested("POST", "/v1/models/circles/predict", {"points": [[1.0, 3.0]]})
        assert response[0] == 200
