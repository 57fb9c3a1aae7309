"""API whose uploads are read at once, as a worker reads them."""

from __future__ import annotations

import httpx
import pytest

from tests.valkey import Valkey
from trainlet.queue import BackgroundTask, Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner


class ReadingApi(httpx.BaseTransport):
    """Transport that reads each uploaded file after the response."""

    def __init__(self, api: httpx.BaseTransport, runner: TaskRunner) -> None:
        self._api, self._runner = api, runner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._api.handle_request(request)
        path = request.url.path
        reads = path == "/v1/datasets" or (path.startswith("/v1/datasets/") and "/read" in path)
        if request.method == "POST" and reads and response.is_success:
            response.read()
            self._runner.run(BackgroundTask("read", response.json()["id"]))
        return response


@pytest.fixture
def reading_api(api: httpx.WSGITransport, valkey: Valkey, store: Store) -> ReadingApi:
    settings = Settings(redis_url=valkey.url)
    return ReadingApi(api, TaskRunner(store, Queue(connect(valkey.url), 10), settings))
