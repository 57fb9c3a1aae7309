"""Request bodies with Content-Encoding: gzip, on every kind of endpoint."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from service.http.content_encoding import gunzip
from service.http.npy import write_npy
from tests.service.conftest import Train
from tests.service.specs import line
from trainlet.errors import TooLargeError
from trainlet.settings import Settings

JSON = "application/json"
PREDICT = "/v1/models/line/predict"
POINTS = json.dumps({"points": [[3.0]]}).encode()


def compressed(data: bytes) -> bytes:
    """Compress without the time, which would be another one in each process."""
    return gzip.compress(data, mtime=0)


@pytest.fixture(autouse=True)
def _trained(train: Train) -> None:
    train(line())


def post(client: FlaskClient, path: str, body: bytes, encoding: str = "gzip", **more: str) -> Any:
    headers = {"Content-Type": JSON, "Content-Encoding": encoding} | more
    return client.post(path, data=body, headers=headers)


@pytest.mark.parametrize("path", [PREDICT, f"{PREDICT}?top=0"])
@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (compressed(POINTS), "gzip"),
        (compressed(POINTS), "GZip"),
        (compressed(POINTS), "x-gzip"),
        (compressed(POINTS), "identity, gzip"),
        (compressed(POINTS[:5]) + compressed(POINTS[5:]), "gzip"),
        (compressed(b"") + compressed(POINTS) + compressed(b""), "gzip"),
        (POINTS, "identity"),
        (POINTS, ""),
    ],
)
def test_an_encoded_body_predicts_like_a_plain_one(
    client: FlaskClient, path: str, body: bytes, encoding: str
) -> None:
    response = post(client, path, body, encoding)
    assert response.status_code == 200
    assert response.get_json()["values"] == [[6.0]]  # the weight of the line is 2


def test_an_encoded_npy_file_is_decoded(client: FlaskClient) -> None:
    kind = "application/x-npy"
    body = compressed(write_npy(np.array([[3.0]])))
    response = client.post(
        PREDICT, data=body, headers={"Content-Type": kind, "Content-Encoding": "gzip"}
    )
    assert response.get_json()["values"] == [[6.0]]


def test_lengths_of_a_binary_inference_count_decoded_bytes(client: FlaskClient) -> None:
    tensor = {"name": "points", "datatype": "FP64", "shape": [1, 1]}
    head = json.dumps({"inputs": [tensor | {"parameters": {"binary_data_size": 8}}]}).encode()
    body = compressed(head + np.array([3.0]).tobytes())
    length = {"Inference-Header-Content-Length": str(len(head))}
    response = post(client, "/v2/models/line/infer", body, **length)
    assert response.status_code == 200
    assert response.get_json()["outputs"][0]["data"] == [6.0]


def test_an_encoded_upload_is_stored_decoded(client: FlaskClient) -> None:
    table = b"a,b\n1,2\n3,4\n"
    headers = {"Content-Type": "text/csv"}
    encoded = client.post(
        "/v1/datasets",
        data=compressed(table),
        headers=headers | {"Content-Encoding": "gzip"},
    )
    assert encoded.status_code == 201
    plain = client.post("/v1/datasets", data=table, headers=headers)
    assert plain.status_code == 200
    assert plain.get_json()["id"] == encoded.get_json()["id"]
    assert plain.get_json()["bytes"] == len(table)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        POINTS,
        compressed(POINTS)[:-9],
        compressed(POINTS)[:-1],
        compressed(POINTS)[:5],
        compressed(POINTS) + b"more",
        compressed(POINTS)[:-8] + bytes(8),
        zlib.compress(POINTS),
    ],
)
@pytest.mark.parametrize("path", [PREDICT, "/v1/jobs", "/v2/models/line/infer"])
def test_a_broken_gzip_stream_is_400(client: FlaskClient, path: str, body: bytes) -> None:
    response = post(client, path, body)
    assert response.status_code == 400
    assert "gzip" in response.text


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip", "gzip,br", "nonsense"])
@pytest.mark.parametrize(
    ("path", "kind"),
    [(PREDICT, JSON), ("/v1/datasets", "text/csv"), ("/v2/models/line/infer", JSON)],
)
def test_another_encoding_is_415_and_names_gzip(
    client: FlaskClient, path: str, kind: str, encoding: str
) -> None:
    response = post(client, path, POINTS, encoding, **{"Content-Type": kind})
    assert response.status_code == 415
    assert response.headers["Accept-Encoding"] == "gzip"


def test_the_limit_counts_decoded_bytes(client: FlaskClient, settings: Settings) -> None:
    most = settings.max_body_bytes
    fits = POINTS + b" " * (most - len(POINTS))
    assert post(client, PREDICT, compressed(fits)).status_code == 200
    response = post(client, PREDICT, compressed(fits + b" "))
    assert response.status_code == 413
    assert f"{most} bytes" in response.get_json()["detail"]
    assert "TRAINLET_MAX_BODY_BYTES" in response.get_json()["detail"]


def test_a_bomb_is_rejected_while_it_is_decoded() -> None:
    bomb = compressed(bytes(2**28))
    tracemalloc.start()
    try:
        with pytest.raises(TooLargeError):
            for _ in gunzip([bomb], 2**22, "A_SETTING"):
                pass
        assert tracemalloc.get_traced_memory()[1] < 2**23
    finally:
        tracemalloc.stop()
