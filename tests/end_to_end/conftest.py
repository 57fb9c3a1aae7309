from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.end_to_end.house import House


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with House(tmp_path_factory.mktemp("house")) as running:
        yield running
