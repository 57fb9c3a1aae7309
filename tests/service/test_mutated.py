"""Every field of a spec, replaced by values of other kinds, is rejected with its location."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask.testing import FlaskClient

Steps = tuple[str | int, ...]

SPEC = {
    "architecture": {
        "layers": [
            {"type": "reshape", "shape": [2]},
            {"type": "dense", "units": 2, "activation": {"type": "leaky_relu"}},
            {
                "type": "dense",
                "units": 1,
                "weight_initializer": {"type": "values", "values": [[1.0], [2.0]]},
                "trainable": False,
            },
        ]
    },
    "dataset": {
        "source": {
            "type": "inline",
            "inputs": [[1, 2], [3, 4], [5, 6], [7, 9]],
            "targets": [1, 2, 3, 5],
        },
        "preparation": {"features": ["x1", "x2"], "columns": ["x1", "x2"]},
        "split": {"validation": 1},
    },
    "training": {
        "epochs": 1,
        "optimizer": {"type": "sgd", "schedule": {"type": "step", "every": 2, "factor": 0.5}},
        "regularization": {"type": "l2", "rate": 0.1},
        "metrics": ["mae"],
        "early_stopping": {"patience": 1},
        "stop_at": {"metric": "loss", "below": 0.01},
    },
}

DRY_RUN = "/v1/jobs?dry_run=true"

NEVER_RIGHT = ["[[]]", "[null]", '[{"type": []}]', '{"type": []}', '{"a": [{}]}', "1e999"]
SOMETIMES_RIGHT = ["[]", "{}", '""', "-1", "1e308", "18446744073709551616"]


def paths(value: Any, path: Steps = ()) -> Iterator[Steps]:
    yield path
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in items:
            yield from paths(inner, (*path, step))


def replaced(spec: Any, path: Steps, mutation: str) -> str:
    if not path:
        return mutation
    document: Any = deepcopy(spec)
    inner = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = "MUTATION"
    return json.dumps(document).replace('"MUTATION"', mutation)


def test_every_wrong_value_is_rejected_with_its_location(client: FlaskClient) -> None:
    for path in paths(SPEC):
        for mutation in NEVER_RIGHT[:-1]:
            body = replaced(SPEC, path, mutation)
            answer = client.post(
                "/v1/jobs?dry_run=true", data=body, content_type="application/json"
            )
            assert answer.status_code == 422, body
            field = "#" + "".join(f"/{step}/" for step in path).replace("//", "/")
            found = [error["pointer"] + "/" for error in answer.get_json()["errors"]]
            assert any(each.startswith(field) or field.startswith(each) for each in found), body


@pytest.mark.parametrize("mutation", [*SOMETIMES_RIGHT, "1e999"])
def test_no_value_ends_in_a_server_error(client: FlaskClient, mutation: str) -> None:
    for path in paths(SPEC):
        body = replaced(SPEC, path, mutation)
        answer = client.post(DRY_RUN, data=body, content_type="application/json")
        assert answer.status_code < 500, body


@pytest.mark.parametrize("field", ["features", "columns", "target", "reshape"])
@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/datasets/preview"])
def test_an_empty_list_is_rejected(client: FlaskClient, path: str, field: str) -> None:
    spec: Any = deepcopy(SPEC)
    spec["dataset"]["preparation"] = {field: []}
    body = spec if path == "/v1/jobs" else spec["dataset"]
    answer = client.post(path, json=body)
    assert answer.status_code == 422
    pointers = [error["pointer"] for error in answer.get_json()["errors"]]
    assert any(pointer.endswith(f"/preparation/{field}") for pointer in pointers)
