from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from trainlet.errors import NotFound
from trainlet.store import Blobs
from trainlet.store.versions import Versions


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    blobs = Blobs(tmp_path.as_uri())
    blobs.make_folder("versions")
    return Versions(blobs)


def test_numbers_count_up_under_each_name(versions: Versions) -> None:
    assert [versions.reserve("a", "j1"), versions.reserve("a", "j2")] == [1, 2]
    assert versions.reserve("b", "j3") == 1
    assert versions.numbers("a") == [2, 1]
    assert sorted(versions.names()) == ["a", "b"]
    assert versions.job("a", 2) == "j2"


def test_nobody_gets_a_number_that_another_got(versions: Versions) -> None:
    given: list[int] = []

    def reserve() -> None:
        given.extend([versions.reserve("a", "job") for _ in range(5)])

    threads = [Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 41))


def test_unknown_ones_are_told(versions: Versions) -> None:
    with pytest.raises(NotFound, match="no version 7 of a model 'a'"):
        versions.job("a", 7)
    assert versions.numbers("nothing") == []
