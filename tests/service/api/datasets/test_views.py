from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow
import pytest
from flask.testing import FlaskClient
from pyarrow import parquet

from tests.service.specs import circles
from trainlet.config import to_json
from trainlet.datasets import ReadingOptions
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker.background_tasks import TaskRunner

FRUIT = b"""size,colour,ripe,fruit
7.1,red,true,apple
6.9,green,false,apple
15.2,yellow,true,banana
14.8,green,false,banana
"""
CSV = {"Content-Type": "text/csv"}


def upload(client: FlaskClient, content: bytes = FRUIT, query: str = "", **headers: Any) -> Any:
    return client.post(f"/v1/datasets{query}", data=content, headers=CSV | headers)


@pytest.fixture
def reader(store: Store, queue: Queue, settings: Settings) -> TaskRunner:
    return TaskRunner(store, queue, settings)


def ready(client: FlaskClient, reader: TaskRunner, content: bytes = FRUIT, **headers: Any) -> str:
    dataset: str = upload(client, content, **headers).get_json()["id"]
    reader.run(BackgroundTask("read", dataset))
    return dataset


def spec(dataset: str, **more: Any) -> dict[str, Any]:
    source = {"type": "uploaded", "id": dataset}
    preprocessing = {"target": "fruit"} | more
    return circles() | {"dataset": {"source": source, "preprocessing": preprocessing}}


def places(response: Any) -> dict[str, str]:
    assert response.status_code == 422, response.get_json()
    return {error["pointer"]: error["detail"] for error in response.get_json()["errors"]}


def test_a_file_is_stored_and_delivered_to_be_read(client: FlaskClient, queue: Queue) -> None:
    response = upload(client, query="?name=my fruit&delimiter=comma")
    payload = response.get_json()
    assert response.status_code == 201
    assert response.headers["Location"] == f"/v1/datasets/{payload['id']}"
    assert (payload["name"], payload["status"], payload["bytes"]) == (
        "my fruit",
        "profiling",
        len(FRUIT),
    )
    assert payload["sha256"] == hashlib.sha256(FRUIT).hexdigest() != payload["id"]
    assert payload["options"] == to_json(ReadingOptions(delimiter="comma"))
    assert queue.waiting_tasks("read") == {payload["id"]}
    assert upload(client, query="?name=other&delimiter=comma").status_code == 200
    other = upload(client, query="?delimiter=tab")
    assert (other.status_code, other.get_json()["id"] != payload["id"]) == (201, True)


def test_what_was_found_is_shown(client: FlaskClient, reader: TaskRunner) -> None:
    payload = client.get(f"/v1/datasets/{ready(client, reader)}").get_json()
    assert (payload["status"], payload["rows"]) == ("ready", 4)
    types = {column["name"]: column["type"] for column in payload["columns"]}
    assert types == {"size": "number", "colour": "category", "ripe": "boolean", "fruit": "category"}
    assert payload["columns"][1]["categories"] == ["green", "red", "yellow"]
    assert payload["first_rows"][0] == [7.1, "red", True, "apple"]


def test_why_it_cannot_be_used_is_shown_and_reported_to_jobs(
    client: FlaskClient, reader: TaskRunner
) -> None:
    dataset = ready(client, reader, b"a,b\n1,2,3\n")
    payload = client.get(f"/v1/datasets/{dataset}").get_json()
    assert (payload["status"], payload["error"]) == (
        "failed",
        "line 2 has 3 values, but there are 2 columns; read with the default options",
    )
    result = places(client.post("/v1/jobs", json=spec(dataset)))
    assert "line 2 has 3 values" in result["#/dataset/source/id"]
    assert f"POST /v1/datasets/{dataset}/read" in result["#/dataset/source/id"]


def test_a_job_waits_for_no_file(client: FlaskClient) -> None:
    dataset = upload(client).get_json()["id"]
    assert (
        "is still being read"
        in places(client.post("/v1/jobs", json=spec(dataset)))["#/dataset/source/id"]
    )


