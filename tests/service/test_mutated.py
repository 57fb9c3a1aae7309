"""Every field of specs of several kinds, replaced by wrong values, is rejected at its location."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.mutated_specs import FRUIT, REGRESSION, SPECS, uploaded
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

Steps = tuple[str | int, ...]

DRY_RUN = "/v1/jobs?dry_run=true"

NEVER_RIGHT = ["[[]]", "[null]", '[{"type": []}]', '{"type": []}', '{"a": [{}]}', "1e999"]
SOMETIMES_RIGHT = ["[]", "{}", '""', "-1", "1e308", "18446744073709551616"]


def paths(value: Any, path: Steps = ()) -> Iterator[Steps]:
    yield path
    if isinstance(value, (dict, list)):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in items:
            # Numbers of a table are all alike.
            if isinstance(inner, (dict, str)) or step not in range(2, 100):
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


@pytest.fixture(params=[*SPECS, "uploaded"])
def spec(
    client: FlaskClient,
    store: Store,
    queue: Queue,
    settings: Settings,
    request: pytest.FixtureRequest,
) -> Any:
    """Return a valid spec."""
    if request.param in SPECS:
        return SPECS[request.param]
    response = client.post("/v1/datasets", data=FRUIT, headers={"Content-Type": "text/csv"})
    dataset = response.get_json()["id"]
    TaskRunner(store, queue, settings).run(BackgroundTask("read", dataset))
    return uploaded(dataset)


def test_every_wrong_value_is_rejected_with_its_location(client: FlaskClient, spec: Any) -> None:
    assert client.post(DRY_RUN, json=spec).status_code == 200
    for path in paths(spec):
        for mutation in NEVER_RIGHT[:-1]:
            body = replaced(spec, path, mutation)
            response = client.post(DRY_RUN, data=body, content_type="application/json")
            assert response.status_code == 422, body
            field = "#" + "".join(f"/{step}/" for step in path).replace("//", "/")
            results = [error["pointer"] + "/" for error in response.get_json()["errors"]]
            assert any(each.startswith(field) or field.startswith(each) for each in results), body


def test_no_value_ends_in_a_server_error(client: FlaskClient, spec: Any) -> None:
    for path in paths(spec):
        for mutation in [*SOMETIMES_RIGHT, "1e999"]:
            body = replaced(spec, path, mutation)
            response = client.post(DRY_RUN, data=body, content_type="application/json")
            assert response.status_code < 500, body


@pytest.mark.parametrize("field", ["features", "columns", "target", "reshape"])
@pytest.mark.parametrize("path", ["/v1/jobs", "/v1/datasets/preview"])
def test_an_empty_list_is_rejected(client: FlaskClient, path: str, field: str) -> None:
    spec: Any = deepcopy(REGRESSION)
    spec["dataset"]["preprocessing"] = {field: []}
    body = spec if path == "/v1/jobs" else spec["dataset"]
    response = client.post(path, json=body)
    assert response.status_code == 422
    pointers = [error["pointer"] for error in response.get_json()["errors"]]
    assert any(pointer.endswith(f"/preprocessing/{field}") for pointer in pointers)
