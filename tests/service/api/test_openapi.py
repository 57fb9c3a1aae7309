"""The OpenAPI document: valid, derived from the declarations, with correct examples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from service.api import examples
from service.api.docs import FILES
from service.api.openapi import RESPONSES
from tests.worker.here import work
from trainlet.config import fields, is_configuration, is_family, members, to_json
from trainlet.datasets import ReadingOptions, Source
from trainlet.network.activations import Activation
from trainlet.network.initializers import Initializer
from trainlet.network.layers import Dense, Layer
from trainlet.network.losses import Loss
from trainlet.network.optimizers import Optimizer
from trainlet.network.schedules import Schedule
from trainlet.store import Store

FAMILIES = [Activation, Initializer, Layer, Loss, Optimizer, Schedule, Source]
KINDS = [(family, kind) for family in FAMILIES for kind in family.kinds]


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    response = client.get("/openapi.json")
    assert response.status_code == 200
    payload = response.get_json()
    assert isinstance(payload, dict)
    return payload


@pytest.fixture
def components(document: dict[str, Any]) -> dict[str, Any]:
    result = document["components"]["schemas"]
    assert isinstance(result, dict)
    return result


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method != "parameters":
                yield path, method, operation


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_resource_is_reported_with_its_problems(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == {
        "/healthz",
        "/readyz",
        "/metrics",
        "/v1/presets",
        "/v1/datasets",
        "/v1/datasets/preview",
        "/v1/datasets/{dataset_id}",
        "/v1/datasets/{dataset_id}/read",
        "/v1/jobs",
        "/v1/jobs/{job_id}",
        "/v1/jobs/{job_id}/cancel",
        "/v1/jobs/{job_id}/pause",
        "/v1/jobs/{job_id}/resume",
        "/v1/jobs/{job_id}/events",
        "/v1/jobs/{job_id}/history",
        "/v1/jobs/{job_id}/snapshots",
        "/v1/jobs/{job_id}/reproduce",
        "/v1/jobs/{job_id}/predict",
        "/v1/jobs/{job_id}/forward",
        "/v1/jobs/{job_id}/backpropagate",
        "/v1/jobs/{job_id}/boundary.gif",
        "/v1/jobs/{job_id}/boundary.png",
        "/v1/jobs/{job_id}/evaluate",
        "/v1/jobs/{job_id}/explain",
        "/v1/jobs/{job_id}/loss.png",
        "/v1/jobs/{job_id}/points.png",
        "/v1/evaluations/{evaluation_id}",
        "/v1/jobs/{job_id}/weights",
        "/v1/models",
        "/v1/models/{name}",
        "/v1/models/{name}/predict",
        "/v1/models/{name}/weights",
        "/v1/models/{name}/aliases/{alias}",
        "/v1/models/{name}/versions",
        "/v1/models/{name}/backpropagate",
        "/v1/models/{name}/explain",
        "/v1/models/{name}/forward",
        "/v1/models/{name}/versions/{version}/backpropagate",
        "/v1/models/{name}/versions/{version}/explain",
        "/v1/models/{name}/versions/{version}/forward",
        "/v1/forward",
        "/v1/step",
        "/v1/models/{name}/versions/{version}",
        "/v1/models/{name}/versions/{version}/predict",
        "/v1/models/{name}/summary",
        "/v1/models/{name}/versions/{version}/summary",
        "/v1/models/{name}/onnx",
        "/v1/models/{name}/versions/{version}/onnx",
        "/v1/models/{name}/standalone.py",
        "/v1/models/{name}/versions/{version}/standalone.py",
        "/v1/models/{name}/evaluate",
        "/v1/models/{name}/versions/{version}/evaluate",
        "/v1/models/{name}/versions/{version}/weights",
    }
    problems = document["components"]["responses"]
    for path, _, operation in operations(document):
        assert operation["summary"]
        assert ("404" in operation["responses"]) == ("{" in path), path
    assert all("application/problem+json" in problem["content"] for problem in problems.values())


def test_every_operation_has_a_unique_id(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for *_, operation in operations(document)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in ids)
    assert {"list_jobs", "create_job", "predict", "predict_version", "upload_dataset"} <= set(ids)


def test_every_operation_has_a_short_summary_and_a_described_tag(document: dict[str, Any]) -> None:
    tags = {tag["name"]: tag["description"] for tag in document["tags"]}
    for path, method, operation in operations(document):
        summary = operation["summary"]
        assert 2 <= len(summary.split()) <= 5, (method, path, summary)
        assert summary[0].isupper(), (method, path, summary)
        assert not summary.endswith("."), (method, path, summary)
        assert all(tags[tag] for tag in operation["tags"]), (method, path)


def test_every_operation_has_a_response_example(document: dict[str, Any]) -> None:
    components = document["components"]["responses"]
    used = set()
    for path, method, operation in operations(document):
        names = {operation["operationId"], operation["operationId"].removesuffix("_version")}
        used |= names & set(RESPONSES)
        contents: dict[str, Any] = {}
        for status, response in operation["responses"].items():
            name = response.get("$ref", "").rpartition("/")[2]
            contents[status] = components.get(name, response).get("content", {})
        examples = [m["example"] for c in contents.values() for m in c.values() if "example" in m]
        assert examples, (method, path)
        returned = [
            content["application/json"]
            for status, content in contents.items()
            if status < "3" and "application/json" in content
        ]
        assert not returned or any("example" in media_type for media_type in returned), (
            method,
            path,
        )
    assert used == set(RESPONSES)


def test_every_response_example_matches_its_schema(document: dict[str, Any]) -> None:
    components = document["components"]
    operation_contents = [
        response.get("content", {})
        for *_, operation in operations(document)
        for response in operation["responses"].values()
    ]
    problem_contents = [response["content"] for response in components["responses"].values()]
    for content in operation_contents + problem_contents:
        for media_type in content.values():
            if "example" in media_type:
                schema = media_type["schema"] | {"components": components}
                Draft202012Validator(schema).validate(media_type["example"])


def test_every_parameter_is_described(document: dict[str, Any]) -> None:
    for path, item in document["paths"].items():
        parameters = item.get("parameters", []) + [
            parameter
            for method, operation in item.items()
            if method != "parameters"
            for parameter in operation.get("parameters", [])
        ]
        assert all(parameter["description"] for parameter in parameters), path


def test_a_submission_reports_of_its_query_and_its_header(document: dict[str, Any]) -> None:
    payload = document["paths"]["/v1/jobs"]["post"]["parameters"]
    places = {(each["in"], each["name"]) for each in payload}
    assert {("query", "dry_run"), ("header", "Idempotency-Key")} <= places


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_is_one_of_its_kinds_reported_apart_by_type(
    components: dict[str, Any], family: Any
) -> None:
    written = components[family.__name__]
    choice = written if "oneOf" in written else written["anyOf"][1]
    mapping = choice["discriminator"]["mapping"]
    assert choice["discriminator"]["propertyName"] == "type"
    assert set(mapping) == set(family.kinds)
    assert [entry["$ref"] for entry in choice["oneOf"]] == list(mapping.values())
    short = written["anyOf"][0]["enum"] if "anyOf" in written else []
    assert set(short) == {
        kind
        for kind, member in family.kinds.items()
        if not any(field.required for field in fields(member))
    }


@pytest.mark.parametrize(("family", "kind"), KINDS)
def test_a_kind_states_its_fields_defaults_and_nothing_else(
    components: dict[str, Any], family: Any, kind: str
) -> None:
    member = family.kinds[kind]
    written = components[member.__name__]
    declared = {field.name: field for field in fields(member)}
    assert list(written["properties"]) == ["type", *declared]
    assert written["properties"]["type"]["const"] == kind
    assert written["additionalProperties"] is False
    required = {name for name, field in declared.items() if field.required}
    assert set(written["required"]) == {"type"} | required
    for name, field in declared.items():
        assert written["properties"][name]["description"] == field.description
        if not field.required:
            assert written["properties"][name]["default"] == to_json(field.default)


def test_bounds_are_stated(components: dict[str, Any]) -> None:
    units = components["Dense"]["properties"]["units"]
    assert (units["type"], units["minimum"], units["maximum"]) == ("integer", 1, 65_536)
    rate = components["Sgd"]["properties"]["learning_rate"]
    assert (rate["exclusiveMinimum"], rate["maximum"]) == (0, 1000)
    layers = components["Architecture"]["properties"]["layers"]
    assert (layers["minItems"], layers["maxItems"]) == (1, 64)
    assert "[a-z0-9]" in components["JobSpec"]["properties"]["name"]["pattern"]


def test_a_field_of_a_configuration_points_to_its_component(components: dict[str, Any]) -> None:
    families = [
        field.name
        for field in fields(Dense)
        if is_configuration(members(field.annotation)[0])
        and is_family(members(field.annotation)[0])
    ]
    assert families == ["activation", "weight_initializer", "bias_initializer"]
    for name in families:
        assert components["Dense"]["properties"][name]["$ref"].startswith("#/components/schemas/")


def test_every_example_runs(client: FlaskClient, document: dict[str, Any], store: Store) -> None:
    small = {"epochs": 1, "record": {"snapshots": 1}}
    training = examples.FOUR_CIRCLES["training"] | small  # type: ignore[operator]
    job = work(store, examples.FOUR_CIRCLES | {"training": training})
    uploads = store.uploads
    dataset, _ = uploads.receive([b"a;b\n1;2\n"], 100, "", "text/csv", ReadingOptions())
    ids = {"job_id": job.id, "dataset_id": dataset.id}
    ran = 0
    for path, method, operation in operations(document):
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        for example in body.get("examples", {}).values():
            place = path.format(name="four-circles", version=1, alias="best", **ids)
            response = client.open(place, method=method, json=example["value"])
            assert response.status_code in {200, 201, 202}, response.text
            ran += 1
    shown = 6 * len(examples.POINTS) + 3 * len(examples.SAMPLES) + 3 * len(examples.EVALUATION)
    shown += 3 * len(examples.EXPLANATIONS)
    expected = len(examples.JOBS) + len(examples.DATASETS) + len(examples.POINTING)
    assert (
        ran
        == expected
        + len(examples.STEPS)
        + len(examples.UNTRAINED)
        + len(examples.READING_OPTIONS)
        + shown
    )


def test_the_page_needs_nothing_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/docs")
    assert page.mimetype == "text/html"
    assert "http" not in page.text
    assert "<script>" not in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    for name in FILES:
        assert f"docs/{name}" in page.text
        with client.get(f"/docs/{name}") as response:
            assert response.status_code == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/docs/index.css").status_code == 404
    assert client.get("/docs/..%2f__init__.py").status_code == 404