def test_a_job_trains_on_a_file(client: FlaskClient, reader: TaskRunner) -> None:
    wanted = spec(ready(client, reader))
    wanted["dataset"]["split"] = {"test": 0.5, "stratify": True}
    response = client.post("/v1/jobs", json=wanted)
    assert response.status_code == 202, response.get_json()
    assert response.get_json()["spec"]["dataset"]["task"] == "classification"
    assert response.get_json()["splits"] == {"training": 2, "validation": 0, "test": 2}


QUERY = (
    "?delimiter=%3B&header=true&decimal=,&thousands=.&comment=%23&encoding=latin-1&missing=&missing=-"
    "&columns.a.b%26%2F%C3%A9=category&columns.y=ignore"
)
OPTIONS = {
    "delimiter": ";",
    "header": True,
    "decimal": ",",
    "thousands": ".",
    "comment": "#",
    "encoding": "latin-1",
    "missing": ["", "-"],
    "columns": {"a.b&/é": "category", "y": "ignore"},
}
CANONICAL = {
    "delimiter": "semicolon",
    "header": "true",
    "decimal": "comma",
    "thousands": "point",
    "comment": "#",
    "encoding": "latin-1",
    "missing": ["", "-"],
    "sheet": None,
    "columns": {"a.b&/é": "category", "y": "ignore"},
}


def test_options_are_the_same_by_query_by_part_and_by_reading_again(client: FlaskClient) -> None:
    by_query = upload(client, query=QUERY)
    assert by_query.status_code == 201, by_query.get_json()
    payload = by_query.get_json()
    assert payload["options"] == CANONICAL
    by_part = send(client, [("options", None, json.dumps(OPTIONS).encode()), FILE_PART])
    assert (by_part.status_code, by_part.get_json()) == (200, payload)
    first = upload(client).get_json()
    again = client.post(first["links"]["read"], json=OPTIONS)
    assert (again.status_code, again.get_json()) == (200, payload)
    assert again.headers["Location"] == payload["links"]["self"]
    new = client.post(payload["links"]["read"], json=OPTIONS | {"delimiter": "|"})
    assert (new.status_code, new.get_json()["options"]["delimiter"]) == (201, "pipe")


FILE_PART = ("file", "fruit.csv", FRUIT)


def send(client: FlaskClient, parts: list[tuple[str, str | None, bytes]], query: str = "") -> Any:
    """Send parts as multipart/form-data, written by hand."""
    body = b""
    for name, filename, content in parts:
        file = f'; filename="{filename}"' if filename else ""
        head = f'--edge\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    return client.post(f"/v1/datasets{query}", data=body + b"--edge--\r\n", headers=headers)


def test_a_file_may_come_in_parts_in_either_order(client: FlaskClient) -> None:
    options = ("options", None, b'{"delimiter": "comma"}')
    response = send(client, [FILE_PART, options])
    payload = response.get_json()
    assert (response.status_code, payload["name"], payload["media_type"]) == (
        201,
        "fruit.csv",
        "text/csv",
    )
    assert (payload["bytes"], payload["options"]["delimiter"]) == (len(FRUIT), "comma")
    assert send(client, [options, FILE_PART]).get_json() == payload
    assert upload(client, query="?delimiter=comma").get_json()["id"] == payload["id"]
    large = b"a,b\r\n" + b"1,2\r\n" * 700_000
    response = send(client, [("file", "large.csv", large)])
    assert response.get_json()["sha256"] == hashlib.sha256(large).hexdigest()


