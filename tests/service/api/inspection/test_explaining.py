"""Explanations over HTTP, against independently computed numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.api.inspection import explaining
from tests.service.api.models.test_imports import ARCHITECTURE, pytorch_file, send, state_dict
from tests.service.conftest import Train
from tests.service.specs import circles
from tests.worker.here import work
from trainlet.config import to_json
from trainlet.datasets import Inline
from trainlet.store import Store

WEIGHTS = np.array([3.0, 0.5, 0.0])
CHANCE = np.random.default_rng(2)
POINTS = CHANCE.normal(size=(60, 3)) * [1, 4, 9]
TARGETS = POINTS @ WEIGHTS


def plane() -> dict[str, Any]:
    """Return a spec with fixed weights for y = 3 x1 + x2 / 2 and no learning."""
    return {
        "name": "plane",
        "architecture": {
            "dtype": "float64",
            "layers": [
                {
                    "type": "dense",
                    "units": 1,
                    "trainable": False,
                    "weight_initializer": {"type": "values", "values": WEIGHTS[:, None].tolist()},
                }
            ],
        },
        "dataset": {
            "source": {"type": "inline", "inputs": POINTS.tolist(), "targets": TARGETS.tolist()},
            "preprocessing": {"standardize": False},
            "split": {"test": 40, "validation": 10},
        },
        "training": {"epochs": 1, "record": {"snapshots": 1}},
    }


def images() -> dict[str, Any]:
    """Flowers as images of four pixels."""
    return {
        "name": "iris",
        "architecture": {
            "dtype": "float64",
            "layers": [
                {"type": "conv2d", "filters": 3, "kernel_size": 2, "activation": "tanh"},
                "flatten",
                {"type": "dense", "units": 3, "activation": "softmax"},
            ],
        },
        "dataset": {"source": "iris", "preprocessing": {"reshape": [2, 2, 1]}},
        "training": {"epochs": 2, "record": {"every": 1}},
    }


def explain(client: FlaskClient, place: str, **body: Any) -> Any:
    return client.post(f"/v1/{place}/explain", json=body)


def test_importance_is_what_plain_loops_state(client: FlaskClient, store: Store) -> None:
    job = work(store, plane())
    payload = explain(client, "models/plane", repeats=4, seed=9).get_json()
    assert (payload["part"], payload["rows"], payload["repeats"]) == ("test", 40, 4)
    assert payload["metrics"]["loss"] == pytest.approx(0)
    rows = job.spec.dataset.split.apply(60).test
    chance = np.random.default_rng(9)
    for place, column in enumerate(payload["columns"]):
        losses, errors = [], []
        for _ in range(4):
            other = chance.permutation(POINTS[rows, place])
            off = [
                WEIGHTS[place] * (POINTS[row, place] - x)
                for row, x in zip(rows, other, strict=True)
            ]
            losses.append(sum(each * each for each in off) / 40)
            errors.append(sum(map(abs, off)) / 40)
        assert column["importance"] == pytest.approx(np.mean(losses))
        assert column["std"] == pytest.approx(np.std(losses))
        assert column["metrics"]["mae"] == pytest.approx(np.mean(errors))


def test_importance_is_what_theory_states(client: FlaskClient, store: Store) -> None:
    work(store, plane())
    payload = explain(client, "models/plane", repeats=100).get_json()["columns"]
    assert [column["column"] for column in payload] == ["x1", "x2", "x3"]
    rows = np.random.default_rng(0).permutation(60)[:40]
    # Of a random permutation the mean of (x − x')² is twice the variance.
    expected = 2 * WEIGHTS**2 * POINTS[rows].var(axis=0)
    assert [column["importance"] for column in payload] == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize("point", [[5.1, 3.5, 1.4, 0.2], [6.0, 2.9, 4.5, 1.5]])
def test_the_gradient_of_an_response_is_what_differences_state(
    client: FlaskClient, store: Store, point: list[float]
) -> None:
    job = work(store, images())
    result = explain(client, f"jobs/{job.id}", point=point).get_json()["point"]
    model = store.models.load("iris", 1)

    def output(moved: list[float]) -> float:
        payload = client.post("/v1/models/iris/predict", json={"points": [moved]}).get_json()
        assert payload["labels"] == [result["label"]]
        value: float = payload["outputs"][0][result["unit"]]
        return value

    assert result["output"] == pytest.approx(output(point))
    for place, feature in enumerate(result["features"]):
        up, down = (list(point), list(point))
        up[place], down[place] = point[place] + 1e-5, point[place] - 1e-5
        scale = (model.preprocessing.scale or ())[place]
        slope = (output(up) - output(down)) / 2e-5 * scale
        assert feature["gradient"] == pytest.approx(slope, abs=1e-8)
        actual = (point[place] - (model.preprocessing.mean or ())[place]) / scale
        assert feature["input"] == pytest.approx(actual)
        assert feature["product"] == pytest.approx(slope * actual, abs=1e-8)


def test_a_single_unit_speaks_for_the_second_label(client: FlaskClient, train: Train) -> None:
    train(circles())
    payload = explain(client, "models/circles/versions/1", point=[1.0, 3.0]).get_json()
    assert payload["model"] == {"name": "circles", "version": 1}
    assert (payload["point"]["label"], payload["point"]["unit"]) == (1, 0)
    assert [each["feature"] for each in payload["point"]["features"]] == ["x1", "x2"]


def test_a_job_is_explained_as_of_an_epoch(client: FlaskClient, store: Store) -> None:
    job = work(store, images())
    first, last = (
        explain(client, f"jobs/{job.id}", **body).get_json()
        for body in ({}, {"repeats": 5, "seed": 0})
    )
    assert first == last
    assert (last["job"]["epoch"], last["part"], last["rows"]) == (2, "training", 150)
    assert len(last["columns"]) == 4
    early = client.post(f"/v1/jobs/{job.id}/explain?epoch=1", json={}).get_json()
    assert early["job"]["epoch"] == 1
    assert early["columns"] != last["columns"]
    response = client.post(f"/v1/jobs/{job.id}/explain?epoch=3", json={})
    assert response.get_json()["errors"][0]["allowed"] == "2"
    client.put("/v1/models/iris/aliases/best", json={"version": 1})
    model = explain(client, "models/iris/versions/best").get_json()
    assert model["columns"] == last["columns"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"point": [1.0]}, "#/point"),
        ({"point": []}, "#/point"),
        ({"point": [1.0, "two"]}, "#/point/1"),
        ({"point": [1.0, None]}, "#/point/1"),
        ({"point": [1e300, 1.0]}, "#/point"),
        ({"point": {"x1": 1.0}}, "#/point/x2"),
        ({"point": [[1.0, 2.0]]}, "#/point/0"),
        ({"repeats": 0}, "#/repeats"),
        ({"repeats": 101}, "#/repeats"),
        ({"seed": -1}, "#/seed"),
        ({"points": [[1.0, 2.0], [1.0]]}, "#/points/1"),
        ({"points": []}, "#/points"),
        ([], "#"),
    ],
)
def test_a_bad_question_has_its_pointer(
    client: FlaskClient, train: Train, body: Any, pointer: str
) -> None:
    train(circles())
    response = client.post("/v1/models/circles/explain", json=body)
    assert response.status_code == 422, response.text
    assert response.get_json()["errors"][0]["pointer"] == pointer


def test_what_cannot_be_explained(
    client: FlaskClient, train: Train, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert explain(client, "models/nobody").status_code == 404
    send(client, pytorch_file(state_dict(), architecture=ARCHITECTURE))
    assert explain(client, "models/copy").status_code == 409
    assert explain(client, "models/copy", point=[0.5] * 40).status_code == 200
    job = work(store, circles())
    assert explain(client, f"jobs/{job.id}").status_code == 409
    monkeypatch.setattr(explaining, "MAX_MULTIPLICATIONS", 1000)
    assert explain(client, "models/circles").status_code == 413


def test_samples_that_are_gone_are_reported(client: FlaskClient, store: Store) -> None:
    spec = plane()
    source = Inline(POINTS.tolist(), TARGETS.tolist()).stored(store.datasets.put)
    spec["dataset"]["source"] = to_json(source)
    work(store, spec)
    assert explain(client, "models/plane").status_code == 200
    for file in (store.blobs.root / "datasets").iterdir():
        file.unlink()
    response = explain(client, "models/plane")
    assert response.status_code == 409
    assert "no longer exist" in response.get_json()["detail"]
