"""Tests of models by the client against the API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest

from tests.service.specs import circles, line
from tests.service.training import train
from trainlet import Client
from trainlet.client.download import save
from trainlet.errors import ConflictError, CorruptFileError, NotFoundError, ValidationError
from trainlet.store import Store


@pytest.fixture
def client(api: httpx.WSGITransport, store: Store) -> Client:
    train(store, line())
    train(store, circles())
    return Client("http://service.test", transport=api)


def test_points_may_be_lists_arrays_or_rows_by_column(client: Client) -> None:
    points = np.array([[1.0, 3.0], [2.0, 2.0]], np.float32)
    wanted = client.predict("circles", points)
    assert (wanted.name, wanted.version) == ("circles", 1)
    assert client.predict("circles", points.tolist(), 1) == wanted
    assert client.predict("circles", [tuple(map(np.float64, row)) for row in points]) == wanted
    assert client.predict("circles", list(points)) == wanted
    assert client.predict("circles", [{"x2": y, "x1": x} for x, y in points]) == wanted


def test_regression_has_values(client: Client) -> None:
    prediction = client.predict("line", [[1], [2.5]])
    assert (prediction.values, prediction.labels) == ([[2.0], [5.0]], None)
    assert prediction.document == {
        "model": {"name": "line", "version": 1},
        "outputs": [[2.0], [5.0]],
        "values": [[2.0], [5.0]],
    }


def test_no_points_have_no_predictions(client: Client) -> None:
    prediction = client.predict("circles", np.empty((0, 2)))
    assert (prediction.outputs, prediction.labels) == ([], [])


def test_many_points_are_sent_in_blocks_and_errors_name_the_point(client: Client) -> None:
    points = np.arange(25_000.0)[:, np.newaxis]
    assert client.predict("line", points).values == (2 * points.astype(np.float32)).tolist()
    points[24_000] = np.nan
    with pytest.raises(ValidationError) as caught:
        client.predict("line", points)
    assert caught.value.errors[0].pointer == "#/points/24000/0"


def test_all_blocks_go_to_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    requests: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request.url.path)
        model = {"name": "m", "version": 3}
        return httpx.Response(200, json={"model": model, "outputs": [[1.0]], "values": [[1.0]]})

    monkeypatch.setattr("trainlet.client.points.MAX_POINTS", 1)
    ours = Client("http://service.test", transport=httpx.MockTransport(handler))
    assert ours.predict("m", [[1], [2]]).values == [[1.0], [1.0]]
    assert requests == ["/v1/models/m/predict", "/v1/models/m/versions/3/predict"]


def test_invalid_points_are_reported_by_the_api(client: Client) -> None:
    tables: list[Any] = [
        [[1.0]],
        [[1, float("inf")]],
        [1, 2],
        [["a", "b"]],
        [{"x1": 1}],
        np.ones(2),
    ]
    for points in tables:
        with pytest.raises(ValidationError) as caught:
            client.predict("circles", points)
        assert caught.value.errors[0].pointer.startswith("#/points")


def test_models_are_typed(client: Client) -> None:
    circles, lines = client.models()
    assert (circles.name, circles.columns, lines.labels) == ("circles", ("x1", "x2"), None)
    assert client.model("circles", 1).labels == (0, 1)
    assert "loss" in circles._repr_html_()
    with pytest.raises(NotFoundError):
        client.model("../jobs")


def test_the_same_key_is_the_same_job(client: Client) -> None:
    first = client.submit(circles(), key="mine")
    assert client.submit(circles(), key="mine").id == first.id
    assert client.submit(circles()).id != first.id
    with pytest.raises(ValidationError, match="another body"):
        client.submit(line(), key="mine")


def test_jobs_are_typed_and_paged(
    client: Client, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(store, circles())
    monkeypatch.setattr("trainlet.client.connection.PAGE", 1)
    assert [job.model.name for job in client.jobs()] == ["circles", "circles", "line"]
    labelled = train(store, line() | {"metadata": {"team": "blue"}})
    assert [job.id for job in client.jobs(metadata={"team": "blue"})] == [labelled.id]
    assert list(client.jobs(metadata={"team": "red"})) == []
    (_, job) = client.jobs(status="succeeded", name="line")
    assert (job.ended, job.metrics["loss"], job.finished_at is None) == (True, 0.0, False)
    assert client.history(job.id)["loss"] == (0.0,)


def test_weights_are_downloaded_and_checked(
    client: Client, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = client.download("line")
    assert path == Path("line-1.safetensors")
    assert path.read_bytes() == client.weights("line") == store.models.weights("line", 1)


def test_corrupt_weights_are_not_saved(tmp_path: Path) -> None:
    target = tmp_path / "weights"
    target.write_bytes(b"before")
    with pytest.raises(CorruptFileError, match="SHA-256"):
        save([b"other"], target, "0" * 64)
    assert target.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [target]


def test_a_model_is_imported_aliased_and_deleted(
    client: Client, store: Store, tmp_path: Path
) -> None:
    weights = store.models.weights("line", 1)
    file = tmp_path / "line.safetensors"
    file.write_bytes(weights)
    assert [client.import_model(content, "copy").version for content in (weights, file)] == [1, 2]
    assert client.set_alias("copy", "best", 2) == {"name": "copy", "alias": "best", "version": 2}
    assert client.model("copy", "best").version == 2
    with pytest.raises(ConflictError, match="best"):
        client.delete_model("copy", 2)
    client.delete_alias("copy", "best")
    with pytest.raises(NotFoundError):
        client.delete_alias("copy", "best")
    client.delete_model("copy", 2)
    assert client.model("copy").version == 1
    client.delete_model("copy")
    with pytest.raises(NotFoundError):
        client.model("copy")
    with pytest.raises(ValidationError):
        client.import_model(b"pickle", "copy")


def test_a_job_is_deleted_after_it_finished(client: Client, store: Store) -> None:
    job = train(store, line())
    client.delete_job(job.id)
    with pytest.raises(NotFoundError):
        client.job(job.id)
    assert client.model("line").version == job.version
    with pytest.raises(ConflictError):
        client.delete_job(client.submit(circles()).id)


def test_a_dry_run_queues_no_job(client: Client) -> None:
    before = len(list(client.jobs()))
    estimate = client.dry_run(circles())
    assert estimate["parameters"] == 17
    assert estimate["spec"]["training"]["epochs"] == 2
    assert len(list(client.jobs())) == before
    with pytest.raises(ValidationError):
        client.dry_run(circles(epochs=0))
