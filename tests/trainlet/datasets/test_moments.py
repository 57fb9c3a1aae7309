"""Constant columns against scikit-learn's StandardScaler, in memory and block by block."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.preprocessing import StandardScaler

from trainlet.datasets import MappedTable, Preprocessing, Table, TargetEncoding
from trainlet.datasets.moments import Moments

TINY = np.finfo(np.float64).eps
COLUMNS = {
    "0.1 + 0.2": np.array([0.3, 0.1 + 0.2, 0.3, 0.3]),
    "zeros": np.zeros(5),
    "large": np.full(7, 1e100) / 3,
    "large, last bit": 1e8 * (1 + TINY * np.array([0, 1, 0, 1, 0.0])),
    "many": np.where(np.arange(1000) % 2, 0.1, 0.1 + 2e-17),
    "small but varying": np.array([1e-20, 2e-20, 3e-20]),
    "varying around a mean": 1e6 + np.array([0, 1e-3, 2e-3]),
    "one row": np.array([4.0]),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_inputs_and_targets_have_the_scale_of_scikit_learn(column: np.ndarray) -> None:
    rows = column[:, np.newaxis]
    expected = StandardScaler().fit(rows).scale_
    for inputs in (rows, MappedTable(rows)):
        fitted = Preprocessing(standardize_targets=True).fit(
            Table(("x1",), inputs, rows), TargetEncoding()
        )
        np.testing.assert_allclose(fitted.scale or (), expected, rtol=1e-9)
        np.testing.assert_allclose(fitted.target_scale or (), expected, rtol=1e-9)
        assert fitted.constant == (("x1",) if expected == [1.0] else ())


def test_blocks_of_a_nearly_constant_column_are_constant() -> None:
    blocks = np.random.default_rng(0).choice([0.3, 0.1 + 0.2], (10, 50, 1))
    moments = Moments.of(iter(blocks))
    assert moments.constant.tolist() == [True]
    assert moments.scale.tolist() == [1.0]
