from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from trainlet.datasets import (
    Column,
    Description,
    Detail,
    Iris,
    Polynomial,
    Preprocessing,
    Profile,
    Table,
    TargetEncoding,
)
from trainlet.errors import ValidationError

NAN = np.nan
MATRIX = np.array(
    [
        # size, colour, ripe, when, name, fruit, weight
        [1.0, 0, 1, 10, NAN, 0, 5.0],
        [3.0, 1, 0, 20, NAN, 1, 7.0],
        [NAN, 2, 1, 30, NAN, 1, 9.0],
        [5.0, NAN, 0, 40, NAN, 0, 11.0],
    ]
)
PROFILE = Profile(
    rows=4,
    details=(
        Detail(Column("size"), 1, (1, 3, 5), 1.0, 5.0, 3.0, 1.6),
        Detail(Column("colour", "category", ("blue", "green", "red")), 1),
        Detail(Column("ripe", "boolean"), 0, (False, True), 0.0, 1.0, 0.5, 0.5),
        Detail(Column("when", "date"), 0, None, 10.0, 40.0, 25.0, 11.0),
        Detail(Column("name", "text"), 0),
        Detail(Column("fruit", "category", ("apple", "pear")), 0, ("apple", "pear")),
        Detail(Column("weight"), 0, None, 5.0, 11.0, 8.0, 2.0),
    ),
    first=(),
)
USED = ("size", "colour", "ripe", "when")


def chosen(preprocessing: Preprocessing) -> tuple[Table, Description]:
    table, description = PROFILE.table(MATRIX)
    return preprocessing.table(table), preprocessing.choose(description)


def errors(preprocessing: Preprocessing) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        preprocessing.choose(PROFILE.table(MATRIX)[1])
    return {error.pointer: error.detail for error in caught.value.errors}


def test_a_column_of_texts_becomes_labels() -> None:
    table, description = chosen(Preprocessing(target="fruit", columns=("ripe", "weight")))
    assert table.inputs.tolist() == [[1, 5], [0, 7], [1, 9], [0, 11]]
    assert table.targets[:, 0].tolist() == ["apple", "pear", "pear", "apple"]
    assert (description.labels, description.task) == (("apple", "pear"), "classification")
    assert (description.target_columns, description.target_range) == (1, None)


@pytest.mark.parametrize(
    ("target", "labels", "task", "values"),
    [
        ("ripe", (False, True), "classification", [True, False, True, False]),
        ("weight", None, None, [5, 7, 9, 11]),
        (("weight", "ripe"), None, None, [[5, 1], [7, 0], [9, 1], [11, 0]]),
    ],
)
def test_other_targets(target: Any, labels: Any, task: Any, values: Any) -> None:
    table, description = chosen(Preprocessing(target=target, columns=("when",)))
    assert (description.labels, description.task) == (labels, task)
    result = table.targets.tolist()
    assert (result if isinstance(target, tuple) else [row[0] for row in result]) == values


def test_categories_become_columns_in_the_order_columns_encode_features_standardize() -> None:
    preprocessing = Preprocessing(
        target="fruit", columns=("colour", "ripe", "size"), missing="mean", standardize=False
    )
    table, description = chosen(preprocessing)
    encoded = ("colour=blue", "colour=green", "colour=red", "ripe", "size")
    assert description.encoded == encoded
    fitted = preprocessing.fit(table, TargetEncoding("zero_one", description.labels))
    assert fitted.features == encoded
    third = 1 / 3
    assert fitted.inputs(table.inputs).tolist() == [
        [1, 0, 0, 1, 1],
        [0, 1, 0, 0, 3],
        [0, 0, 1, 1, 3],
        [third, third, third, 0, 5],
    ]
    more = replace(preprocessing, features=("colour=red*size", "ripe"), standardize=True)
    inputs = more.fit(table, TargetEncoding()).inputs(table.inputs)
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(inputs.std(axis=0), 1, atol=1e-12)


def test_what_is_missing_is_measured_on_the_training_part_alone() -> None:
    preprocessing = Preprocessing(target="weight", columns=("size",), missing="mean")
    table, _ = chosen(preprocessing)
    fitted = preprocessing.fit(table.take(np.array([0, 1])), TargetEncoding())
    assert fitted.fill == (2.0,)


def test_rows_that_lack_a_value_are_dropped() -> None:
    preprocessing = Preprocessing(target="fruit", columns=("size", "colour"), missing="drop")
    table, _ = chosen(preprocessing)
    assert table.inputs.tolist() == [[1, 0], [3, 1]]
    assert table.targets[:, 0].tolist() == ["apple", "pear"]


