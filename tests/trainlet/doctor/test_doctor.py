"""The doctor reports each problem with advice."""

from __future__ import annotations

import http.server
import json
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from click.testing import CliRunner

from tests.valkey import Valkey
from trainlet import __version__
from trainlet.cli import main
from trainlet.doctor import CHECKS, Finding
from trainlet.doctor.redis import check_redis
from trainlet.doctor.service import check_keys, check_machine, check_service
from trainlet.doctor.store import check_store
from trainlet.doctor.traces import check_traces
from trainlet.queue import Queue, connect
from trainlet.settings import Settings
from trainlet.store import Store

Check = Callable[[Settings], Iterator[Finding]]


def levels(check: Check, settings: Settings) -> dict[str, str]:
    results = list(check(settings))
    assert all(finding.advice or finding.level == "well" for finding in results)
    return {finding.what: finding.level for finding in results}


@pytest.fixture
def settings(valkey: Valkey, store: Store) -> Settings:
    return Settings(redis_url=valkey.url, blob_url=store.blobs.root.as_uri(), workers=1)


def test_a_store_that_can_be_written_is_left_as_it_was(settings: Settings, store: Store) -> None:
    [finding] = check_store(settings)
    assert "0 jobs" in finding.detail
    assert store.blobs.names("keys") == []


@pytest.mark.parametrize("url", ["file:///dev/null/blobs", "file:///proc/blobs"])
def test_a_store_that_is_not_there_is_reported(url: str) -> None:
    assert levels(check_store, Settings(blob_url=url)) == {f"blob store {url}": "wrong"}


def test_little_room_and_a_slow_disk_are_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.doctor.store.MIN_FREE_BYTES", 2**70)
    monkeypatch.setattr("trainlet.doctor.store.SLOW_SECONDS", 0.0)
    assert [finding.level for finding in check_store(settings)] == ["warning", "warning"]


def test_redis_that_forgets_and_has_no_workers_is_reported(
    settings: Settings, valkey: Valkey
) -> None:
    results = {(finding.what, finding.level) for finding in check_redis(settings)}
    assert results == {("Redis", "well"), ("Redis", "warning"), ("workers", "wrong")}
    queue = Queue(connect(valkey.url))
    queue.greet("a worker")
    queue.submit("0" * 31 + "1")
    assert levels(check_redis, settings)["workers"] == "warning"  # it has waited since 1970


@pytest.mark.parametrize("url", [None, "redis://127.0.0.1:1/0"])
def test_redis_that_is_not_there_is_reported(url: str | None, tmp_path: Path) -> None:
    settings = Settings(redis_url=url, data_dir=str(tmp_path))
    assert levels(check_redis, settings) == {"Redis": "wrong"}


def test_who_can_request_is_reported(store: Store) -> None:
    def level(**changes: Any) -> str:
        settings = Settings(blob_url=store.blobs.root.as_uri(), **changes)
        return levels(check_keys, settings)["API keys"]

    assert level() == "well"
    assert level(host="0.0.0.0", auth="off") == "warning"
    assert level(host="0.0.0.0") == "wrong"
    api_key, _ = store.api_keys.create("ci", ["read"])
    assert level(host="0.0.0.0") == "well"
    store.api_keys.revoke(api_key.id)
    assert level(host="0.0.0.0") == "wrong"


def test_more_workers_than_cores_are_reported(settings: Settings) -> None:
    assert levels(check_machine, settings) == {"machine": "well"}
    assert levels(check_machine, Settings(workers=256)) == {"machine": "warning"}


class Ready(http.server.BaseHTTPRequestHandler):
    version = __version__

    def do_GET(self) -> None:
        body = json.dumps({"version": self.version}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def test_a_service_that_responses_or_not_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), Ready) as server:
        settings = Settings(port=server.server_port)
        Thread(target=server.serve_forever, args=(0.01,)).start()
        try:
            assert levels(check_service, settings) == {"API": "well"}
            monkeypatch.setattr(Ready, "version", "0.0.1")
            assert levels(check_service, settings) == {"API": "warning"}
        finally:
            server.shutdown()
    assert levels(check_service, settings) == {"API": "wrong"}


def test_every_check_is_made(settings: Settings) -> None:
    checks: list[Check] = [check_machine, check_store, check_redis, check_keys]
    assert list(CHECKS) == [*checks, check_service, check_traces]


def test_the_command_reports_it_in_lines_and_by_its_exit_code(tmp_path: Path) -> None:
    environment = {"TRAINLET_DATA_DIR": str(tmp_path), "TRAINLET_PORT": "nonsense"}
    done = CliRunner().invoke(main, ["doctor"], env=environment)
    assert done.exit_code == 1
    assert "✗ settings: TRAINLET_PORT='nonsense' must be an integer" in done.stdout
    assert "  → correct these variables" in done.stdout


def test_traces_are_looked_at_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    name, settings = "OTEL_EXPORTER_OTLP_ENDPOINT", Settings()
    monkeypatch.delenv(name, raising=False)
    assert levels(check_traces, settings) == {}
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv(name, f"http://127.0.0.1:{server.getsockname()[1]}")
        assert levels(check_traces, settings) == {"traces": "well"}
    assert levels(check_traces, settings) == {"traces": "warning"}
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    assert levels(check_traces, settings) == {"traces": "wrong"}
