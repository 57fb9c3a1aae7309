from __future__ import annotations

from pathlib import Path
from threading import Thread

import pytest

from trainlet.errors import NotFoundError
from trainlet.store import Blobs
from trainlet.store.versions import Versions


class Store:
    def __init__(self, root: Path) -> None:
        self.blobs = Blobs(root.as_uri())
        self.blobs.make_folder("versions")
        self.versions = Versions(self.blobs)

    def reserve(self, name: str, job: str) -> int:
        with self.blobs.batch() as batch:
            return self.versions.reserve(batch, name, job)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def test_numbers_count_up_under_each_name(store: Store) -> None:
    assert [store.reserve("a", "j1"), store.reserve("a", "j2")] == [1, 2]
    assert store.reserve("b", "j3") == 1
    assert store.versions.numbers("a") == [2, 1]
    assert sorted(store.versions.names()) == ["a", "b"]
    assert store.versions.job("a", 2) == "j2"


def test_no_one_gets_a_number_that_another_got(store: Store) -> None:
    given: list[int] = []

    def reserve() -> None:
        given.extend([store.reserve("a", "job") for _ in range(5)])

    threads = [Thread(target=reserve) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 41))


def test_another_process_may_have_given_numbers_since(tmp_path: Path) -> None:
    one, other = Store(tmp_path), Store(tmp_path)
    assert [each.reserve("a", "job") for each in (one, other, other, one, other)] == [1, 2, 3, 4, 5]


def test_unknown_ones_are_reported(store: Store) -> None:
    with pytest.raises(NotFoundError, match="no version 7 of a model 'a'"):
        store.versions.job("a", 7)
    assert store.versions.numbers("nothing") == []
