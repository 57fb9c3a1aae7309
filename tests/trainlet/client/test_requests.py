"""Tests of inference and inspection by the client against the API."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import httpx
import numpy as np
import pytest

from service.api import examples
from tests.service.multilabel import source, tags
from tests.service.specs import circles, line
from tests.service.training import train
from tests.trainlet.client.reading import ReadingApi
from tests.worker.here import work
from trainlet.client import Client, EvaluationFailedError, Job
from trainlet.errors import ConflictError, NotFoundError, ValidationError
from trainlet.store import Store

POINTS = [[1.0, 3.0], [2.0, 2.0]]


@pytest.fixture
def client(api: httpx.WSGITransport) -> Client:
    return Client("http://service.test", transport=api)


@pytest.fixture
def job(client: Client, store: Store) -> Job:
    return client.job(work(store, circles(epochs=4, record={"every": 2})).id)


def test_arrays_are_sent_as_npy_and_predict_like_lists(client: Client, store: Store) -> None:
    train(store, circles())
    for dtype in (np.float32, np.float64, np.int32):
        points = np.array(POINTS).astype(dtype)
        assert client.predict("circles", points) == client.predict("circles", points.tolist())


def test_arrays_of_any_numbers_are_sent_in_doubles_or_singles() -> None:
    sent: list[np.dtype[np.generic]] = []

    def handler(request: httpx.Request) -> httpx.Response:
        assert request.headers["Content-Type"] == "application/x-npy"
        sent.append(np.load(BytesIO(request.content), allow_pickle=False).dtype)
        model = {"name": "m", "version": 1}
        return httpx.Response(200, json={"model": model, "outputs": [[1.0]], "values": [[1.0]]})

    ours = Client("http://service.test", transport=httpx.MockTransport(handler))
    kinds = np.float32, np.float64, np.int64, np.uint8, np.float16, np.bool_
    for kind in kinds:
        ours.predict("m", np.ones((1, 2), kind))
    assert sent == [np.float32, *[np.float64] * 5]


def test_pages_of_layers_are_of_one_epoch_and_one_mode(job: Job) -> None:
    requests: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        assert len(requests) <= 2
        first = "epoch" not in request.url.params
        layers = [{"layer": 0 if first else 1, "type": "dense"}]
        about = {"job": {"epoch": 4}, "layers": layers, "next": 1 if first else None, "cost": 0.5}
        return httpx.Response(200, json=about)

    ours = Client("http://service.test", transport=httpx.MockTransport(handler))
    assert len(ours.backpropagate(job, POINTS, [1, 0], mode="train")) == 2
    assert dict(requests[1].url.params) == {"first": "1", "epoch": "4"}
    assert [json.loads(request.content)["mode"] for request in requests] == ["train", "train"]


def test_the_most_probable_labels_are_returned(client: Client, store: Store) -> None:
    train(store, circles())
    prediction = client.predict("circles", POINTS, top=1)
    assert prediction.labels is not None
    assert prediction.top is not None
    assert [best[0]["label"] for best in prediction.top] == prediction.labels
    assert f"<td>{prediction.labels[0]}</td>" in prediction._repr_html_()


def test_a_model_is_evaluated(client: Client, store: Store) -> None:
    train(store, circles())
    result = client.evaluate("circles", {"type": "four_circles", "samples": 50}, worst=2)
    assert (result.name, result.version, result.rows, result.labels) == ("circles", 1, 50, (0, 1))
    assert result.confusion_matrix is not None
    assert (result.confusion_matrix.shape, result.confusion_matrix.sum()) == ((2, 2), 50)
    assert len(result.worst) == 2
    assert "true, predicted" in result._repr_html_()
    with pytest.raises(ValidationError) as caught:
        client.evaluate("circles", "nothing", 1)
    assert caught.value.errors[0].pointer == "#/source"


def test_an_evaluation_in_a_worker_is_awaited() -> None:
    handed = {"id": "7", "status": "queued", "model": {"name": "m", "version": 2}}
    result = {"rows": 9, "metrics": {}, "labels": None}
    result |= {"confusion_matrix": None, "per_label": None, "calibration": None}
    succeeded = handed | {"status": "succeeded", "result": result | {"worst": [], "warnings": []}}
    responses = [handed, handed | {"status": "running"}, succeeded, handed | {"status": "failed"}]
    requests: list[str] = []

    def handler(request: httpx.Request) -> httpx.Response:
        requests.append(f"{request.method} {request.url.path}")
        return httpx.Response(200, json=responses.pop(0) | {"error": "no room"})

    ours = Client("http://service.test", transport=httpx.MockTransport(handler))
    results = ours.evaluate("m", "xor")
    assert (results.name, results.version, results.rows) == ("m", 2, 9)
    assert requests == ["POST /v1/models/m/evaluate", *["GET /v1/evaluations/7"] * 2]
    with pytest.raises(EvaluationFailedError, match="no room"):
        ours.evaluate("m", "xor")


def test_a_regression_is_evaluated_on_an_uploaded_file(
    reading_api: ReadingApi, store: Store, tmp_path: Path
) -> None:
    train(store, line())
    file = tmp_path / "line.npz"
    np.savez(file, inputs=[[1.0], [2.0]], targets=[2.0, 5.0])
    client = Client("http://service.test", transport=reading_api)
    result = client.evaluate(client.model("line"), client.upload(file))
    assert (result.labels, result.confusion_matrix, result.metrics["loss"]) == (None, None, 0.5)
    assert "<table>" in result._repr_html_()


def test_a_backward_pass_is_returned_as_arrays(client: Client, store: Store) -> None:
    train(store, line())
    numbers = client.backpropagate("line", [[1], [3]], [3, 6])
    (layer,) = numbers
    assert (numbers.cost, layer.type) == (0.5, "dense")
    assert layer["z"].tolist() == [[2.0], [6.0]]
    assert layer["delta"].tolist() == [[-1.0], [0.0]]
    assert layer.equations["delta"] == "BP1"
    assert "cost 0.5\nlayer 0, dense\n" in str(numbers)
    assert "BP1  delta    [[-1.], [ 0.]]" in str(numbers)
    assert "BP1" in numbers._repr_html_()
    forward = client.forward("line", np.array([[1.0], [3.0]]))
    assert (forward.cost, forward[0]["z"].tolist()) == (None, [[2.0], [6.0]])
    with pytest.raises(ValidationError) as caught:
        client.backpropagate("line", [[1]], [None])
    assert caught.value.errors[0].pointer == "#/targets/0"


def test_layers_are_paged(client: Client, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    train(store, circles())
    at_once = client.backpropagate("circles", POINTS, [1, 0])
    most = {"application/json": 40, "application/x-npz": 40}
    monkeypatch.setattr("service.api.inspection.layer_numbers.MAX_NUMBERS", most)
    paged = client.backpropagate("circles", POINTS, [1, 0])
    assert str(paged) == str(at_once)
    assert len(paged) == 2
    assert [layer.layer for layer in paged[:2]] == [0, 1]


def test_a_job_predicts_with_the_snapshot_of_an_epoch(client: Client, job: Job) -> None:
    assert [each.epoch for each in client.snapshots(job.id)] == [2, 4]
    early, late = client.predict(job, POINTS, epoch=2), client.predict(job, POINTS)
    assert (early.epoch, late.epoch, early.name, early.version) == (2, 4, "circles", 1)
    assert late.outputs == client.predict("circles", POINTS).outputs != early.outputs
    (_, output) = client.forward(job, POINTS, epoch=2)
    assert output["a"] == pytest.approx(np.array(early.outputs))
    assert client.backpropagate(job, POINTS, [1, 0], epoch=2, mode="train").cost is not None
    assert client.evaluate(job, "four_circles", epoch=2).version == 1


def test_many_points_go_to_one_epoch(
    client: Client, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainlet.client.points.MAX_POINTS", 1)
    assert len(client.predict(job, POINTS, epoch=2).outputs) == 2


def test_missing_models_and_snapshots_are_reported(client: Client, job: Job, store: Store) -> None:
    with pytest.raises(ValidationError):
        client.predict(job, POINTS, epoch=3)
    with pytest.raises(ValueError, match="only jobs have snapshots"):
        client.predict("circles", POINTS, epoch=2)
    with pytest.raises(NotFoundError):
        client.forward("unknown", POINTS)
    bare = client.job(train(store, line()).id)
    with pytest.raises(ConflictError):
        client.forward(bare, [[1]])


def test_a_single_step_is_computed(client: Client) -> None:
    mazur = examples.STEPS["mazur"]["value"]
    step = client.step(mazur)  # type: ignore[arg-type]
    assert step.loss == pytest.approx(0.298371109, abs=5e-10)
    assert step.loss_after == pytest.approx(0.291027774, abs=5e-10)
    assert step.after["1.weight"][0, 0] == pytest.approx(0.35891648, abs=5e-9)
    assert step.layers[1]["delta"][0, 0] == pytest.approx(0.13849856, abs=5e-9)
    assert step.layers.cost == step.loss
    assert max(step.differences.values()) < 1e-6
    assert np.allclose(step.before["1.weight"] + step.update["1.weight"], step.after["1.weight"])


def test_models_are_saved_in_other_formats(
    client: Client, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    train(store, line())
    monkeypatch.chdir(tmp_path)
    path = client.download("line", format="standalone")
    assert path == Path("line-1.py")
    assert b"def predict" in path.read_bytes()


def test_columns_and_responses_are_explained(client: Client, job: Job) -> None:
    importance = client.explain(job, epoch=2, repeats=2)
    assert importance.repeats == 2
    assert [column.column for column in importance.columns] == ["x1", "x2"]
    assert importance.document["job"]["epoch"] == 2
    response = client.explain("circles", np.array([1.0, 3.0]))
    assert response.label in {0, 1}
    feature = response.features[0]
    assert feature.product == pytest.approx(feature.input * feature.gradient)
    assert "<th>x1</th>" in response._repr_html_()
    assert "loss increase" in importance._repr_html_()
    with pytest.raises(ValidationError) as error:
        client.explain("circles", ["huh", 1.0])
    assert error.value.errors[0].pointer == "#/point/0"


def test_each_label_of_a_multilabel_model_is_reported(client: Client, store: Store) -> None:
    train(store, tags())
    result = client.evaluate("tags", source())
    assert result.confusion_matrix is not None
    assert result.confusion_matrix.shape == (3, 2, 2)
    assert [row["label"] for row in result.per_label or ()] == [0, 1, 2]
    assert "<th>support</th>" in result._repr_html_()
    assert client.predict("tags", [[2.0, 0.0], [0.0, 0.0]]).labels == [[0, 2], []]
