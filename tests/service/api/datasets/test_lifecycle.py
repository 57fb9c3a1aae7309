"""Datasets of several owners, deleted while they are read, and uploaded as gzip files."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from flask.testing import FlaskClient

import trainlet.readers
from tests.service.auth.test_authentication import Open, guarded_app, open_service
from tests.service.conftest import Train
from tests.service.specs import line
from tests.trainlet.readers.workbook import workbook
from trainlet.queue import BackgroundTask, Queue
from trainlet.settings import Settings
from trainlet.store import Store
from worker import reading
from worker.background_tasks import TaskRunner

__all__ = ["guarded_app", "open_service"]

TABLE = b"a,b\n1,2\n3,4\n"
CSV = "text/csv"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NDJSON = "application/x-ndjson"


def upload(client: FlaskClient, content: bytes, media_type: str = CSV, query: str = "") -> Any:
    headers = {"Content-Type": media_type}
    return client.post(f"/v1/datasets{query}", data=content, headers=headers)


def multipart(client: FlaskClient, content: bytes, name: str, media_type: str) -> Any:
    file = BytesIO(content), name, media_type
    return client.post("/v1/datasets", data={"file": file}, content_type="multipart/form-data")


def saved(write: Callable[[Any], object]) -> bytes:
    file = BytesIO()
    write(file)
    return file.getvalue()


def frame() -> pd.DataFrame:
    return pd.read_csv(BytesIO(TABLE))


FILES = [
    (TABLE, CSV),
    (b"a\tb\n1\t2\n", "text/tab-separated-values"),
    (b'{"a": 1, "b": 2}\n', NDJSON),
    (workbook({"S": [["a", "b"], [1, 2]]}), EXCEL),
    (saved(lambda file: frame().to_parquet(file)), "application/vnd.apache.parquet"),
    (saved(lambda file: np.save(file, np.ones((2, 2)))), "application/x-npy"),
    (
        saved(lambda file: np.savez(file, inputs=np.ones((2, 2)), targets=np.arange(2))),
        "application/x-npz",
    ),
]
KINDS = [kind for _, kind in FILES]


def test_a_dataset_of_another_owner_is_unknown_to_be_read(open_service: Open, store: Store) -> None:
    guarded = open_service(tenancy="key")
    blue, red = (guarded.client("train", "read", owner=name) for name in ("blue", "red"))
    path = upload(blue, TABLE).get_json()["links"]["read"]
    unknown = f"/v1/datasets/{'0' * 64}/read"
    for body in ({}, {"delimiter": "semicolon"}, {"sheet": "One"}):
        refused, missing = red.post(path, json=body), red.post(unknown, json=body)
        assert (refused.status_code, missing.status_code) == (404, 404)
        expected = missing.get_json()["detail"].replace("0" * 64, path.split("/")[3])
        assert refused.get_json()["detail"] == expected
    assert len(store.blobs.names("uploads")) == 1
    assert blue.post(path, json={"delimiter": "semicolon"}).status_code == 201
    own = upload(red, TABLE)
    assert own.status_code == 201
    assert own.get_json()["links"]["read"] != path


@pytest.mark.parametrize("moment", ["before", "during", "after"])
@pytest.mark.parametrize(("content", "kind"), FILES, ids=KINDS)
def test_a_dataset_deleted_while_it_is_read_leaves_nothing(
    client: FlaskClient,
    store: Store,
    queue: Queue,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes,
    kind: str,
    moment: str,
) -> None:
    dataset = upload(client, content, kind).get_json()
    path, read = dataset["links"]["self"], trainlet.readers.read
    deleted: list[int] = []

    def delete() -> None:
        if not deleted:
            deleted.append(client.delete(path).status_code)

    def read_and_delete(file: Path, *arguments: Any) -> Any:
        if moment == "before":
            delete()
        changed = (*arguments[:-1], delete) if moment == "during" else arguments
        result = read(file, *changed)
        delete()
        return result

    monkeypatch.setattr(reading, "read", read_and_delete)
    TaskRunner(store, queue, settings).run(BackgroundTask("read", dataset["id"]))
    assert deleted == [204]
    for folder in ("uploads", "contents", "profiling"):
        assert store.blobs.names(folder) == []
    assert not list(Path(store.blobs.root).rglob("*numbers*"))
    assert client.get(path).status_code == client.post(f"{path}/read", json={}).status_code == 404
    again = upload(client, content, kind)
    monkeypatch.undo()
    TaskRunner(store, queue, settings).run(BackgroundTask("read", again.get_json()["id"]))
    assert client.get(path).get_json()["status"] == "ready"


@pytest.mark.parametrize(("content", "kind"), FILES, ids=KINDS)
def test_a_gzip_file_is_the_file_in_it(client: FlaskClient, content: bytes, kind: str) -> None:
    plain = upload(client, content, kind).get_json()
    packed = gzip.compress(content, mtime=0)
    responses = [
        upload(client, packed, kind),
        upload(client, gzip.compress(content[:5]) + gzip.compress(content[5:]), kind),
        multipart(client, packed, "table.gz", kind),
    ]
    if kind == CSV:
        responses.append(multipart(client, packed, "table.csv.gz", "application/gzip"))
    for response in responses:
        assert (response.status_code, response.get_json()) == (200, plain)


def test_a_gzip_file_is_bounded_and_checked(client: FlaskClient, store: Store) -> None:
    packed = gzip.compress(TABLE)
    for wrong in (packed[:-3], packed + b"more", packed[:10], b"\x1f\x8b", b"\x1f\x8bnot gzip"):
        assert upload(client, wrong).status_code == 400
        assert multipart(client, wrong, "a.csv.gz", "application/gzip").status_code == 400
    assert upload(client, gzip.compress(b"")).status_code == 422
    assert multipart(client, packed, "a.pdf.gz", "application/gzip").status_code == 415
    assert store.blobs.names("contents") == store.blobs.names("uploads") == []


def test_the_limit_of_uploads_counts_decompressed_bytes(open_service: Open, store: Store) -> None:
    client = open_service(max_upload_bytes=2000).client("train")
    assert upload(client, gzip.compress(b"a\n" + b"1\n" * 999)).status_code == 201
    for response in (
        upload(client, gzip.compress(b"a\n" + b"1\n" * 1000)),
        multipart(client, gzip.compress(bytes(10**7)), "a.csv.gz", "application/gzip"),
    ):
        assert response.status_code == 413
        assert "TRAINLET_MAX_UPLOAD_BYTES" in response.get_json()["detail"]
    assert len(store.blobs.names("contents")) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"x1\n1.5\n2\n", CSV),
        (b'{"x1": 1.5}\n{"x1": 2}\n', NDJSON),
        (workbook({"S": [["x1"], [1.5], [2]]}), EXCEL),
    ],
    ids=[CSV, NDJSON, EXCEL],
)
def test_a_gzip_file_predicts_like_the_file_in_it(
    client: FlaskClient, train: Train, content: bytes, kind: str
) -> None:
    train(line())
    path, headers = "/v1/models/line/predict", {"Content-Type": kind}
    response = client.post(path, data=gzip.compress(content), headers=headers)
    assert response.get_json()["values"] == [[3.0], [4.0]]  # the weight of the line is 2
    broken = client.post(path, data=gzip.compress(content)[:-1], headers=headers)
    assert broken.status_code == 400
    bomb = client.post(path, data=gzip.compress(bytes(10**6)), headers=headers)
    assert bomb.status_code == 413
