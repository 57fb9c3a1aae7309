"""Placeholder tables for dry runs resemble the real ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from trainlet.datasets import Column, Description, Detail, MappedTable, stand_in
from trainlet.datasets.mapped_table import LARGE_BYTES

PLAIN = Description(10**6, ("x1", "x2"), 1, (0, 1), "classification", (0.0, 1.0))


def test_columns_are_of_their_types() -> None:
    details = (
        Detail(Column("age")),
        Detail(Column("color", "category", ("blue", "green", "red"))),
        Detail(Column("old", "boolean")),
    )
    table = stand_in(replace(PLAIN, columns=("age", "color", "old"), details=details), 50)
    assert table.inputs.shape == (50, 3)
    assert set(table.inputs[:, 1]) == {0, 1, 2}
    assert set(table.inputs[:, 2]) == {0, 1}
    assert table.forms == tuple(detail.column for detail in details)


@pytest.mark.parametrize("labels", [("no", "yes"), (False, True), (-1, 1), (0.5, 2)])
def test_every_label_occurs(labels: tuple[float, ...]) -> None:
    table = stand_in(replace(PLAIN, labels=labels), 5)
    assert table.labels() == labels


def test_values_are_within_their_range() -> None:
    wide = replace(PLAIN, target_columns=3, labels=None, target_range=(2.0, 5.0))
    table = stand_in(wide, 100)
    assert table.targets.shape == (100, 3)
    assert 2 <= table.targets.min() <= table.targets.max() <= 5
    assert np.isfinite(stand_in(replace(wide, target_range=(-1e300, 1e300)), 9).targets).all()


def test_one_hot_rows_have_a_single_1() -> None:
    soft = replace(PLAIN, target_columns=3, labels=None, target_range=(0.0, 0.7))
    targets = stand_in(soft, 100, one_hot=True).targets
    assert set(map(tuple, targets.tolist())) == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}


def test_rows_of_a_large_file_stand_in_as_such() -> None:
    rows = LARGE_BYTES // 16
    assert not isinstance(stand_in(replace(PLAIN, rows=rows, mapped=True), 9).inputs, MappedTable)
    large = stand_in(replace(PLAIN, rows=rows + 1, mapped=True), 9)
    assert isinstance(large.inputs, MappedTable)
    assert len(large.inputs) == 9
