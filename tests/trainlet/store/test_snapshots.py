from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trainlet.errors import CorruptFileError, NotFoundError
from trainlet.store import Snapshot, Store, pack_snapshot, unpack_snapshot
from trainlet.store.snapshots import surplus

JOB = "0" * 32
ABOUT: dict[str, Any] = {"counters": {}, "preprocessing": {}, "input_shape": [2], "metrics": {}}


def save(store: Store, epoch: int, value: float = 0.0) -> None:
    snapshot = Snapshot(JOB, epoch, {"parameters": np.full(3, value)}, ABOUT)
    store.snapshots.save(JOB, epoch, pack_snapshot(snapshot))


def test_what_is_saved_is_read_and_listed(store: Store) -> None:
    assert store.snapshots.epochs(JOB) == []
    save(store, 10, 1.5)
    save(store, 2)
    assert store.snapshots.epochs(JOB) == [2, 10]
    snapshot = unpack_snapshot(store.snapshots.read(JOB, 10))
    assert (snapshot.job, snapshot.epoch) == (JOB, 10)
    assert snapshot.arrays["parameters"].tolist() == [1.5] * 3
    assert store.snapshots.about(JOB, 10)["input_shape"] == [2]
    assert store.snapshots.size(JOB, 10) == len(store.snapshots.read(JOB, 10))
    assert store.snapshots.sizes(JOB).keys() == {2, 10}
    store.snapshots.drop(JOB, 2)
    assert store.snapshots.epochs(JOB) == [10]


def test_what_is_kept_is_never_changed(store: Store) -> None:
    save(store, 1, 1.0)
    save(store, 1, 2.0)
    result = unpack_snapshot(store.snapshots.read(JOB, 1)).arrays["parameters"]
    assert result.tolist() == [1.0] * 3


def test_what_is_not_there_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        store.snapshots.read(JOB, 1)
    save(store, 1)
    store.snapshots.drop_all(JOB)
    store.snapshots.drop_all(JOB)
    assert store.snapshots.epochs(JOB) == []


def test_a_broken_file_is_corrupt(store: Store) -> None:
    save(store, 1)
    with pytest.raises(CorruptFileError):
        unpack_snapshot(store.snapshots.read(JOB, 1)[:-4])


@pytest.mark.parametrize(
    ("max_bytes", "costs", "most", "expected"),
    [
        (40, {}, 9, []),
        (30, {}, 9, [1]),
        (0, {}, 9, [1, 2, 3]),
        (20, {1: 0.1, 2: 0.5, 3: 0.4, 4: 0.2}, 9, [2, 3]),
        (0, {2: 0.5}, 9, [1, 3]),
        (40, {}, 2, [1, 2]),
    ],
)
def test_the_oldest_go_first(
    max_bytes: int, costs: dict[int, float], most: int, expected: list[int]
) -> None:
    assert surplus(dict.fromkeys((1, 2, 3, 4), 10), max_bytes, costs, most) == expected
