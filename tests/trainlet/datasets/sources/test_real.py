from __future__ import annotations

import pytest

from tests.trainlet.datasets.sources.test_four_circles import nothing
from trainlet.datasets import BreastCancer, Diabetes, Digits, Iris, Source, Wine


@pytest.mark.parametrize(
    ("source", "rows", "columns", "labels"),
    [
        (Iris(), 150, 4, ("setosa", "versicolor", "virginica")),
        (Wine(), 178, 13, ("class_0", "class_1", "class_2")),
        (BreastCancer(), 569, 30, ("benign", "malignant")),
        (Digits(), 1797, 64, tuple(range(10))),
    ],
)
def test_a_set_is_what_was_published(
    source: Source, rows: int, columns: int, labels: tuple[str | int, ...]
) -> None:
    description, table = source.describe(nothing), source.load(nothing)
    assert (description.rows, len(description.columns)) == (rows, columns) == table.inputs.shape
    assert description.labels == labels
    assert description.task == "classification"


def test_diabetes_is_of_values() -> None:
    description = Diabetes().describe(nothing)
    assert (description.rows, description.task) == (442, "regression")
    assert description.columns == ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    assert description.target_range == (25, 346)


def test_numbers_are_those_of_the_first_flower_and_digit() -> None:
    iris, digits = Iris().load(nothing), Digits().load(nothing)
    assert iris.inputs[0].tolist() == [5.1, 3.5, 1.4, 0.2]
    assert iris.targets[0] == ["setosa"]
    assert digits.inputs[0, :8].tolist() == [0, 0, 5, 13, 9, 1, 0, 0]
    assert digits.targets[0] == [0]


def test_no_one_can_change_what_all_share() -> None:
    with pytest.raises(ValueError, match="read-only"):
        Iris().load(nothing).inputs[0] = 0
