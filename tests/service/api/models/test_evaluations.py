"""Evaluations: values computed by hand, and sources that do not fit."""

from __future__ import annotations

import math
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from tests.service.conftest import Train
from tests.service.specs import circles, line
from tests.worker.here import work
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner


@pytest.fixture
def runner(store: Store, queue: Queue, settings: Settings) -> TaskRunner:
    return TaskRunner(store, queue, settings)


def ask(client: FlaskClient, name: str, source: Any, **more: Any) -> Any:
    body = {"source": source} | more
    return client.post(f"/v1/models/{name}/evaluate", json=body)


def inline(inputs: Any, targets: Any) -> dict[str, Any]:
    return {"type": "inline", "inputs": inputs, "targets": targets}


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def train_categories(train: Train) -> None:
    """Return a spec whose model computes sigmoid(2x)."""
    spec = line(targets=["no", "yes"])
    spec["architecture"]["layers"][0]["activation"] = "sigmoid"
    train(spec)


def test_a_regression_is_evaluated_by_its_errors(client: FlaskClient, train: Train) -> None:
    train(line())
    payload = ask(client, "line", inline([[1], [2], [3]], [2, 5, 8]), worst=2).get_json()
    assert payload["model"] == {"name": "line", "version": 1}
    assert payload["metrics"]["loss"] == pytest.approx((0 + 1 + 4) / 3)
    assert payload["metrics"]["mae"] == pytest.approx(1.0)
    assert payload["rows"] == 3
    assert (payload["labels"], payload["confusion_matrix"], payload["calibration"]) == (
        None,
        None,
        None,
    )
    assert payload["worst"] == [
        {"row": 2, "point": [3.0], "target": [8.0], "output": [6.0], "label": None, "error": 4.0},
        {"row": 1, "point": [2.0], "target": [5.0], "output": [4.0], "label": None, "error": 1.0},
    ]


def test_a_classification_is_counted_by_label(client: FlaskClient, train: Train) -> None:
    train_categories(train)
    inputs, targets = [[-1], [0.1], [1], [2]], ["no", "no", "no", "yes"]
    payload = ask(client, "line", inline(inputs, targets), bins=2, worst=1).get_json()
    assert payload["labels"] == ["no", "yes"]
    assert payload["confusion_matrix"] == [[1, 2], [0, 1]]
    assert payload["metrics"]["accuracy"] == pytest.approx(0.5)
    chances = [1 - sigmoid(-2), 1 - sigmoid(0.2), 1 - sigmoid(2), sigmoid(4)]
    entropy = -sum(math.log(chance) for chance in chances) / 4
    assert payload["metrics"]["loss"] == pytest.approx(entropy, rel=1e-5)
    low, high = payload["calibration"]["bins"]
    assert (low["count"], low["accuracy"], low["confidence"]) == (0, None, None)
    sure = (sigmoid(2) + sigmoid(0.2) + sigmoid(2) + sigmoid(4)) / 4
    assert (high["low"], high["high"], high["count"]) == (0.5, 1.0, 4)
    assert (high["accuracy"], high["confidence"]) == (0.5, pytest.approx(sure, rel=1e-5))
    assert payload["calibration"]["expected_error"] == pytest.approx(sure - 0.5, rel=1e-5)
    (worst,) = payload["worst"]
    assert (worst["row"], worst["target"], worst["label"]) == (2, "no", "yes")


def test_the_metrics_are_those_of_training(client: FlaskClient, train: Train) -> None:
    train(circles(metrics=["precision", {"type": "accuracy"}]))
    source = {"type": "four_circles", "samples": 500, "seed": 9}
    for path in ("circles", "circles/versions/1"):
        payload = client.post(f"/v1/models/{path}/evaluate", json={"source": source}).get_json()
        assert set(payload["metrics"]) == {"loss", "precision", "accuracy"}
        assert sum(map(sum, payload["confusion_matrix"])) == payload["rows"] == 500
        right = sum(payload["confusion_matrix"][place][place] for place in range(2))
        assert payload["metrics"]["accuracy"] == pytest.approx(right / 500)


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        (inline([[1, 2]], ["no"]), "#/source"),
        (inline([[1]], ["maybe"]), "#/source/targets/0"),
        (inline([[1]], [[1, 2]]), "#/source/targets"),
        (inline([[1], [3.5e38]], ["no", "yes"]), "#/source/1"),
        (inline([], ["no"]), "#/source/inputs"),
        ({"type": "uploaded", "id": "0" * 64}, "#/source/id"),
        ({"type": "none"}, "#/source/type"),
        (None, "#/source"),
    ],
)
def test_a_source_that_does_not_fit_is_reported(
    client: FlaskClient, train: Train, source: Any, pointer: str
) -> None:
    train_categories(train)
    response = ask(client, "line", source)
    assert response.status_code == 422
    errors = response.get_json()["errors"]
    assert errors[0]["pointer"] == pointer


