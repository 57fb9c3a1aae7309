"""Every path to a model's numbers gives the same ones, for all registered layers and losses.

JSON, CSV, npy, the Open Inference Protocol as JSON and binary, rows one by one, `forward`, the last
snapshot, an ONNX file under onnxruntime and the standalone file are compared with each other;
evaluation and the job's own metrics with NumPy on the predictions.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray

from service.http.npy import NPY, read_npy
from tests.service.prediction_paths import (
    close,
    inferred,
    onnx_outputs,
    predicted,
    predicted_by_table,
    standalone,
)
from tests.trainlet.export.models import CASES
from tests.worker.here import work
from trainlet.config import from_json
from trainlet.network.activations import Activation
from trainlet.network.layers import Layer
from trainlet.network.losses import Loss
from trainlet.spec import JobSpec, Limits, check, describe, resolve
from trainlet.store import Job, Store

Array = NDArray[Any]

LIMITS = Limits(parameters=10**6, work=10**12, inline_values=10**6)
DTYPES = ("float32", "float64")
TOLERANCE = {"float32": 2e-5, "float64": 1e-9}
"""Of the largest number: sums are added in another order, in the type of the network."""

ROWS = 24
TARGETS: dict[str, tuple[str, tuple[int, ...], Callable[[Any], Any]]] = {
    "numbers": ("regression", (2,), lambda draw: draw.normal(size=(ROWS, 2)) * 3 + 40),
    "number": ("regression", (1,), lambda draw: draw.normal(size=ROWS) * 300),
    "two texts": ("classification", (1, 2), lambda draw: draw.permutation(["no", "yes"] * 12)),
    "booleans": ("classification", (1, 2), lambda draw: draw.permutation([False, True] * 12)),
    "integers": ("classification", (3,), lambda draw: draw.permutation([1, 2, 5] * 8)),
    "rows of labels": ("multilabel", (3,), lambda draw: draw.integers(0, 2, (ROWS, 3))),
}
"""Task, units of the last layer, and how targets are drawn."""

ACTIVATIONS = ("tanh", "sigmoid", "softmax", "linear")
METRICS = {"regression": "mae", "classification": "accuracy", "multilabel": "accuracy"}


def spec(layers: Any, kind: str, loss: str, dtype: str, *, images: bool = False) -> dict[str, Any]:
    """Return a job over a few rows, of which some validate and some test."""
    task, _, make = TARGETS[kind]
    draw = np.random.default_rng(5)
    inputs = draw.normal(size=(ROWS, 60 if images else 3)) * 2 + 1
    preprocessing: dict[str, Any] = {"reshape": [6, 5, 2]} if images else {}
    preprocessing["standardize_targets"] = task == "regression"
    source = {"type": "inline", "inputs": inputs.tolist(), "targets": make(draw).tolist()}
    return {
        "name": "walked",
        "architecture": {"layers": layers, "dtype": dtype},
        "dataset": {
            "source": source,
            "task": task,
            "split": {"test": 0.25, "validation": 0.25},
            "preprocessing": preprocessing,
        },
        "training": {
            "epochs": 2,
            "seed": 3,
            "loss": {"type": loss},
            "metrics": [{"type": METRICS[task]}],
            "record": {"every": 1},
        },
    }


def fits(document: dict[str, Any], store: Store) -> bool:
    """Whether the API would accept the spec."""
    job = from_json(JobSpec, document)
    description = describe(job, store.datasets.read)
    return not check(resolve(job, description), description, LIMITS)


def test_every_layer_and_activation(client: FlaskClient, store: Store) -> None:
    walked: set[str] = set()
    for case in CASES.values():
        kinds = {layer["type"] for layer in case.layers}
        kinds |= {layer["activation"]["type"] for layer in case.layers if "activation" in layer}
        if kinds <= walked:
            continue
        dtype = DTYPES[len(walked) % 2]
        images = case.inputs != "rows"
        document = spec(list(case.layers), "numbers", "mse", dtype, images=images)
        walk(client, work(store, document), document)
        walked |= kinds
    assert walked >= {*Layer.kinds, *Activation.kinds}


def test_every_loss_task_and_encoding(client: FlaskClient, store: Store) -> None:
    walked: set[tuple[str, str]] = set()
    for kind, (_, ends, _) in TARGETS.items():
        for loss, units in product(Loss.kinds, ends):
            last = {"type": "dense", "units": units}
            documents = (
                spec([last | {"activation": each}], kind, loss, DTYPES[len(walked) % 2])
                for each in ACTIVATIONS
            )
            document = next((each for each in documents if fits(each, store)), None)
            if document is not None:
                walk(client, work(store, document), document)
                walked.add((loss, kind))
    assert {loss for loss, _ in walked} == set(Loss.kinds)
    assert {kind for _, kind in walked} == set(TARGETS)


def walk(client: FlaskClient, job: Job, document: dict[str, Any]) -> None:
    """Compare every path for the model of a job, on all of the rows it was given."""
    assert job.status == "succeeded", document
    source, dtype = document["dataset"]["source"], document["architecture"]["dtype"]
    points, targets = np.array(source["inputs"]), source["targets"]
    payload = predicted(client, "walked", {"points": points.tolist()})
    outputs, responses = np.array(payload["outputs"]), meant(client, payload)
    limit = TOLERANCE[dtype]
    single = [predicted(client, "walked", {"points": [p]}) for p in points[:3].tolist()]
    close(np.concatenate([one["outputs"] for one in single]), outputs[:3], limit)
    layers = client.post("/v1/models/walked/forward", json={"points": points.tolist()})
    close(layers.get_json()["layers"][-1]["a"], outputs, limit)
    snapshot = client.post(f"/v1/jobs/{job.id}/predict", json={"points": points.tolist()})
    close(snapshot.get_json()["outputs"], outputs, limit)
    alike(responses, meant(client, snapshot.get_json()), limit)
    file = io.BytesIO()
    np.save(file, points)
    npy = client.post("/v1/models/walked/predict", data=file.getvalue(), content_type=NPY)
    close(npy.get_json()["outputs"], outputs, limit)
    accepted = client.post(
        "/v1/models/walked/predict",
        data=file.getvalue(),
        content_type=NPY,
        headers={"Accept": NPY},
    )
    array = read_npy(accepted.data)
    close(array, outputs if "labels" in payload else responses, limit)
    columns = [f"x{number}" for number in range(1, points.shape[1] + 1)]
    read, rows = predicted_by_table(client, "walked", columns, points.tolist())
    assert (read["outputs"], meant(client, read)) == (payload["outputs"], responses)
    texts = [row.pop("label", row.pop("labels", None)) for row in rows]
    numbers = [list(map(float, row.values())) for row in rows]
    close(numbers, outputs if "labels" in payload else responses, limit)
    for text, label in zip(texts, payload.get("labels", texts), strict=True):
        assert text == label or json.loads(str(text)) == label
    for binary in (False, True):
        result = inferred(client, "walked", {"points": points}, binary=binary)
        close(result["outputs"], outputs, limit)
        name = "labels" if "labels" in payload else "values"
        alike(responses, np.asarray(result[name]).tolist(), limit)
    onnx = onnx_outputs(client, "walked", points=points)
    close(onnx["outputs"], outputs, limit)
    alike(responses, onnx.get("labels", onnx.get("values", onnx["outputs"])).tolist(), limit)
    alone = standalone(client, "walked", points.tolist())
    close(alone["outputs"], outputs, limit)
    alike(responses, meant(client, alone), limit)
    compare_evaluation(client, job, document, responses, targets)


def compare_evaluation(
    client: FlaskClient, job: Job, document: dict[str, Any], responses: Any, targets: Any
) -> None:
    """Compare evaluation and the job's metrics with NumPy on the predictions."""
    name = document["training"]["metrics"][0]["type"]
    hits = [reply == target for reply, target in zip(responses, targets, strict=True)]
    each = np.array(hits, float)
    if name == "mae":
        each = np.abs(np.array(responses) - np.array(targets).reshape(ROWS, -1)).mean(axis=1)

    def same(value: Any, rows: Any) -> None:
        assert value == pytest.approx(each[rows].mean(), rel=1e-4, abs=1e-6)

    parts = job.spec.dataset.split.apply(ROWS)
    same(job.metrics[name], parts.training)
    same(job.metrics[f"test_{name}"], parts.test)
    same(job.metrics[f"validation_{name}"], parts.validation)
    body = {"source": document["dataset"]["source"]}
    response = client.post("/v1/models/walked/evaluate", json=body)
    assert response.status_code == 200, response.text
    same(response.get_json()["metrics"][name], np.arange(ROWS))


def alike(expected: Any, actual: Any, limit: float) -> None:
    """Compare labels exactly, values up to rounding."""
    if isinstance(expected[0], list) and np.array(expected).dtype.kind == "f":
        close(actual, expected, limit)
    else:
        assert list(actual) == expected


def meant(client: FlaskClient, document: dict[str, Any]) -> Any:
    """Labels of a response, as one truth value per label for multilabel, or else values."""
    labels = document.get("labels")
    if labels is None:
        return document["values"]
    if not isinstance(labels[0], list):
        return labels
    known = client.get("/v1/models/walked").get_json()["labels"]
    return [[label in row for label in known] for row in labels]
