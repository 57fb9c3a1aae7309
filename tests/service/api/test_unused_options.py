"""Reading options that a media type does not use: an error on every path that reads a table."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.service.conftest import Train
from tests.service.specs import circles, line
from tests.worker.here import work
from trainlet.store import Store

CSV, TSV = "text/csv", "text/tab-separated-values"
NDJSON, JSON, NPY = "application/x-ndjson", "application/json", "application/x-npy"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SUFFIXES = {
    CSV: "csv",
    TSV: "tsv",
    EXCEL: "xlsx",
    NDJSON: "jsonl",
    "application/vnd.apache.parquet": "parquet",
    NPY: "npy",
    "application/x-npz": "npz",
}
QUERIES = {
    "delimiter": "delimiter=semicolon",
    "header": "header=false",
    "decimal": "decimal=comma",
    "thousands": "thousands=point",
    "comment": "comment=%23",
    "encoding": "encoding=latin-1",
    "missing": "missing=-",
    "sheet": "sheet=One",
    "columns": "columns.a=category",
}
BODIES: dict[str, Any] = {
    "delimiter": "semicolon",
    "header": "false",
    "decimal": "comma",
    "thousands": "point",
    "comment": "#",
    "encoding": "latin-1",
    "missing": ["-"],
    "sheet": "One",
    "columns": {"a": "category"},
}
# Written by hand: which options make sense for which kind of file.
UNUSED = {
    CSV: {"sheet"},
    TSV: {"sheet"},
    EXCEL: {"delimiter", "decimal", "thousands", "comment", "encoding"},
    NDJSON: {"delimiter", "header", "decimal", "thousands", "comment", "sheet"},
    "application/vnd.apache.parquet": set(BODIES) - {"missing", "columns"},
    NPY: set(BODIES),
    "application/x-npz": set(BODIES),
}
LINE: dict[str, Any] = {
    "predict": {"points": [[1.5]]},
    "forward": {"points": [[1.5]]},
    "backpropagate": {"points": [[1.5]], "targets": [3]},
    "explain": {"point": [1.5]},
}
CIRCLES: dict[str, Any] = {
    "predict": {"points": [[1, 2]]},
    "forward": {"points": [[1, 2]]},
    "backpropagate": {"points": [[1, 2]], "targets": [1]},
    "explain": {"point": [1, 2]},
}


def send(client: FlaskClient, path: str, body: bytes, media_type: str) -> Any:
    return client.post(path, data=body, headers={"Content-Type": media_type})


def check(response: Any, name: str, place: dict[str, str], *, unused: bool) -> None:
    """Assert that the response rejects this option at its location, or none."""
    if not unused:
        assert response.status_code < 300, response.get_json()
        return
    assert response.status_code == 422, response.get_json()
    (error,) = response.get_json()["errors"]
    assert error.items() >= place.items()
    assert name in error["allowed"]
    assert error["detail"].startswith("must be omitted for ")


def multipart(*parts: tuple[str, str]) -> bytes:
    """Write a multipart body from names and contents."""
    head = "--edge\r\nContent-Disposition: form-data; name="
    return (
        "".join(f"{head}{name}\r\n\r\n{text}\r\n" for name, text in parts).encode()
        + b"--edge--\r\n"
    )


@pytest.mark.parametrize("kind", UNUSED)
def test_an_upload_takes_only_options_of_its_media_type(
    client: FlaskClient, store: Store, kind: str
) -> None:
    form = "multipart/form-data; boundary=edge"
    file = f'"file"; filename="a.{SUFFIXES[kind]}"', "1"
    for name, query in QUERIES.items():
        unused = name in UNUSED[kind]
        response = send(client, f"/v1/datasets?{query}", b"1", kind)
        check(response, name, {"parameter": name}, unused=unused)
        response = send(client, f"/v1/datasets?{query}", multipart(file), form)
        check(response, name, {"parameter": name}, unused=unused)
        body = multipart(file, ('"options"', json.dumps({name: BODIES[name]})))
        response = send(client, "/v1/datasets", body, form)
        check(response, name, {"pointer": f"#/options/{name}"}, unused=unused)
    assert len(store.blobs.names("uploads")) == len(set(BODIES) - UNUSED[kind])


@pytest.mark.parametrize("kind", UNUSED)
def test_reading_again_takes_only_options_of_the_media_type(client: FlaskClient, kind: str) -> None:
    first = send(client, "/v1/datasets", b"1", kind).get_json()
    for name, value in BODIES.items():
        response = client.post(first["links"]["read"], json={name: value})
        check(response, name, {"pointer": f"#/{name}"}, unused=name in UNUSED[kind])
    assert client.post(first["links"]["read"], json=first["options"]).status_code == 200


@pytest.mark.parametrize("kind", [CSV, TSV, NDJSON, EXCEL, JSON, NPY])
def test_a_prediction_takes_only_options_of_its_media_type(
    client: FlaskClient, train: Train, store: Store, kind: str
) -> None:
    train(line())
    job = work(store, circles(epochs=1, record={"every": 1}))
    subjects = {"/v1/models/line": LINE, "/v1/models/line/versions/1": LINE}
    subjects |= {f"/v1/jobs/{job.id}": CIRCLES}
    for subject, bodies in subjects.items():
        for verb, body in bodies.items():
            if kind == NPY and (verb != "predict" or "jobs" in subject):
                continue
            for name in UNUSED.get(kind, set(BODIES)) - {"columns"}:
                path = f"{subject}/{verb}?{QUERIES[name]}"
                response = send(client, path, json.dumps(body).encode(), kind)
                check(response, name, {"parameter": name}, unused=True)


def test_options_of_the_media_type_read_rows(client: FlaskClient, train: Train) -> None:
    train(line())
    path = "/v1/models/line/predict"
    point = send(client, path, b'{"points": [[1.5]]}', JSON).get_json()["outputs"]
    for query, body, kind in [
        ("decimal=comma&delimiter=semicolon", b"x1\n1,5\n", CSV),
        ("decimal=comma", b"x1\n1,5\n", TSV),
        ("encoding=utf-16", '{"x1": 1.5}\n'.encode("utf-16"), NDJSON),
    ]:
        assert send(client, f"{path}?{query}", body, kind).get_json()["outputs"] == point
    assert send(client, f"{path}?delimiter=auto", b'{"x1": 1.5}', NDJSON).status_code == 200