@pytest.mark.parametrize(
    ("parts", "query", "status"),
    [
        ([], "", 422),
        ([("options", None, b"{}")], "", 422),
        ([FILE_PART, FILE_PART], "", 422),
        ([("options", None, b"{}"), ("options", None, b"{}"), FILE_PART], "", 422),
        ([FILE_PART, ("colour", None, b"red")], "", 422),
        ([FILE_PART, ("options", None, b"{")], "", 400),
        ([FILE_PART, ("options", None, b"[]")], "", 422),
        ([FILE_PART, ("options", None, b'{"colour": "red"}')], "", 422),
        ([FILE_PART, ("options", None, b"{}")], "?delimiter=tab", 422),
        ([FILE_PART, ("options", None, bytes(5 * 2**20))], "", 413),
        ([("file", "fruit.pdf", FRUIT)], "", 415),
        ([("file", "fruit.csv", b"")], "", 422),
    ],
)
def test_parts_that_are_wrong_leave_nothing(
    client: FlaskClient, store: Store, parts: Any, query: str, status: int
) -> None:
    response = send(client, parts, query)
    assert response.status_code == status, response.get_json()
    assert store.blobs.names("contents") == store.blobs.names("uploads") == []


def test_a_failed_reading_is_repeated_with_other_options(
    client: FlaskClient, reader: TaskRunner
) -> None:
    failed = ready(client, reader, b"1,2\n1,2,3\n")
    payload = client.get(f"/v1/datasets/{failed}").get_json()
    assert payload["status"] == "failed"
    good = client.post(payload["links"]["read"], json={"delimiter": "comma", "header": False})
    assert good.status_code == 201
    assert client.delete(f"/v1/datasets/{failed}").status_code == 204
    reader.run(BackgroundTask("read", good.get_json()["id"]))
    assert client.get(good.headers["Location"]).get_json()["sha256"] == payload["sha256"]
    assert client.post(payload["links"]["read"], json={}).status_code == 404
    wrong = client.post(good.get_json()["links"]["read"], json={"decimal": 1, "missing": "?"})
    assert set(places(wrong)) == {"#/decimal", "#/missing"}


def test_a_source_states_nothing_of_how_its_file_is_written(
    client: FlaskClient, reader: TaskRunner
) -> None:
    wanted = spec(ready(client, reader))
    wanted["dataset"]["source"] |= {"delimiter": "comma"}
    assert set(places(client.post("/v1/jobs", json=wanted))) == {"#/dataset/source/delimiter"}


def test_parts_are_counted_without_the_rows_that_are_dropped(
    client: FlaskClient, reader: TaskRunner
) -> None:
    content = FRUIT + b",red,true,apple\n7,,false,apple\n"
    response = client.post("/v1/jobs", json=spec(ready(client, reader, content), missing="drop"))
    assert response.get_json()["splits"] == {"training": 4, "validation": 0, "test": 0}
    result = places(client.post("/v1/jobs", json=spec(ready(client, reader, content))))
    assert result["#/dataset/preprocessing/missing"].startswith(
        "must be drop or mean, because values are missing in size (1), colour (1)"
    )


@pytest.mark.parametrize(
    ("preprocessing", "place", "expected"),
    [
        ({"target": None}, "#/dataset/preprocessing/target", "is required"),
        ({"target": "taste"}, "#/dataset/preprocessing/target/0", "must be one of size"),
        ({"columns": ["taste"]}, "#/dataset/preprocessing/columns/0", "must be one of size"),
        ({"reshape": [2, 2]}, "#/dataset/preprocessing/reshape", "product is 5"),
        (
            {"target_encoding": "one_hot"},
            "#/dataset/preprocessing/target_encoding",
            "auto or zero_one",
        ),
        ({"features": ["colour"]}, "#/dataset/preprocessing/features/0", "must be a feature"),
    ],
)
def test_what_does_not_fit_the_file_is_reported(
    client: FlaskClient, reader: TaskRunner, preprocessing: Any, place: str, expected: str
) -> None:
    result = places(client.post("/v1/jobs", json=spec(ready(client, reader), **preprocessing)))
    assert expected in result[place]


