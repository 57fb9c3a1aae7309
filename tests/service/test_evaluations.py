"""Evaluations: numbers that can be worked out by hand, and sources that do not fit."""

from __future__ import annotations

import math
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line


def ask(client: FlaskClient, name: str, source: Any, **more: Any) -> Any:
    body = {"source": source} | more
    return client.post(f"/v1/models/{name}/evaluate", json=body)


def inline(inputs: Any, targets: Any) -> dict[str, Any]:
    return {"type": "inline", "inputs": inputs, "targets": targets}


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def words(train: Train) -> None:
    """Answers yes with sigmoid(2x)."""
    spec = line(targets=["no", "yes"])
    spec["architecture"]["layers"][0]["activation"] = "sigmoid"
    train(spec)


def test_a_regression_is_judged_by_its_errors(client: FlaskClient, train: Train) -> None:
    train(line())
    told = ask(client, "line", inline([[1], [2], [3]], [2, 5, 8]), worst=2).get_json()
    assert told["model"] == {"name": "line", "version": 1}
    assert told["metrics"]["loss"] == pytest.approx((0 + 1 + 4) / 3)
    assert told["metrics"]["mae"] == pytest.approx(1.0)
    assert told["rows"] == 3
    assert (told["labels"], told["confusion"], told["calibration"]) == (None, None, None)
    assert told["worst"] == [
        {"row": 2, "point": [3.0], "target": [8.0], "output": [6.0], "label": None, "error": 4.0},
        {"row": 1, "point": [2.0], "target": [5.0], "output": [4.0], "label": None, "error": 1.0},
    ]


def test_a_classification_is_counted_by_label(client: FlaskClient, train: Train) -> None:
    words(train)
    inputs, targets = [[-1], [0.1], [1], [2]], ["no", "no", "no", "yes"]
    told = ask(client, "line", inline(inputs, targets), bins=2, worst=1).get_json()
    assert told["labels"] == ["no", "yes"]
    assert told["confusion"] == [[1, 2], [0, 1]]
    assert told["metrics"]["accuracy"] == pytest.approx(0.5)
    chances = [1 - sigmoid(-2), 1 - sigmoid(0.2), 1 - sigmoid(2), sigmoid(4)]
    entropy = -sum(math.log(chance) for chance in chances) / 4
    assert told["metrics"]["loss"] == pytest.approx(entropy, rel=1e-5)
    low, high = told["calibration"]["bins"]
    assert (low["count"], low["accuracy"], low["confidence"]) == (0, None, None)
    sure = (sigmoid(2) + sigmoid(0.2) + sigmoid(2) + sigmoid(4)) / 4
    assert (high["low"], high["high"], high["count"]) == (0.5, 1.0, 4)
    assert (high["accuracy"], high["confidence"]) == (0.5, pytest.approx(sure, rel=1e-5))
    assert told["calibration"]["expected_error"] == pytest.approx(sure - 0.5, rel=1e-5)
    (worst,) = told["worst"]
    assert (worst["row"], worst["target"], worst["label"]) == (2, "no", "yes")


def test_the_metrics_are_those_of_training(client: FlaskClient, train: Train) -> None:
    train(circles(metrics=["precision", {"type": "accuracy"}]))
    source = {"type": "four_circles", "samples": 500, "seed": 9}
    for path in ("circles", "circles/versions/1"):
        told = client.post(f"/v1/models/{path}/evaluate", json={"source": source}).get_json()
        assert set(told["metrics"]) == {"loss", "precision", "accuracy"}
        assert sum(map(sum, told["confusion"])) == told["rows"] == 500
        right = sum(told["confusion"][place][place] for place in range(2))
        assert told["metrics"]["accuracy"] == pytest.approx(right / 500)


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        (inline([[1, 2]], ["no"]), "#/source"),
        (inline([[1]], ["maybe"]), "#/source/targets/0"),
        (inline([[1]], [[1, 2]]), "#/source/targets"),
        (inline([[1], [3.5e38]], ["no", "yes"]), "#/source/1"),
        (inline([], ["no"]), "#/source/inputs"),
        ({"type": "four_circles", "samples": 1001}, "#/source"),
        ({"type": "uploaded", "id": "0" * 64}, "#/source/id"),
        ({"type": "none"}, "#/source/type"),
        (None, "#/source"),
    ],
)
def test_a_source_that_does_not_fit_is_told(
    client: FlaskClient, train: Train, source: Any, pointer: str
) -> None:
    words(train)
    answer = ask(client, "line", source)
    assert answer.status_code == 422
    faults = answer.get_json()["errors"]
    assert faults[0]["pointer"] == pointer


def test_too_many_rows_are_refused_with_the_limit(client: FlaskClient, train: Train) -> None:
    train(circles())
    answer = ask(client, "circles", {"type": "four_circles", "samples": 1001})
    (fault,) = answer.get_json()["errors"]
    assert fault["allowed"] == "at most 1000 rows (setting TRAINLET_MAX_POINTS)"


def test_values_do_not_take_words(client: FlaskClient, train: Train) -> None:
    train(line())
    answer = ask(client, "line", inline([[1]], ["two"]))
    assert answer.get_json()["errors"][0]["pointer"] == "#/source/targets"
    assert ask(client, "curve", inline([[1]], [2])).status_code == 404


def test_errors_of_standardized_values_are_in_the_units_of_the_data(
    client: FlaskClient, train: Train
) -> None:
    spec = line(targets=[1000.0, 3000.0])
    spec["dataset"]["preparation"] = {"standardize_targets": True}
    train(spec)
    points, wanted = [[1], [2], [4]], [2000.0, 2500.0, 100.0]
    answered = client.post("/v1/models/line/predict", json={"points": points}).get_json()
    off = [abs(row[0] - one) for row, one in zip(answered["values"], wanted, strict=True)]
    told = ask(client, "line", inline(points, wanted)).get_json()
    assert told["metrics"]["mae"] == pytest.approx(sum(off) / 3, rel=1e-5)
