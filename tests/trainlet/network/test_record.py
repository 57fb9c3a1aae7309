"""Epochs that a record keeps."""

from __future__ import annotations

import pytest

from trainlet.network import Recording


@pytest.mark.parametrize(
    ("record", "epochs", "expected"),
    [
        (Recording(), 5, []),
        (Recording(snapshots=1), 5, [5]),
        (Recording(snapshots=2), 5, [3, 5]),
        (Recording(snapshots=4), 10, [3, 5, 8, 10]),
        (Recording(snapshots=20), 3, [1, 2, 3]),
        (Recording(every=4), 10, [4, 8]),
        (Recording(snapshots=1, every=4), 10, [4, 8, 10]),
    ],
)
def test_the_chosen_epochs(record: Recording, epochs: int, expected: list[int]) -> None:
    result, epoch = [], 0
    while (following := record.next_kept(epoch, epochs)) is not None:
        result.append(following)
        epoch = following
    assert result == expected
    assert record.keeps == bool(expected)
