"""Exports over HTTP: exported models return the same predictions as the service."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import onnx
import pytest
from flask.testing import FlaskClient
from onnx.reference import ReferenceEvaluator

from tests.service.conftest import Train
from tests.service.specs import circles

POINTS = [[1.0, 3.0], [2.0, 2.0], [0.2, 3.9]]


@pytest.fixture(autouse=True)
def _model(train: Train) -> None:
    spec = circles()
    spec["dataset"]["preprocessing"] = {"features": ["x1", "x2^2", "x1*x2", "sin(x1)"]}
    train(spec)


def predicted(client: FlaskClient) -> dict[str, Any]:
    response = client.post("/v1/models/circles/predict", json={"points": POINTS})
    return dict(response.get_json())


@pytest.mark.parametrize("path", ["circles", "circles/versions/1"])
def test_onnx_takes_raw_points(client: FlaskClient, path: str) -> None:
    response = client.get(f"/v1/models/{path}/onnx")
    assert 'filename="circles-1.onnx"' in response.headers["Content-Disposition"]
    session = ReferenceEvaluator(onnx.load_from_string(response.data))
    outputs: Any = session.run(None, {"points": np.array(POINTS)})
    np.testing.assert_allclose(outputs[0], predicted(client)["outputs"], atol=1e-5)


@pytest.mark.parametrize("path", ["circles", "circles/versions/1"])
def test_the_standalone_file_reports_outputs_and_labels(client: FlaskClient, path: str) -> None:
    response = client.get(f"/v1/models/{path}/standalone.py")
    assert response.mimetype == "text/x-python"
    names: dict[str, Any] = {"__name__": "predictor"}
    exec(compile(response.text, "predictor.py", "exec"), names)
    outputs = names["predict"](POINTS)
    np.testing.assert_allclose(outputs, predicted(client)["outputs"], atol=1e-5)
    assert names["labels"](outputs) == predicted(client)["labels"]


@pytest.mark.parametrize("path", ["circles", "circles/versions/1"])
def test_the_summary_adds_up_to_what_is_reported_of_the_model(
    client: FlaskClient, path: str
) -> None:
    payload = client.get(f"/v1/models/{path}/summary").get_json()
    assert payload["model"] == {"name": "circles", "version": 1}
    assert payload["parameters"] == client.get("/v1/models/circles").get_json()["parameters"]
    assert [layer["output_shape"] for layer in payload["layers"]] == [[4], [1]]


@pytest.mark.parametrize("form", ["onnx", "summary", "standalone.py"])
def test_there_is_no_such_model(client: FlaskClient, form: str) -> None:
    for path in ("curve", "circles/versions/2", "circles/versions/none"):
        assert client.get(f"/v1/models/{path}/{form}").status_code == 404


def test_without_the_package_onnx_is_reported_to_be_missing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    for name in ("graph", "onnx_layers", "onnx_file"):
        monkeypatch.delitem(sys.modules, f"trainlet.export.{name}", raising=False)
    response = client.get("/v1/models/circles/onnx")
    assert response.status_code == 501
    assert "trainlet[onnx]" in response.get_json()["detail"]
