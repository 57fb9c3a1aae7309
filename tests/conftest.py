"""Fixtures for all tests."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tests.end_to_end.running_service import RunningService
from tests.valkey import Valkey
from trainlet.store import Store

# Durations depend on the load of the machine, so no test depends on them.
hypothesis.settings.register_profile("trainlet", deadline=None)
hypothesis.settings.load_profile("trainlet")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="kill 200 times, not for some seconds")
    parser.addoption("--kserve", help="an interpreter that has KServe's client")
    parser.addoption("--pytorch", help="an interpreter that has PyTorch and safetensors")
    parser.addoption("--presets", action="store_true", help="train the presets that take long too")
    parser.addoption("--seeds", action="store_true", help="train each preset from 20 seeds")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the tables that tests have recorded."""
    for report in terminalreporter.getreports("passed") + terminalreporter.getreports("failed"):
        for name, text in report.user_properties:
            terminalreporter.section(name)
            terminalreporter.write_line(str(text))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for name in ("presets", "seeds"):
        if config.getoption(f"--{name}"):
            continue
        skip = pytest.mark.skip(reason=f"takes long; run by scripts/test --{name}")
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[Valkey]:
    """Return a server for the whole session; use `valkey` for an empty one."""
    with tempfile.TemporaryDirectory(prefix="trainlet-") as folder:
        valkey = Valkey(Path(folder))
        valkey.start()
        yield valkey
        valkey.kill()


@pytest.fixture
def valkey(valkey_server: Valkey) -> Valkey:
    valkey_server.redis.flushall()
    return valkey_server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store((tmp_path / "blobs").as_uri())


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    """Return a complete local installation, started once for all end-to-end tests."""
    with RunningService(tmp_path_factory.mktemp("service")) as running:
        yield running
