from __future__ import annotations

import json

import numpy as np
import pytest

from trainlet.config import from_json, to_json
from trainlet.datasets import FittedPreprocessing, FourCircles, Preprocessing, Table, TargetEncoding
from trainlet.errors import ValidationError

TABLE = Table(("x1", "x2"), np.array([[1.0, 5.0], [3.0, 5.0], [8.0, 5.0]]), np.zeros((3, 1)))


def test_standardized_features_have_mean_0_and_deviation_1() -> None:
    table = FourCircles(samples=500).load(lambda dataset: b"")
    inputs = (
        Preprocessing(("x1", "x1*x2", "sin(x2)")).fit(table, TargetEncoding()).inputs(table.inputs)
    )
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(inputs.std(axis=0), 1, atol=1e-12)


def test_new_points_are_measured_by_the_training_part() -> None:
    fitted = Preprocessing(("x1",)).fit(TABLE, TargetEncoding())
    std = (26 / 3) ** 0.5
    np.testing.assert_allclose(fitted.inputs(np.array([[10.0, 0.0]])), [[6 / std]])


def test_without_standardizing_columns_stay_as_they_are() -> None:
    fitted = Preprocessing(standardize=False).fit(TABLE, TargetEncoding())
    assert fitted.inputs(TABLE.inputs).tolist() == TABLE.inputs.tolist()


def test_a_feature_that_never_varies_is_divided_by_1_and_reported() -> None:
    table = Table(("x1",), np.full((1000, 1), 0.1), np.zeros((1000, 1)))
    fitted = Preprocessing().fit(table, TargetEncoding())
    np.testing.assert_allclose(fitted.inputs(table.inputs), 0, atol=1e-12)
    assert fitted.warnings == ("feature x1 is constant in the training set; it is divided by 1",)
    assert Preprocessing().fit(TABLE, TargetEncoding()).constant == ("x2",)


def test_samples_lie_row_by_row_whatever_the_order_of_the_points() -> None:
    """In Fortran order, NumPy would copy all columns for each mini-batch."""
    turned = Table(TABLE.columns, np.asfortranarray(TABLE.inputs), np.asfortranarray(TABLE.inputs))
    fitted = Preprocessing().fit(turned, TargetEncoding())
    assert fitted.inputs(turned.inputs).flags.c_contiguous
    assert fitted.targets(turned.targets).flags.c_contiguous


def test_what_was_fitted_survives_json_bit_for_bit() -> None:
    table = FourCircles(samples=77).load(lambda dataset: b"")
    fitted = Preprocessing(("x1^2", "x2")).fit(table, TargetEncoding("zero_one", (0, 1)))
    read = from_json(FittedPreprocessing, json.loads(json.dumps(to_json(fitted))))
    assert read == fitted
    assert (read.inputs(table.inputs) == fitted.inputs(table.inputs)).all()


def test_unknown_features_are_reported_with_their_place() -> None:
    with pytest.raises(ValidationError) as caught:
        Preprocessing(("x1", "x3", "x9^2")).fit(TABLE, TargetEncoding())
    assert [error.pointer for error in caught.value.errors] == ["#/features/1", "#/features/2"]


def test_points_that_leave_what_the_network_can_hold_are_reported() -> None:
    fitted = Preprocessing(("x1^9",), standardize=False).fit(TABLE, TargetEncoding())
    points = np.array([[1.0, 0.0], [1e40, 0.0], [1e5, 0.0]])
    assert _rows(fitted, points, "float64") == ["#/1"]
    assert _rows(fitted, points, "float32") == ["#/1", "#/2"]


def _rows(fitted: FittedPreprocessing, points: np.ndarray, dtype: str) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        fitted.inputs(points, dtype)
    return [error.pointer for error in caught.value.errors]


def test_points_of_another_width_are_refused() -> None:
    with pytest.raises(ValidationError, match="2 numbers per point"):
        Preprocessing().fit(TABLE, TargetEncoding()).inputs(np.zeros((4, 3)))


@pytest.mark.parametrize("size", [1e200, 1e308, 1e-320])
def test_numbers_too_extreme_to_standardize_are_reported(size: float) -> None:
    table = Table(("x1",), np.array([[size], [-size]]), np.zeros((2, 1)))
    with pytest.raises(ValidationError, match=r"#/standardize: .*, unlike x1"):
        Preprocessing().fit(table, TargetEncoding())


def test_targets_are_encoded_in_the_networks_numbers() -> None:
    fitted = Preprocessing().fit(TABLE, TargetEncoding("zero_one", (3, 5)))
    targets = fitted.targets(np.array([[5.0], [3.0]]), "float32")
    assert targets.dtype == np.float32
    assert targets.tolist() == [[1.0], [0.0]]
    assert fitted.labels_of(targets) == [5, 3]
    with pytest.raises(ValidationError, match="float32"):
        Preprocessing().fit(TABLE, TargetEncoding()).targets(np.array([[1e39]]), "float32")