def test_one_label_and_a_label_of_one_row_are_reported(
    client: FlaskClient, reader: TaskRunner
) -> None:
    one = ready(client, reader, b"a,fruit\n1,pear\n2,pear\n")
    result = places(client.post("/v1/jobs", json=spec(one)))
    assert "every target is pear" in result["#/dataset/source"]
    rare = spec(ready(client, reader, b"a,fruit\n1,pear\n2,pear\n3,fig\n"))
    rare["dataset"]["split"] = {"test": 1, "stratify": True}
    assert (
        "rarest label has 1 row"
        in places(client.post("/v1/jobs", json=rare))["#/dataset/split/stratify"]
    )


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/html"}, 415),
        ({"Content-Type": ""}, 415),
    ],
)
def test_bodies_that_are_not_taken(
    client: FlaskClient, store: Store, headers: dict[str, Any], status: int
) -> None:
    assert upload(client, **headers).status_code == status
    assert store.uploads.background_tasks.unsettled() == set()


def test_a_body_without_length_or_cut_off_or_empty_leaves_nothing(
    client: FlaskClient, store: Store
) -> None:
    chunked = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
    for length, more, status in (("", chunked, 411), ("1000", {}, 400), ("5000000000", {}, 413)):
        body = {"wsgi.input": BytesIO(FRUIT), "CONTENT_LENGTH": length}
        response = client.post("/v1/datasets", headers=CSV, environ_overrides=body | more)
        assert response.status_code == status, response.get_json()
    assert upload(client, b"").status_code == 422
    assert store.uploads.background_tasks.unsettled() == set()
    assert store.blobs.names("contents") == []


def test_a_full_store_returns_507_and_keeps_nothing(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("trainlet.store.durable_files.os.write", fail)
    response = upload(client)
    assert (response.status_code, response.content_type) == (507, "application/problem+json")
    monkeypatch.undo()
    assert [path for path in store.blobs.root.rglob("*") if path.is_file()] == []
    assert upload(client).status_code == 201


@pytest.mark.parametrize(
    "query",
    [
        "?delimiter=dot",
        "?delimiter=tab&delimiter=comma",
        "?columns.a=text",
        "?header=1",
        "?name=%00",
        "?colour=red",
    ],
)
def test_queries_are_read_strictly(client: FlaskClient, query: str) -> None:
    assert upload(client, query=query).status_code == 422


def test_a_file_that_a_job_needs_stays(client: FlaskClient, reader: TaskRunner) -> None:
    dataset = ready(client, reader)
    job = client.post("/v1/jobs", json=spec(dataset)).get_json()["id"]
    response = client.delete(f"/v1/datasets/{dataset}")
    assert response.status_code == 409
    assert job in response.get_json()["detail"]
    client.post(f"/v1/jobs/{job}/cancel")
    assert client.delete(f"/v1/datasets/{dataset}").status_code == 204
    assert client.delete(f"/v1/datasets/{dataset}").status_code == 404
    assert client.get(f"/v1/datasets/{dataset}").status_code == 404


def test_files_are_listed(client: FlaskClient) -> None:
    for content in (b"1,2", b"3,4", b"5,6"):
        upload(client, content)
    page = client.get("/v1/datasets?limit=2").get_json()
    assert [len(one["id"]) for one in page["data"]] == [64, 64]
    rest = client.get(f"/v1/datasets?limit=2&cursor={page['next']}").get_json()
    assert (len(rest["data"]), rest["next"]) == (1, None)


def test_a_preview_shows_what_a_network_would_see(client: FlaskClient, reader: TaskRunner) -> None:
    source = {"type": "uploaded", "id": ready(client, reader)}
    preprocessing = {"target": "fruit", "columns": ["colour", "size"], "standardize": False}
    payload = client.post(
        "/v1/datasets/preview",
        json={"source": source, "preprocessing": preprocessing, "split": {"test": 1}},
    ).get_json()
    assert payload["features"] == ["colour=green", "colour=red", "size"]
    assert payload["splits"] == {"training": 3, "validation": 0, "test": 1}
    assert len(payload["points"]) == len(payload["targets"]) == 3
    assert payload["labels"] == ["apple", "banana"]


def test_categories_are_learned_from_the_training_part_alone(
    client: FlaskClient, reader: TaskRunner
) -> None:
    rows = [f"{n},{'rare' if n == 7 else 'common'},{n % 2}" for n in range(40)]
    content = "\n".join(["a,kind,y", *rows]).encode()
    source = {"type": "uploaded", "id": ready(client, reader, content)}
    body: dict[str, Any] = {"source": source, "preprocessing": {"target": "y"}}
    body["split"] = {"test": 0.5, "seed": 1}
    payload = client.post("/v1/datasets/preview", json=body).get_json()
    assert payload["features"] == ["a", "kind=common"]
    assert payload["warnings"][0].startswith("column kind: rare is not in the training set")
    body["split"]["seed"] = 0
    payload = client.post("/v1/datasets/preview", json=body).get_json()
    assert payload["features"] == ["a", "kind=common", "kind=rare"]
    assert not [one for one in payload["warnings"] if "kind" in one and "not in" in one]


def test_a_preview_is_spread_over_the_part_that_is_requested(client: FlaskClient) -> None:
    iris = {"source": "iris", "split": {"validation": 30, "test": 60}}
    payload = client.post("/v1/datasets/preview?limit=6&part=test", json=iris).get_json()
    assert len(payload["points"]) == 6
    assert {target for (target,) in payload["targets"]} == set(payload["labels"])
    all_of_it = client.post("/v1/datasets/preview?limit=1000&part=validation", json=iris)
    assert len(all_of_it.get_json()["points"]) == 30


def test_a_preview_of_a_part_without_samples_is_empty(client: FlaskClient) -> None:
    payload = client.post("/v1/datasets/preview?part=test", json={"source": "iris"}).get_json()
    assert (payload["points"], payload["targets"]) == ([], [])


def test_a_preview_is_bounded(client: FlaskClient) -> None:
    payload = client.post("/v1/datasets/preview", json={"source": "digits"}).get_json()
    assert (len(payload["points"]), len(payload["points"][0])) == (100, 64)
    assert payload["warnings"]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"source": {"type": "uploaded", "id": "0" * 64}}, "#/source/id"),
        ({"source": "iris", "split": {"test": 150}}, "#/split/test"),
        ({"source": "iris", "preprocessing": {"features": ["x9"]}}, "#/preprocessing/features/0"),
        ({"source": "iris", "preprocessing": {"target": "x9"}}, "#/preprocessing/target"),
        (
            {"source": "wine", "preprocessing": {"standardize_targets": True}},
            "#/preprocessing/standardize_targets",
        ),
    ],
)
def test_a_preview_reports_where_it_is_wrong(client: FlaskClient, wrong: Any, place: str) -> None:
    assert place in places(client.post("/v1/datasets/preview", json=wrong))


