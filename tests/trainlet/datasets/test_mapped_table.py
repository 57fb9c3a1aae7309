from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from trainlet.datasets import (
    MappedTable,
    PreprocessedRows,
    Preprocessing,
    Table,
    TargetEncoding,
    mapped_table,
)
from trainlet.datasets.moments import Moments

CHANCE = np.random.default_rng(4)
MATRIX = CHANCE.normal(5, 3, (1000, 6)).astype(np.float32)


@pytest.fixture
def matrix(tmp_path: Path) -> np.ndarray:
    MATRIX.tofile(tmp_path / "matrix")
    return np.memmap(tmp_path / "matrix", np.float32, "r", 0, MATRIX.shape)


def test_rows_and_columns_are_chosen_of_those_chosen_before(matrix: np.ndarray) -> None:
    rows, places = np.array([7, 3, 999, 3]), [4, 0, 5]
    result = MappedTable(matrix).of_columns(places).of_rows(rows)
    expected = MATRIX[rows][:, places].astype(np.float64)
    assert result.shape == (4, 3)
    assert (result.all() == expected).all()
    assert (
        result.of_rows(np.array([2, 1])).of_columns([2]).all() == expected[[2, 1]][:, [2]]
    ).all()
    assert (result.block(np.array([3, 0])) == expected[[3, 0]]).all()


def test_blocks_are_all_rows_in_order(matrix: np.ndarray, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapped_table, "BLOCK_BYTES", 48 * 37)
    blocks = list(MappedTable(matrix).blocks())
    assert len(blocks) == 28
    assert (np.concatenate(blocks) == MATRIX).all()


def test_preparing_on_the_way_is_preparing_at_once(
    matrix: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped_table, "BLOCK_BYTES", 48 * 100)
    names = tuple("abcdef")
    preprocessing = Preprocessing(features=("a", "b*c", "d^2"))
    table = Table(names, MappedTable(matrix), np.zeros((1000, 1)))
    small = Table(names, MATRIX.astype(np.float64), np.zeros((1000, 1)))
    one, other = (
        preprocessing.fit(table, TargetEncoding()),
        preprocessing.fit(small, TargetEncoding()),
    )
    assert one.mean == pytest.approx(other.mean)
    assert one.scale == pytest.approx(other.scale)
    rows = one.rows(table.inputs, "float32")
    assert isinstance(rows, PreprocessedRows)
    assert (rows.shape, rows.dtype.name, len(rows)) == ((1000, 3), "float32", 1000)
    chosen, room = np.array([5, 998, 0]), np.empty((3, 3), np.float32)
    rows.gather(chosen, room)
    np.testing.assert_allclose(room, other.inputs(small.inputs, "float32")[chosen], rtol=1e-5)


def test_moments_of_blocks_are_those_of_the_whole() -> None:
    numbers = CHANCE.normal(1e6, 1, (500, 3))
    numbers[CHANCE.random((500, 3)) < 0.1] = np.nan
    numbers[:, 2] = 7
    moments = Moments.of(np.array_split(numbers, 13))
    with np.errstate(all="ignore"):
        np.testing.assert_allclose(moments.mean, np.nanmean(numbers, axis=0), rtol=1e-12)
        np.testing.assert_allclose(moments.std, np.nanstd(numbers, axis=0), rtol=1e-9)
    assert moments.minimum.tolist() == np.nanmin(numbers, axis=0).tolist()
    assert moments.count.tolist() == (~np.isnan(numbers)).sum(axis=0).tolist()
