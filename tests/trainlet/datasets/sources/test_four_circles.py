from __future__ import annotations

import numpy as np
import pytest

from trainlet.datasets import FourCircles
from trainlet.errors import NotFoundError, ValidationError


def nothing(dataset: str) -> bytes:
    raise NotFoundError(dataset)


def test_label_states_whether_a_point_lies_in_a_circle() -> None:
    table = FourCircles(samples=500, seed=3).load(nothing)
    for (x, y), (label,) in zip(table.inputs.tolist(), table.targets.tolist(), strict=True):
        inside = [(x - a) ** 2 + (y - b) ** 2 <= 0.5 for a in (1, 3) for b in (1, 3)]
        assert label == float(any(inside))


def test_points_fill_the_square() -> None:
    points = FourCircles(samples=5000).load(nothing).inputs
    assert points.shape == (5000, 2)
    assert points.min() >= 0
    assert points.max() <= 4
    assert np.abs(points.mean(axis=0) - 2).max() < 0.1


def test_six_of_ten_points_lie_outside() -> None:
    share = FourCircles(samples=100_000).load(nothing).targets.mean()
    assert share == pytest.approx(4 * np.pi * 0.5 / 16, abs=0.01)


def test_the_seed_decides() -> None:
    one, same, other = (FourCircles(100, seed).load(nothing).inputs for seed in (1, 1, 2))
    assert (one == same).all()
    assert not (one == other).all()


def test_its_description_is_true_of_its_table() -> None:
    source = FourCircles(samples=300)
    description, table = source.describe(nothing), source.load(nothing)
    assert (description.rows, description.columns) == (300, table.columns)
    assert description.labels == table.labels()
    assert description.task == "classification"
    assert description.target_columns == table.targets.shape[1]


def test_a_square_without_points_is_refused() -> None:
    with pytest.raises(ValidationError, match="samples"):
        FourCircles(samples=0)
