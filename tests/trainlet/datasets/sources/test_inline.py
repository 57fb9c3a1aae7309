from __future__ import annotations

import json
import math
from typing import Any

import pytest

from tests.trainlet.datasets.sources.test_four_circles import nothing
from trainlet.config import from_json, to_json
from trainlet.datasets import Inline
from trainlet.errors import ValidationError


def errors(inputs: Any, targets: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        Inline(inputs, targets)
    return {error.pointer: error.detail for error in caught.value.errors}


def test_numbers_become_one_target_column() -> None:
    table = Inline(((1, 2.5), (3, 4)), (0, 1.5)).load(nothing)
    assert table.columns == ("x1", "x2")
    assert table.inputs.tolist() == [[1.0, 2.5], [3.0, 4.0]]
    assert table.targets.tolist() == [[0.0], [1.5]]


def test_rows_of_targets_stay_rows() -> None:
    description = Inline(((1,), (2,)), ((0.0, 1.0), (0.5, -3.0))).describe(nothing)
    assert (description.target_columns, description.labels) == (2, None)
    assert description.target_range == (-3.0, 1.0)
    assert description.task is None


@pytest.mark.parametrize(
    ("targets", "labels", "task"),
    [
        (("b", "a", "b"), ("a", "b"), "classification"),
        ((True, False, True), (False, True), "classification"),
        ((2.0, 1.0, 2.5), (1, 2, 2.5), None),
    ],
)
def test_labels_keep_their_sort(targets: Any, labels: Any, task: str | None) -> None:
    description = Inline(((1,), (2,), (3,)), targets).describe(nothing)
    assert description.labels == labels
    assert [type(label) for label in description.labels or ()] == [type(label) for label in labels]
    assert description.task == task


def test_more_than_a_thousand_values_are_no_labels() -> None:
    inputs = tuple((number,) for number in range(1001))
    assert Inline(inputs, tuple(range(1001))).describe(nothing).labels is None
    assert len(Inline(inputs[1:], tuple(range(1000))).describe(nothing).labels or ()) == 1000


def test_every_fault_is_reported_with_its_place() -> None:
    inputs = [[1, 2], [1], "ab", [1, None], [math.nan, 10**400], [True, "1"], []]
    located = errors(inputs, [1, "a", False, math.inf, 2, [3], None, 4])
    places = ["1", "2", "3/1", "4/0", "4/1", "5/0", "5/1", "6"]
    assert [place for place in located if place.startswith("#/inputs")] == [
        f"#/inputs/{place}" for place in places
    ]
    assert [place for place in located if place.startswith("#/targets")] == [
        *(f"#/targets/{place}" for place in (1, 2, 3, 5, 6)),
        "#/targets",
    ]
    assert located["#/inputs/1"] == "must be a row of 2 finite numbers, not of 1"
    assert located["#/targets"] == "must contain 7 targets, one per row of inputs, not 8"


def test_uneven_rows_of_targets_are_reported() -> None:
    assert list(errors([[1], [2], [3]], [[1, 2], [1], [3, "4"]])) == [
        "#/targets/1",
        "#/targets/2/1",
    ]


@pytest.mark.parametrize(
    ("inputs", "targets", "place"),
    [([], [1], "#/inputs"), ([[1]], [], "#/targets"), ({"a": 1}, [1], "#/inputs")],
)
def test_what_is_no_list_or_empty_is_reported(inputs: Any, targets: Any, place: str) -> None:
    assert place in errors(inputs, targets)


@pytest.mark.parametrize("value", [True, None, "1", [1]])
def test_one_wrong_value_among_numbers_is_reported(value: Any) -> None:
    assert list(errors([[1, 2], [3, value]], [0, 1])) == ["#/inputs/1/1"]
    assert list(errors([[1], [2]], [[0, 1], [value, 1]])) == ["#/targets/1/0"]


def test_rows_without_numbers_are_reported() -> None:
    assert list(errors([[], []], [1, 2])) == ["#/inputs/0", "#/inputs/1"]


def test_long_text_is_reported() -> None:
    assert list(errors([[1], [2]], ["a", "b" * 201])) == ["#/targets/1"]


def test_no_more_than_a_hundred_faults_are_reported() -> None:
    assert len(errors([["a"]] * 1000, [1] * 1000)) == 100


def test_content_is_canonical() -> None:
    content = Inline([[1, 0.1]], ["é"]).content()  # type: ignore[arg-type]
    assert content == Inline(((1, 0.1),), ("é",)).content()
    assert json.loads(content) == {"inputs": [[1, 0.1]], "targets": ["é"]}


def test_storing_leaves_an_id_that_loads_the_same() -> None:
    source = Inline(((0.1, 2.0), (3.0, 4.0)), ("no", "yes"))
    kept: dict[str, bytes] = {}

    def put(content: bytes) -> str:
        kept["a" * 64] = content
        return "a" * 64

    stored = source.stored(put)
    assert to_json(stored)["id"] == "a" * 64
    assert stored.describe(kept.__getitem__) == source.describe(nothing)
    table, same = stored.load(kept.__getitem__), source.load(nothing)
    assert (table.inputs == same.inputs).all()
    assert (table.targets == same.targets).all()


def test_it_is_read_from_json() -> None:
    source = from_json(Inline, {"type": "inline", "inputs": [[1.5]], "targets": [True]})
    assert source == Inline(((1.5,),), (True,))