@pytest.mark.parametrize(
    ("preprocessing", "place", "expected"),
    [
        (Preprocessing(), "#/target", "is required"),
        (Preprocessing(target="taste"), "#/target/0", "one of size"),
        (Preprocessing(target="fruit", columns=("size", "taste")), "#/columns/1", "one of size"),
        (
            Preprocessing(target="fruit", columns=("size", "size")),
            "#/columns/1",
            "must not name size twice",
        ),
        (
            Preprocessing(target="fruit", columns=("fruit",)),
            "#/columns/0",
            "must be a column that is not a target",
        ),
        (Preprocessing(target="fruit"), "#/columns", "more than 1000 distinct strings"),
        (Preprocessing(target="name", columns=("ripe",)), "#/target", "distinct strings"),
        (
            Preprocessing(target=("weight", "fruit"), columns=("ripe",)),
            "#/target",
            "fruit contains strings",
        ),
        (
            Preprocessing(target="fruit", columns=USED),
            "#/missing",
            "missing in size (1), colour (1)",
        ),
        (
            Preprocessing(target="size", columns=("ripe",), missing="mean"),
            "#/missing",
            "must be drop, because the target size lacks 1 values",
        ),
    ],
)
def test_what_cannot_be_chosen_is_reported(
    preprocessing: Preprocessing, place: str, expected: str
) -> None:
    assert expected in errors(preprocessing)[place]


def test_a_target_that_never_varies_is_reported() -> None:
    still = Detail(Column("weight"), 0, (5,), 5.0, 5.0, 5.0, 0.0)
    profile = replace(PROFILE, details=(*PROFILE.details[:-1], still))
    with pytest.raises(ValidationError, match="weight is 5 in every row"):
        Preprocessing(target="weight", columns=("ripe",)).choose(profile.table(MATRIX)[1])


def test_a_source_with_targets_of_its_own_takes_no_other() -> None:
    whole = Iris().describe(lambda name: b"")
    with pytest.raises(ValidationError, match="#/target"):
        Preprocessing(target="petal width (cm)").choose(whole)
    preprocessing = Preprocessing(columns=("petal width (cm)",))
    assert preprocessing.choose(whole).columns == ("petal width (cm)",)
    assert preprocessing.table(Iris().load(lambda name: b"")).inputs.shape == (150, 1)


def test_values_are_learned_at_mean_0_and_reported_in_the_units_of_the_data() -> None:
    preprocessing = Preprocessing(target="weight", columns=("when",), standardize_targets=True)
    table, _ = chosen(preprocessing)
    fitted = preprocessing.fit(table, TargetEncoding())
    targets = fitted.targets(table.targets)
    np.testing.assert_allclose([targets.mean(), targets.std()], [0, 1], atol=1e-12)
    np.testing.assert_allclose(fitted.values_of(targets), table.targets)


def test_a_shape_holds_the_features() -> None:
    preprocessing = Preprocessing(reshape=(2, 1, 2))
    assert not list(preprocessing.errors(("a", "b", "c", "d")))
    assert [f.pointer for f in preprocessing.errors(("a", "b"))] == ["#/reshape"]
    table = Table(("a", "b", "c", "d"), np.arange(8.0).reshape(2, 4), np.zeros((2, 1)))
    assert preprocessing.fit(table, TargetEncoding()).inputs(table.inputs).shape == (2, 2, 1, 2)


def test_a_polynomial_is_every_product_up_to_its_degree() -> None:
    preprocessing = Preprocessing(features=Polynomial(3), standardize=False)
    names = ("x1", "x2", "x1^2", "x1*x2", "x2^2", "x1^3", "x1^2*x2", "x1*x2^2", "x2^3")
    assert preprocessing.features_of(("x1", "x2")) == names
    table = Table(("x1", "x2"), np.array([[2.0, 3.0]]), np.zeros((1, 1)))
    inputs = preprocessing.fit(table, TargetEncoding()).inputs(table.inputs)
    assert inputs.tolist() == [[2, 3, 4, 6, 9, 8, 12, 18, 27]]


def test_a_polynomial_of_too_many_features_is_reported_before_they_are_made() -> None:
    columns = tuple(f"x{number}" for number in range(100))
    (error,) = Preprocessing(features=Polynomial(9)).errors(columns)
    assert error.pointer == "#/features"
