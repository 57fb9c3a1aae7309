"""Labels that float64 or JSON cannot hold are rejected before a job runs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.api.models import documents, views
from tests.service.conftest import Train
from tests.service.specs import line


def spec(targets: list[Any]) -> dict[str, Any]:
    inputs = [[float(row)] for row in range(len(targets))]
    return {
        "architecture": {"layers": [{"type": "dense", "units": 1, "activation": "sigmoid"}]},
        "dataset": {
            "source": {"type": "inline", "inputs": inputs, "targets": targets},
            "task": "classification",
        },
        "training": {"epochs": 1},
    }


LARGE = [2**53, 2**63, 2**64, 2**70, -(2**53), -(2**70), 1e20]


@pytest.mark.parametrize("label", LARGE)
@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/jobs?dry_run=true"])
def test_a_label_that_float64_may_merge_is_rejected(
    client: FlaskClient, path: str, label: float
) -> None:
    response = client.post(
        path, data=json.dumps(spec([0, label, 0, label])), content_type="application/json"
    )
    assert response.status_code == 422
    (error,) = response.get_json()["errors"]
    assert error["pointer"] == "#/dataset/source"
    assert "2**53" in error["detail"]


def test_neighbors_are_rejected_even_where_they_became_one_label(client: FlaskClient) -> None:
    response = client.post("/v1/jobs", json=spec([2**53, 2**53 + 1]))
    detail = response.get_json()["errors"][0]["detail"]
    assert "larger numbers such as 9007199254740992.0 are rounded" in detail


@pytest.mark.parametrize("label", [2**53 - 1, -(2**53) + 1])
def test_the_largest_exact_label_is_kept(client: FlaskClient, train: Train, label: int) -> None:
    train(spec([0, label, 0, label]))
    model = client.get("/v1/models/model").get_json()
    assert set(model["labels"]) == {0, label}


@pytest.mark.parametrize("value", LARGE)
def test_a_preview_shows_large_targets(client: FlaskClient, value: float) -> None:
    body = json.dumps(spec([0, value, 1])["dataset"])
    response = client.post("/v1/datasets/preview", data=body, content_type="application/json")
    assert response.status_code == 200
    assert float(value) in [row[0] for row in response.get_json()["targets"]]


def test_a_model_that_cannot_be_shown_does_not_hide_the_others(
    client: FlaskClient,
    train: Train,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    train(line())
    train(line() | {"name": "damaged"})
    summary = documents.model_summary

    def damaged(model: Any) -> dict[str, Any]:
        return summary(model) | ({"labels": [2**64]} if model.name == "damaged" else {})

    monkeypatch.setattr(views, "model_summary", damaged)
    response = client.get("/v1/models")
    assert [model["name"] for model in response.get_json()["data"]] == ["line"]
    assert "name=damaged version=1" in caplog.text