MANY = {"type": "four_circles", "samples": 1001, "seed": 3}


def test_many_rows_are_handed_to_a_worker(
    client: FlaskClient, train: Train, queue: Queue, runner: TaskRunner
) -> None:
    train(circles())
    response = ask(client, "circles", MANY, worst=1)
    payload = response.get_json()
    assert (response.status_code, payload["status"], payload["result"]) == (202, "queued", None)
    assert response.headers["Location"] == f"/v1/evaluations/{payload['id']}"
    assert ask(client, "circles", MANY, worst=1).get_json()["id"] == payload["id"]
    assert queue.waiting_tasks("evaluate") == {payload["id"]}
    runner.run(BackgroundTask("evaluate", payload["id"]))
    done = client.get(f"{response.headers['Location']}?wait=5").get_json()
    assert (done["status"], done["error"]) == ("succeeded", None)
    assert done["result"]["rows"] == sum(map(sum, done["result"]["confusion_matrix"])) == 1001
    assert done["result"]["model"] == {"name": "circles", "version": 1}
    assert client.delete(response.headers["Location"]).status_code == 204
    assert client.get(response.headers["Location"]).status_code == 404


def test_a_worker_finds_what_one_response_reports(
    client: FlaskClient, train: Train, store: Store, runner: TaskRunner
) -> None:
    train(circles())
    source = MANY | {"samples": 1000}
    expected = ask(client, "circles", source).get_json()
    requested = {"source": source, "bins": 10, "worst": 10}
    evaluation = store.evaluations.ask("circles", 1, "0" * 64, requested)
    runner.run(BackgroundTask("evaluate", evaluation.id))
    assert client.get(f"/v1/evaluations/{evaluation.id}").get_json()["result"] == expected


def test_what_cannot_be_evaluated_by_a_worker_is_reported(
    client: FlaskClient, train: Train, store: Store, runner: TaskRunner
) -> None:
    train(line())
    source = {"type": "uploaded", "id": "0" * 64}
    lost = store.evaluations.ask("line", 1, "", {"source": source})
    gone = store.evaluations.ask("line", 9, "", {"source": source})
    for evaluation, expected in ((lost, "#/source/id"), (gone, "no version 9")):
        runner.run(BackgroundTask("evaluate", evaluation.id))
        payload = client.get(f"/v1/evaluations/{evaluation.id}").get_json()
        assert payload["status"] == "failed"
        assert expected in payload["error"]


def test_samples_that_do_not_fit_are_reported_before_a_worker_has_them(
    client: FlaskClient, train: Train, store: Store
) -> None:
    train(line())
    response = ask(client, "line", MANY)
    assert response.get_json()["errors"][0]["pointer"] == "#/source"
    assert store.evaluations.names() == []


def test_more_than_fits_into_memory_is_refused(store: Store, queue: Queue, train: Train) -> None:
    train(circles())
    small = Settings(max_points=10, max_memory_bytes=2**20)
    client = create_app(small, store, queue).test_client()
    response = ask(client, "circles", MANY | {"samples": 100_000})
    assert "TRAINLET_MAX_MEMORY_BYTES" in response.get_json()["errors"][0]["allowed"]


FRUIT = b"size,colour,fruit\n7,red,apple\n6,green,apple\n15,yellow,banana\n14,green,banana\n"


def test_categories_are_reported_in_words_and_unknown_ones_warned_of(
    client: FlaskClient, train: Train, runner: TaskRunner
) -> None:
    def uploaded(content: bytes) -> dict[str, Any]:
        headers = {"Content-Type": "text/csv"}
        response = client.post("/v1/datasets", data=content, headers=headers)
        runner.run(BackgroundTask("read", response.get_json()["id"]))
        return {"type": "uploaded", "id": response.get_json()["id"]}

    spec = circles() | {"name": "fruit"}
    spec["dataset"] = {"source": uploaded(FRUIT), "preprocessing": {"target": "fruit"}}
    train(spec)
    other = uploaded(b"fruit,colour,size\napple,pink,6\nbanana,yellow,15\n")
    payload = ask(client, "fruit", other, worst=2).get_json()
    points = sorted(row["point"] for row in payload["worst"])
    assert points == [
        [
            6.0,
            "pink",
        ],
        [15.0, "yellow"],
    ]
    (warning,) = payload["warnings"]
    assert warning.startswith("column colour: 1 row with a category that is not in the training")
    assert sum(map(sum, payload["confusion_matrix"])) == 2
    numbers = ask(client, "fruit", uploaded(b"fruit,colour,size\napple,1,6\nbanana,2,15\n"))
    assert "column colour of type category" in numbers.get_json()["errors"][0]["allowed"]


