"""Each generator against its formula and its documented distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.trainlet.datasets.sources.test_four_circles import nothing
from trainlet.datasets import Circle, Gauss, GaussianRegression, Plane, Spiral, Xor
from trainlet.datasets.sources.generator import Generator
from trainlet.errors import ValidationError

MANY = 20_000
ALL: list[type[Generator]] = [Circle, Xor, Gauss, Spiral, Plane, GaussianRegression]
BOUNDS = {Circle: 5.0, Xor: 5.3, Spiral: 5.0, Plane: 6.0, GaussianRegression: 6.0}


def drawn(kind: type[Generator], noise: float = 0.0) -> tuple[Any, Any]:
    table = kind(MANY, noise, 3).load(nothing)
    return table.inputs, table.targets[:, 0]


@pytest.mark.parametrize("kind", ALL)
def test_the_same_seed_draws_the_same_points(kind: type[Generator]) -> None:
    one, same, other = (kind(101, 0.2, seed).load(nothing) for seed in (1, 1, 2))
    assert one.inputs.shape == (101, 2)
    assert (one.inputs == same.inputs).all()
    assert (one.targets == same.targets).all()
    assert not (one.inputs == other.inputs).all()


@pytest.mark.parametrize("kind", ALL)
@pytest.mark.parametrize("samples", [1, 2, 77])
def test_a_description_is_true_of_its_table(kind: type[Generator], samples: int) -> None:
    source = kind(samples, 0.1)
    description, table = source.describe(nothing), source.load(nothing)
    assert (description.rows, description.columns) == (samples, table.columns)
    assert description.target_range == (table.targets.min(), table.targets.max())
    if description.task == "classification":
        assert set(table.targets[:, 0]) <= set(description.labels or ())


@pytest.mark.parametrize(("kind", "bound"), BOUNDS.items())
def test_points_fill_their_bounds(kind: type[Generator], bound: float) -> None:
    points, _ = drawn(kind)
    assert 0.98 * bound < np.abs(points).max() <= bound


@pytest.mark.parametrize("kind", [Circle, Xor, Gauss, Spiral])
@pytest.mark.parametrize("noise", [0.0, 0.5])
def test_labels_are_balanced(kind: type[Generator], noise: float) -> None:
    _, labels = drawn(kind, noise)
    assert set(labels) == {-1.0, 1.0}
    assert abs(labels.mean()) < (0.35 if kind is Circle and noise else 0.02)


def test_a_circle_is_a_disc_in_a_ring() -> None:
    points, labels = drawn(Circle)
    radius = np.hypot(*points.T)
    assert ((radius < 2.5) == (labels == 1)).all()
    assert not ((radius > 2.5) & (radius < 3.5)).any()
    assert radius[labels == 1].mean() == pytest.approx(1.25, abs=0.03)
    assert radius[labels == -1].mean() == pytest.approx(4.25, abs=0.03)


def test_xor_reports_quarters_apart() -> None:
    points, labels = drawn(Xor)
    assert ((points.prod(axis=1) >= 0) == (labels == 1)).all()
    assert np.abs(points).min() >= 0.3


@pytest.mark.parametrize(("noise", "variance"), [(0.0, 0.5), (0.25, 2.25), (0.5, 4.0)])
def test_the_clouds_of_gauss_grow_with_noise(noise: float, variance: float) -> None:
    points, labels = drawn(Gauss, noise)
    for label in (1, -1):
        cloud = points[labels == label]
        np.testing.assert_allclose(cloud.mean(axis=0), 2 * label, atol=0.1)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.06)


def test_spirals_turn_by_their_formula() -> None:
    points, labels = drawn(Spiral)
    way = np.arange(MANY // 2) / (MANY // 2)
    for label, start in ((1, 0), (-1, np.pi)):
        angle = 1.75 * 2 * np.pi * way + start
        expected = np.stack([5 * way * np.sin(angle), 5 * way * np.cos(angle)], axis=1)
        np.testing.assert_allclose(points[labels == label], expected, atol=1e-12)
    moved = drawn(Spiral, 0.5)[0] - points
    assert 0.45 < np.abs(moved).max() <= 0.5


def test_a_plane_rises_evenly() -> None:
    points, values = drawn(Plane)
    np.testing.assert_allclose(values, points.sum(axis=1) / 10)
    moved = drawn(Plane, 0.5)[1]
    # Uniform in ±3 has variance 3 on each axis.
    assert (moved - values).var() == pytest.approx(2 * 3 / 100, rel=0.05)


def test_hills_and_hollows_stand_where_they_should() -> None:
    points, values = drawn(GaussianRegression)
    for centre, sign in (((-4, 2.5), 1), ((0, 2.5), -1), ((4, -2.5), -1), ((0, -2.5), 1)):
        distance = np.hypot(*(points - centre).T)
        near = distance < 1.9
        np.testing.assert_allclose(values[near], sign * (1 - distance[near] / 2), atol=1e-12)
    assert (values == 0).any()
    assert np.abs(values).max() <= 1


@pytest.mark.parametrize(("kind", "least"), [(Circle, 0.1), (Xor, 0.15)])
def test_noise_moves_labels_and_not_points(kind: type[Generator], least: float) -> None:
    (points, labels), (same, other) = drawn(kind), drawn(kind, 0.5)
    assert (points == same).all()
    assert least < (labels != other).mean() < 0.5


@pytest.mark.parametrize("wrong", [{"noise": 0.51}, {"noise": -0.1}, {"samples": 0}, {"seed": -1}])
def test_what_playground_cannot_do_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        Circle(**wrong)