PARQUET = {"Content-Type": "application/vnd.apache.parquet"}


def test_a_parquet_file_is_taken_too(client: FlaskClient, reader: TaskRunner) -> None:
    room = BytesIO()
    parquet.write_table(pyarrow.table({"size": [7.1, 15.2], "fruit": ["apple", "banana"]}), room)
    dataset = ready(client, reader, room.getvalue(), **PARQUET)
    payload = client.get(f"/v1/datasets/{dataset}").get_json()
    assert payload["first_rows"] == [[7.1, "apple"], [15.2, "banana"]]
    assert client.post("/v1/jobs", json=spec(dataset)).status_code == 202


def test_without_the_package_parquet_is_not_taken(
    client: FlaskClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    response = upload(client, b"PAR1", **PARQUET)
    assert response.status_code == 501
    assert "trainlet[parquet]" in response.get_json()["detail"]
    assert store.blobs.names("contents") == []


def test_an_array_is_taken_too(client: FlaskClient, reader: TaskRunner) -> None:
    file = BytesIO()
    np.save(file, np.arange(20.0).reshape(10, 2))
    dataset = ready(client, reader, file.getvalue(), **{"Content-Type": "application/x-npy"})
    payload = client.get(f"/v1/datasets/{dataset}").get_json()
    assert (payload["rows"], [column["name"] for column in payload["columns"]]) == (
        10,
        ["x1", "x2"],
    )