def test_data_that_are_evaluated_on_stay(
    client: FlaskClient, train: Train, store: Store, runner: TaskRunner
) -> None:
    train(line())
    headers = {"Content-Type": "text/csv"}
    dataset = client.post("/v1/datasets", data=FRUIT, headers=headers).get_json()["id"]
    requested = {"source": {"type": "uploaded", "id": dataset}}
    evaluation = store.evaluations.ask("line", 1, "", requested)
    assert client.delete(f"/v1/datasets/{dataset}").status_code == 409
    runner.run(BackgroundTask("evaluate", evaluation.id))
    assert client.delete(f"/v1/datasets/{dataset}").status_code == 204


def test_a_job_is_evaluated_at_an_epoch(client: FlaskClient, store: Store) -> None:
    job = work(store, circles(record={"every": 1}))
    source = MANY | {"samples": 50}
    payload = client.post(f"/v1/jobs/{job.id}/evaluate?epoch=1", json={"source": source}).get_json()
    assert (payload["job"]["epoch"], payload["rows"]) == (1, 50)
    response = client.post(f"/v1/jobs/{job.id}/evaluate", json={"source": MANY})
    assert response.status_code == 422


def test_values_do_not_take_words(client: FlaskClient, train: Train) -> None:
    train(line())
    response = ask(client, "line", inline([[1]], ["two"]))
    assert response.get_json()["errors"][0]["pointer"] == "#/source/targets"
    assert ask(client, "curve", inline([[1]], [2])).status_code == 404


def test_errors_of_standardized_values_are_in_the_units_of_the_data(
    client: FlaskClient, train: Train
) -> None:
    spec = line(targets=[1000.0, 3000.0])
    spec["dataset"]["preprocessing"] = {"standardize_targets": True}
    train(spec)
    points, wanted = [[1], [2], [4]], [2000.0, 2500.0, 100.0]
    answered = client.post("/v1/models/line/predict", json={"points": points}).get_json()
    off = [abs(row[0] - one) for row, one in zip(answered["values"], wanted, strict=True)]
    payload = ask(client, "line", inline(points, wanted)).get_json()
    assert payload["metrics"]["mae"] == pytest.approx(sum(off) / 3, rel=1e-5)


def test_an_undefined_metric_is_nan_with_a_warning(client: FlaskClient, store: Store) -> None:
    spec = circles(metrics=["accuracy", "auc"])
    spec["dataset"]["split"] = {"validation": 1}
    job = work(store, spec)
    (warning,) = store.jobs.get(job.id).warnings
    assert warning.startswith("auc is nan on the validation set: at least one label")
    assert client.get(f"/v1/jobs/{job.id}/history").get_json()["validation_auc"][0] == "nan"
    payload = ask(client, "circles", inline([[1, 3], [1, 1]], [1, 1])).get_json()
    assert payload["metrics"]["auc"] == "nan"
    assert [row["auc"] for row in payload["per_label"]] == [None, None]
    assert payload["warnings"] == [
        "auc is nan: at least one label is in no sample or in all samples"
    ]


@pytest.mark.parametrize("metric", ["precision", "recall", "f1", "auc"])
def test_one_unit_and_two_units_score_equally(
    client: FlaskClient, train: Train, metric: str
) -> None:
    inputs = [[x / 4 - 1] for x in range(9)]
    targets = ["yes" if x in (1, 5, 7, 8) else "no" for x in range(9)]
    results = []
    for activation, weights in (("sigmoid", [[2.0]]), ("softmax", [[-1.0, 1.0]])):
        spec = line(inputs=inputs, targets=targets)
        spec["training"]["metrics"] = [metric]
        (layer,) = spec["architecture"]["layers"]
        layer |= {"units": len(weights[0]), "activation": activation}
        layer["weight_initializer"]["values"] = weights
        train(spec)
        results.append(ask(client, "line", inline(inputs, targets)).get_json())
    assert results[0]["metrics"][metric] == pytest.approx(results[1]["metrics"][metric], rel=1e-9)
    assert results[0]["confusion_matrix"] == results[1]["confusion_matrix"]
    assert results[0]["per_label"] == results[1]["per_label"]
    by_hand = {"precision": 3 / 4, "recall": 3 / 4, "f1": 3 / 4, "auc": (1 + 4 + 5 + 5) / 20}
    assert results[0]["metrics"][metric] == pytest.approx(by_hand[metric])
