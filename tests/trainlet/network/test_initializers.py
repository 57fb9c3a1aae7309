"""Distributions of initializers: limits, variance and fan-in."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from trainlet.errors import ValidationError
from trainlet.network.arrays import Array, Shape
from trainlet.network.initializers import (
    Constant,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    Initializer,
    LecunNormal,
    LecunUniform,
    Normal,
    Orthogonal,
    Uniform,
    Values,
    Zeros,
)


def draw(initializer: Initializer, shape: Shape = (300, 200)) -> Array:
    return initializer.draw(shape, 300, 200, np.random.default_rng(1))


@pytest.mark.parametrize(
    ("initializer", "limit"),
    [
        (Uniform(0.3), 0.3),
        (GlorotUniform(), sqrt(6 / 500)),
        (HeUniform(), sqrt(6 / 300)),
        (LecunUniform(), sqrt(3 / 300)),
    ],
)
def test_uniform_ones_stay_within_their_limit(initializer: Initializer, limit: float) -> None:
    values = draw(initializer)
    assert 0.999 * limit < np.abs(values).max() <= limit
    assert values.std() == pytest.approx(limit / sqrt(3), rel=0.01)


@pytest.mark.parametrize(
    ("initializer", "mean", "std"),
    [
        (Normal(2.0, 0.5), 2.0, 0.5),
        (GlorotNormal(), 0.0, sqrt(2 / 500)),
        (HeNormal(), 0.0, sqrt(2 / 300)),
        (LecunNormal(), 0.0, sqrt(1 / 300)),
    ],
)
def test_normal_ones_have_their_spread(initializer: Initializer, mean: float, std: float) -> None:
    values = draw(initializer)
    assert values.mean() == pytest.approx(mean, abs=0.01)
    assert values.std() == pytest.approx(std, rel=0.01)
    assert (np.abs(values - mean) > 3 * std).any()


@pytest.mark.parametrize("shape", [(6, 4), (4, 6), (5, 5), (2, 2, 3, 4)])
def test_orthogonal_rows_or_columns(shape: Shape) -> None:
    matrix = draw(Orthogonal(2.0), shape).reshape(-1, shape[-1])
    rows, columns = matrix.shape
    product = matrix.T @ matrix if rows >= columns else matrix @ matrix.T
    assert product == pytest.approx(4 * np.eye(min(rows, columns)), abs=1e-12)


def test_fixed_numbers() -> None:
    assert draw(Zeros(), (2, 2)).tolist() == [[0, 0], [0, 0]]
    assert draw(Constant(0.1), (2,)).tolist() == [0.1, 0.1]
    assert draw(Values(((1, 2), (3, 4))), (2, 2)).tolist() == [[1, 2], [3, 4]]


def test_values_of_another_shape_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"shape \[2, 3\]"):
        draw(Values(((1, 2), (3, 4))), (2, 3))
