"""Tests of uploads by the client against the API."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.service.specs import circles
from tests.trainlet.client.reading import ReadingApi
from trainlet.client import APIStatusError, Client, Column, DatasetError, EmptyFileError
from trainlet.client.file import MAX_MEMORY_BYTES, opened
from trainlet.errors import NotFoundError, ServiceUnavailableError, ValidationError

FRUIT = b"size,colour,fruit\n7.1,red,apple\n6.9,,apple\n15.2,yellow,banana\n14.8,green,banana\n"


@pytest.fixture
def client(reading_api: ReadingApi) -> Client:
    return Client("http://service.test", transport=reading_api)


def test_a_file_is_sent_and_read(client: Client, tmp_path: Path) -> None:
    file = tmp_path / "fruit.csv"
    file.write_bytes(FRUIT)
    result = client.upload(file)
    assert (result.name, result.status, result.rows) == ("fruit.csv", "ready", 4)
    assert result.sha256 == hashlib.sha256(FRUIT).hexdigest()
    size, colour, fruit = result.columns
    assert size == Column("size", "number", 0, 6.9, 15.2, None)
    assert (colour.missing, colour.values) == (1, "green, red, yellow")
    assert fruit.categories == ("apple", "banana")
    assert "<th>colour</th><td>category</td><td>1</td>" in result._repr_html_()
    assert client.dataset(result.id) == result
    assert [dataset.id for dataset in client.datasets()] == [result.id]
    assert client.upload(str(file), "again").id == result.id


def test_a_gzip_file_is_sent_and_read(client: Client, tmp_path: Path) -> None:
    plain, packed = client.upload(io.BytesIO(FRUIT), "fruit"), gzip.compress(FRUIT)
    for name in ("fruit.csv.gz", "fruit"):
        (tmp_path / name).write_bytes(packed)
        assert client.upload(tmp_path / name).id == plain.id
    (tmp_path / "fruit.tsv.gz").write_bytes(gzip.compress(FRUIT.replace(b",", b"\t")))
    result = client.upload(tmp_path / "fruit.tsv.gz")
    assert (result.columns, result.media_type) == (plain.columns, "text/tab-separated-values")


def test_a_spec_trains_on_an_uploaded_file(client: Client) -> None:
    result = client.upload(io.BytesIO(FRUIT), "fruit", wait=False)
    assert result.status == "profiling"
    preprocessing = {"target": "fruit", "columns": ["size"]}
    dataset = {"source": result.source, "preprocessing": preprocessing}
    assert client.submit(circles() | {"dataset": dataset}).status == "queued"


def test_an_open_file_is_sent_from_its_position(client: Client) -> None:
    file = io.BytesIO(b"a note\n" + FRUIT)
    file.readline()
    assert client.upload(file).rows == 4


def test_a_pipe_is_buffered_for_retries() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    for content in (FRUIT, bytes(MAX_MEMORY_BYTES + 1)):
        with opened(Pipe(content)) as file:
            assert file.bytes == len(content)
            for _ in range(2):
                assert b"".join(file.pieces(lambda count: None)) == content


def test_a_path_may_lead_to_a_pipe() -> None:
    end, begin = os.pipe()
    os.write(begin, FRUIT)
    os.close(begin)
    with opened(f"/dev/fd/{end}") as file:
        assert file.bytes == len(FRUIT)
    os.close(end)


@pytest.mark.parametrize("kind", ["npy", "npz"])
def test_the_first_bytes_determine_the_media_type(kind: str, client: Client) -> None:
    file, table = io.BytesIO(), np.arange(6.0).reshape(3, 2)
    if kind == "npy":
        np.save(file, table)
    else:
        np.savez(file, inputs=table, targets=table[:, 0])
    file.seek(0)
    result = client.upload(file, "numbers")
    assert (result.media_type, result.rows) == (f"application/x-{kind}", 3)


def test_an_invalid_file_is_reported_with_the_location(client: Client) -> None:
    with pytest.raises(
        DatasetError, match=r"^fruit cannot be read: .*line 3 has 3 values"
    ) as caught:
        client.upload(io.BytesIO(b"a,b\n1,2\n3,4,5\n"), "fruit")
    assert caught.value.dataset.status == "failed"


def test_reading_options_are_applied(client: Client) -> None:
    result = client.upload(
        io.BytesIO(b"1,5;2\n2,5;3\n"),
        "decimals",
        delimiter="semicolon",
        header=False,
        decimal="comma",
    )
    assert [(column.name, column.minimum) for column in result.columns] == [("x1", 1.5), ("x2", 2)]
    named = client.upload(io.BytesIO(b"2020,2021\n1,2\n"), header=True)
    assert ([column.name for column in named.columns], named.rows) == (["2020", "2021"], 1)
    again = client.read_dataset(named.id, header=False)
    assert ([column.name for column in again.columns], again.rows) == (["x1", "x2"], 2)
    assert again.sha256 == named.sha256
    client.delete_dataset(named.id)
    assert client.dataset(again.id) == again
    with pytest.raises(NotFoundError):
        client.delete_dataset(named.id)


@pytest.mark.parametrize("name", ["\n", "a" * 101])
def test_an_invalid_column_mapping_is_reported(name: str, client: Client) -> None:
    with pytest.raises(ValidationError) as caught:
        client.upload(io.BytesIO(FRUIT), name)
    assert caught.value.errors[0].path == ("name",)


def test_missing_and_empty_files_are_reported(client: Client, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        client.upload(tmp_path / "nothing.csv")
    with pytest.raises(EmptyFileError, match="is empty"):
        client.upload(io.BytesIO(b""))
    with pytest.raises(APIStatusError, match="415"):
        client.upload(io.BytesIO(FRUIT), media_type="text/plain")


def test_a_failed_upload_is_retried_from_the_start() -> None:
    bodies: list[bytes] = []

    def handler(request: httpx.Request) -> httpx.Response:
        bodies.append(request.read())
        assert request.headers["Content-Length"] == str(len(FRUIT))
        if len(bodies) == 1:
            raise httpx.WriteError("broken")
        return httpx.Response(201, json=document(hashlib.sha256(FRUIT).hexdigest()))

    ours = Client("http://service.test", transport=httpx.MockTransport(handler))
    assert ours.upload(io.BytesIO(FRUIT), wait=False).status == "profiling"
    assert bodies == [FRUIT, FRUIT]


def test_an_unreachable_api_is_reported() -> None:
    def handler(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    with pytest.raises(ServiceUnavailableError):
        Client("http://a.test", transport=httpx.MockTransport(handler)).upload(io.BytesIO(FRUIT))


def document(dataset_id: str) -> dict[str, Any]:
    return {
        "id": dataset_id,
        "name": "",
        "media_type": "text/csv",
        "bytes": len(FRUIT),
        "created_at": "2026-01-01T00:00:00Z",
        "status": "profiling",
        "error": None,
    }
