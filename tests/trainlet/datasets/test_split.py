from __future__ import annotations

import numpy as np
import pytest

from trainlet.datasets import Split
from trainlet.errors import ValidationError


def test_parts_share_no_row_and_miss_none() -> None:
    parts = Split(test=30, validation=0.1).apply(100)
    assert (len(parts.training), len(parts.validation), len(parts.test)) == (60, 10, 30)
    assert sorted([*parts.training, *parts.validation, *parts.test]) == list(range(100))


def test_rows_keep_their_order() -> None:
    parts = Split(test=0.5, seed=1).apply(20)
    assert list(parts.training) == sorted(parts.training)
    assert list(parts.test) != list(range(10, 20))


@pytest.mark.parametrize(("test", "rows", "expected"), [(0, 9, 0), (0.25, 10, 2), (0.9, 10, 9)])
def test_a_fraction_is_rounded(test: float, rows: int, expected: int) -> None:
    assert Split(test).counts(rows) == (rows - expected, 0, expected)


def test_the_seed_decides() -> None:
    one, same, other = (Split(50, seed=seed).apply(100).test.tolist() for seed in (1, 1, 2))
    assert one == same != other


@pytest.mark.parametrize("test", [-1, 1.5, -0.1, True, "half"])
def test_only_counts_and_fractions_are_allowed(test: float) -> None:
    with pytest.raises(ValidationError):
        Split(test)


@pytest.mark.parametrize(("test", "rows"), [(10, 10), (11, 10), (0.99, 10), (1, 1)])
def test_something_must_be_left_to_train_on(test: float, rows: int) -> None:
    with pytest.raises(ValidationError, match="less than"):
        Split(test).apply(rows)
    with pytest.raises(ValidationError, match="less than"):
        Split(validation=test).apply(rows)


def test_each_part_has_its_share_of_each_label() -> None:
    targets = np.array(["a"] * 70 + ["b"] * 20 + ["c"] * 10, object)[:, None]
    parts = Split(test=20, validation=0.1, stratify=True).apply(100, targets)
    assert (len(parts.training), len(parts.validation), len(parts.test)) == (70, 10, 20)
    assert sorted([*parts.training, *parts.validation, *parts.test]) == list(range(100))
    for part, counts in ((parts.test, (14, 4, 2)), (parts.validation, (7, 2, 1))):
        results = [int((targets[part] == label).sum()) for label in "abc"]
        assert all(abs(one - other) <= 1 for one, other in zip(results, counts, strict=True)), (
            results
        )


def test_strata_are_drawn_by_the_seed() -> None:
    targets = np.arange(100)[:, None] % 2
    one, same, other = (
        Split(50, stratify=True, seed=seed).apply(100, targets).test.tolist() for seed in (1, 1, 2)
    )
    assert one == same != other
