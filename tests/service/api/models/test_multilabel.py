"""A multilabel model over HTTP: training, prediction and evaluation against scikit-learn."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from sklearn import metrics as sklearn

from tests.service.conftest import Train
from tests.service.multilabel import INPUTS, TARGETS, outputs_of, tags
from tests.worker.here import work
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

POINTS = [[2.0, 0.0], [-1.0, 1.0], [0.0, 0.0]]
METRICS = ["accuracy", "f1", "precision", "auc", {"type": "f1", "average": "micro"}]


def scores(targets: Any, outputs: Any) -> dict[str, float]:
    """Compute the metrics of the spec with scikit-learn."""
    predicted = (outputs > 0.5).astype(int)
    return {
        "accuracy": sklearn.accuracy_score(targets, predicted),
        "f1": sklearn.f1_score(targets, predicted, average="macro", zero_division=0),
        "precision": sklearn.precision_score(targets, predicted, average="macro", zero_division=0),
        "f1_micro": sklearn.f1_score(targets, predicted, average="micro", zero_division=0),
        "auc": sklearn.roc_auc_score(targets, outputs, average="macro"),
    }


def evaluate(client: FlaskClient, targets: Any, inputs: Any = INPUTS) -> Any:
    source = {"type": "inline", "inputs": np.asarray(inputs).tolist(), "targets": targets}
    return client.post("/v1/models/tags/evaluate", json={"source": source, "worst": 1})


def test_labels_are_a_list_per_point_by_threshold(client: FlaskClient, train: Train) -> None:
    train(tags())
    payload = client.post("/v1/models/tags/predict", json={"points": POINTS}).get_json()
    assert np.array(payload["outputs"]) == pytest.approx(outputs_of(POINTS), rel=1e-5)
    assert payload["labels"] == [[0, 2], [1], []]
    shown = client.get("/v1/models/tags").get_json()
    assert (shown["task"], shown["labels"]) == ("multilabel", [0, 1, 2])
    assert client.get("/v1/models?task=multilabel").get_json()["data"][0]["name"] == "tags"
    refused = client.post("/v1/models/tags/predict?top=2", json={"points": POINTS})
    assert refused.status_code == 422
    assert refused.get_json()["errors"][0]["parameter"] == "top"


def test_other_interfaces_decide_alike(client: FlaskClient, store: Store) -> None:
    job = work(store, tags(record={"every": 1}))
    payload = client.post(f"/v1/jobs/{job.id}/predict", json={"points": POINTS}).get_json()
    assert payload["labels"] == [[0, 2], [1], []]
    tensor = {"name": "points", "shape": [3, 2], "datatype": "FP64", "data": POINTS}
    document = client.post("/v2/models/tags/infer", json={"inputs": [tensor]}).get_json()
    labels = document["outputs"][1]
    assert (labels["name"], labels["datatype"], labels["shape"]) == ("labels", "BOOL", [3, 3])
    assert labels["data"] == [True, False, True, False, True, False, False, False, False]


def test_metrics_of_training_and_evaluation_are_those_of_scikit_learn(
    client: FlaskClient, store: Store
) -> None:
    job = work(store, tags(metrics=METRICS))
    split = job.spec.dataset.split.apply(len(INPUTS))
    model = client.get("/v1/models/tags").get_json()
    history = client.get(f"/v1/jobs/{job.id}/history").get_json()
    for prefix, rows in (("validation_", split.validation), ("test_", split.test)):
        for name, value in scores(TARGETS[rows], outputs_of(INPUTS[rows])).items():
            assert model["metrics"][f"{prefix}{name}"] == pytest.approx(value), name
            if prefix == "validation_":
                assert history[f"{prefix}{name}"][-1] == pytest.approx(value), name
    payload = evaluate(client, TARGETS.tolist()).get_json()
    outputs = outputs_of(INPUTS)
    for name, value in scores(TARGETS, outputs).items():
        assert payload["metrics"][name] == pytest.approx(value), name
    entropy = sklearn.log_loss(TARGETS.ravel(), outputs.ravel()) * 3
    assert payload["metrics"]["loss"] == pytest.approx(entropy, rel=1e-5)


def test_each_label_is_evaluated_by_itself(client: FlaskClient, train: Train) -> None:
    train(tags())
    payload = evaluate(client, TARGETS.tolist()).get_json()
    outputs = outputs_of(INPUTS)
    predicted = (outputs > 0.5).astype(int)
    matrices = sklearn.multilabel_confusion_matrix(TARGETS, predicted)
    assert payload["confusion_matrix"] == matrices.tolist()
    expected = sklearn.precision_recall_fscore_support(TARGETS, predicted, zero_division=0)
    for place, row in enumerate(payload["per_label"]):
        names = ("precision", "recall", "f1", "support")
        assert [row[name] for name in names] == pytest.approx([one[place] for one in expected])
        area = sklearn.roc_auc_score(TARGETS[:, place], outputs[:, place])
        assert (row["label"], row["auc"]) == (place, pytest.approx(area))
    (worst,) = payload["worst"]
    row = worst["row"]
    assert worst["target"] == np.flatnonzero(TARGETS[row]).tolist()
    assert worst["label"] == np.flatnonzero(predicted[row]).tolist()
    right = (predicted == TARGETS).mean()
    bins = payload["calibration"]["bins"]
    assert sum(one["count"] for one in bins) == TARGETS.size
    result = sum(one["count"] * (one["accuracy"] or 0) for one in bins) / TARGETS.size
    assert result == pytest.approx(right)
    sure = sum(one["count"] * (one["confidence"] or 0) for one in bins) / TARGETS.size
    assert sure == pytest.approx(np.maximum(outputs, 1 - outputs).mean(), rel=1e-5)


def test_booleans_are_targets_too(client: FlaskClient, train: Train) -> None:
    train(tags(TARGETS.astype(bool), metrics=METRICS))
    flags = evaluate(client, TARGETS.astype(bool).tolist()).get_json()
    assert flags["metrics"] == evaluate(client, TARGETS.tolist()).get_json()["metrics"]


@pytest.mark.parametrize(
    ("targets", "pointer"),
    [
        ([[0, 1, 2]], "#/source/targets/0/2"),
        ([[0, 1]], "#/source/targets"),
        ([1], "#/source/targets"),
        (["a"], "#/source/targets"),
    ],
)
def test_targets_that_do_not_fit_are_refused(
    client: FlaskClient, train: Train, targets: Any, pointer: str
) -> None:
    train(tags())
    response = evaluate(client, targets, [[1.0, 2.0]])
    assert response.status_code == 422
    assert [error["pointer"] for error in response.get_json()["errors"]] == [pointer]


def test_backpropagate_takes_rows_of_zeros_and_ones(client: FlaskClient, train: Train) -> None:
    train(tags())
    body = {"points": [POINTS[0]], "targets": [[1, 0, 1]]}
    payload = client.post("/v1/models/tags/backpropagate", json=body).get_json()
    outputs = outputs_of([POINTS[0]])[0]
    cost = -np.log(outputs[0]) - np.log(1 - outputs[1]) - np.log(outputs[2])
    assert payload["cost"] == pytest.approx(cost, rel=1e-5)
    refused = client.post("/v1/models/tags/backpropagate", json=body | {"targets": [[1, 3, 1]]})
    assert refused.get_json()["errors"][0]["pointer"] == "#/targets/0/1"


CSV = "a,b,sport,music,1\n" + "".join(
    f"{a},{b},{int(a > 0)},{int(b > 0)},{int(a > b)}\n" for a, b in INPUTS[:20].tolist()
)


def test_labels_are_the_names_of_the_target_columns(
    client: FlaskClient, train: Train, store: Store, queue: Queue, settings: Settings
) -> None:
    headers = {"Content-Type": "text/csv"}
    dataset = client.post("/v1/datasets?header=true", data=CSV, headers=headers).get_json()["id"]
    TaskRunner(store, queue, settings).run(BackgroundTask("read", dataset))
    source = {"type": "uploaded", "id": dataset}
    named = {"columns": ["a", "b"], "target": ["sport", "music", "1"], "standardize": False}
    document = tags()
    document["dataset"] = {"source": source, "preprocessing": named}
    document["training"] |= {"loss": "binary_cross_entropy"}
    checked = client.post("/v1/jobs?dry_run=true", json=document).get_json()
    assert checked["spec"]["dataset"]["task"] == "multilabel"
    train(document)
    response = client.post("/v1/models/tags/predict", json={"points": POINTS}).get_json()
    assert response["labels"] == [["sport", "1"], ["music"], []]
    table = client.post(
        "/v1/models/tags/predict",
        data="b,a\n" + "".join(f"{b},{a}\n" for a, b in POINTS),
        headers={"Content-Type": "text/csv", "Accept": "text/csv"},
    )
    header, *rows = csv.reader(StringIO(table.text))
    assert header == ["labels", "output_sport", "output_music", "output_1"]
    assert [json.loads(row[0]) for row in rows] == response["labels"]
    assert [list(map(float, row[1:])) for row in rows] == response["outputs"]
    payload = client.post("/v1/models/tags/evaluate", json={"source": source}).get_json()
    assert [row["label"] for row in payload["per_label"]] == ["sport", "music", "1"]
    assert payload["rows"] == 20
    document["dataset"]["preprocessing"] |= {"columns": ["b"], "target": ["sport", "a", "1"]}
    refused = client.post("/v1/jobs?dry_run=true", json=document | {"name": "other"})
    pointers = [error["pointer"] for error in refused.get_json()["errors"]]
    assert refused.status_code == 422
    assert "#/training/loss" in pointers or "#/dataset/source" in pointers
    document["dataset"] |= {"task": "multilabel"}
    refused = client.post("/v1/jobs?dry_run=true", json=document).get_json()
    assert "#/dataset/preprocessing/target/1" in [error["pointer"] for error in refused["errors"]]
