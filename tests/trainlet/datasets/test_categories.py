from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trainlet.datasets import (
    Column,
    MappedTable,
    Preprocessing,
    Table,
    TargetEncoding,
    categories,
    mapped_table,
)

COLOUR = Column("colour", "category", ("blue", "green", "red"))
FORMS = (Column("size"), COLOUR)
ROWS = np.array([[1.0, 2.0], [2.0, 0.0], [3.0, np.nan], [4.0, 1.0], [5.0, 2.0]])
TRAINING = np.array([0, 1, 2, 4])


@pytest.fixture(params=["in memory", "mapped"])
def table(request: pytest.FixtureRequest) -> Table:
    inputs = ROWS.copy() if request.param == "in memory" else MappedTable(ROWS.astype(np.float32))
    return Table(("size", "colour"), inputs, np.arange(5.0)[:, None], FORMS)


def numbers(table: Table) -> np.ndarray:
    inputs = table.inputs
    return inputs.all() if isinstance(inputs, MappedTable) else inputs


def test_categories_are_those_of_the_training_part(table: Table) -> None:
    known = categories.known_in(table, TRAINING)
    assert known.forms == (Column("size"), Column("colour", "category", ("blue", "red")))
    expected = [1.0, 0.0, np.nan, categories.UNSEEN, 1.0]
    np.testing.assert_array_equal(numbers(known)[:, 1], expected)
    np.testing.assert_array_equal(numbers(table), ROWS)
    chosen = known.take(np.array([4, 3]))
    np.testing.assert_array_equal(numbers(chosen)[:, 1], [1.0, categories.UNSEEN])


def test_a_category_of_another_part_is_none_of_the_known_ones(table: Table) -> None:
    known = categories.known_in(table, TRAINING)
    fitted = Preprocessing(missing="mean", standardize=False).fit(
        known.take(TRAINING), TargetEncoding()
    )
    assert fitted.encoded == ("size", "colour=blue", "colour=red")
    assert fitted.fill == pytest.approx((2.75, 1 / 3, 2 / 3))
    rows = fitted.inputs(numbers(known))
    np.testing.assert_allclose(rows[3], [4, 0, 0])
    np.testing.assert_allclose(rows[2], [3, 1 / 3, 2 / 3])


def test_what_is_not_known_is_reported(table: Table) -> None:
    known = categories.known_in(table, TRAINING)
    (payload,) = categories.warnings(table.forms, known.forms)
    assert payload.startswith("column colour: green is not in the training set")
    assert categories.warnings(known.forms, known.forms) == ()


def test_no_more_rows_are_read_than_it_takes_to_see_every_category(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    codes = np.tile(np.arange(3.0), 100)[:, None]
    table = Table(("colour",), MappedTable(codes), codes[:, :0], (COLOUR,))
    monkeypatch.setattr(mapped_table, "BLOCK_BYTES", 8 * 10)
    read: list[Any] = []
    block = MappedTable.block

    def counted(self: MappedTable, rows: Any) -> Any:
        read.append(rows)
        return block(self, rows)

    monkeypatch.setattr(MappedTable, "block", counted)
    assert categories.occurring(table) == table.forms
    assert len(read) == 1


def test_columns_keep_their_codes_where_others_are_chosen() -> None:
    recoded = MappedTable(ROWS).recoded({1: np.array([0.0, categories.UNSEEN, 1.0])})
    np.testing.assert_array_equal(recoded.of_columns([1, 0]).all()[:, 0], [1, 0, np.nan, -1, 1])
    np.testing.assert_array_equal(recoded.of_columns([0]).all()[:, 0], ROWS[:, 0])


def test_where_all_occur_nothing_changes(table: Table) -> None:
    assert categories.known_in(table, np.arange(5)) is not None
    assert categories.known_in(table, np.arange(5)).inputs is table.inputs
    plain = Table(("x1",), ROWS[:, :1], np.zeros((5, 1)))
    assert categories.known_in(plain, np.array([0])) is plain
