"""JSON documents of models."""

from __future__ import annotations

from typing import Any

from service.api.paths import job_path, model_path
from service.http.bodies import numbers
from trainlet.config import to_json
from trainlet.network import Network
from trainlet.store import ModelRecord

Document = dict[str, Any]


def model_summary(model: ModelRecord) -> Document:
    """Return a model without its spec."""
    path = model_path(model.name, model.version)
    preprocessing, architecture = model.preprocessing, model.architecture
    network = Network(architecture.layers, model.input_shape, architecture.dtype)
    labels = preprocessing.encoding.labels
    return {
        "name": model.name,
        "version": model.version,
        "job": model.job,
        "created_at": model.created_at,
        "task": model.task,
        "input_shape": [len(preprocessing.columns)],
        "columns": list(preprocessing.columns),
        "labels": None if labels is None else list(labels),
        "parameters": network.parameter_count,
        "metrics": numbers(model.metrics),
        "bytes": model.bytes,
        "sha256": model.sha256,
        "aliases": list(model.aliases),
        "links": {
            "self": path,
            "predict": f"{path}/predict",
            "weights": f"{path}/weights",
            "summary": f"{path}/summary",
            "onnx": f"{path}/onnx",
            "standalone": f"{path}/standalone.py",
        }
        | ({} if model.job is None else {"job": job_path(model.job)}),
    }


def model_document(model: ModelRecord) -> Document:
    """Return a model with its spec."""
    return model_summary(model) | {
        "provenance": model.provenance,
        "spec": to_json(model.spec),
        "architecture": to_json(model.architecture),
    }
