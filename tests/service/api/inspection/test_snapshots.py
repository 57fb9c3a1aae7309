"""Snapshots and forks over HTTP."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from tests.end_to_end.running_service import tensors
from tests.service.specs import circles
from tests.worker.here import work
from trainlet.store import Job, Store

POINTS = {"points": [[1.0, 3.0], [2.0, 2.0]]}
SAMPLES = POINTS | {"targets": [1, 0]}
RULE = {"type": "sgd", "learning_rate": 0.1}


def spec(**training: Any) -> dict[str, Any]:
    known = {"epochs": 6, "batch_size": 80, "record": {"every": 2}, "optimizer": RULE}
    return circles(**(known | training))


@pytest.fixture
def job(store: Store) -> Job:
    return work(store, spec())


def submit(client: FlaskClient, document: dict[str, Any], **start: Any) -> Any:
    return client.post("/v1/jobs", json=document | ({"start_from": start} if start else {}))


def test_the_epochs_kept_are_listed(client: FlaskClient, job: Job, store: Store) -> None:
    payload = client.get(f"/v1/jobs/{job.id}/snapshots").get_json()
    assert [each["epoch"] for each in payload["data"]] == [2, 4, 6]
    assert payload["next"] is None
    losses = store.jobs.history(job.id)["loss"]
    assert [each["metrics"]["loss"] for each in payload["data"]] == losses[1::2]
    assert payload["data"][0]["bytes"] == store.snapshots.size(job.id, 2)


def test_the_last_snapshot_is_the_model(client: FlaskClient, job: Job) -> None:
    payload = client.post(f"/v1/jobs/{job.id}/predict", json=POINTS).get_json()
    model = client.post("/v1/models/circles/predict", json=POINTS).get_json()
    assert payload["job"] == {"id": job.id, "epoch": 6, "path": f"/v1/jobs/{job.id}"}
    assert (payload["outputs"], payload["labels"]) == (model["outputs"], model["labels"])
    early = client.post(f"/v1/jobs/{job.id}/predict?epoch=2", json=POINTS).get_json()
    assert early["outputs"] != payload["outputs"]


def test_layers_after_an_epoch_end_with_its_prediction(client: FlaskClient, job: Job) -> None:
    early = client.post(f"/v1/jobs/{job.id}/predict?epoch=2", json=POINTS).get_json()
    layers = client.post(f"/v1/jobs/{job.id}/forward?epoch=2", json=POINTS).get_json()
    assert layers["job"]["epoch"] == 2
    assert np.array(layers["layers"][1]["a"]) == pytest.approx(np.array(early["outputs"]))
    page = client.post(f"/v1/jobs/{job.id}/forward?epoch=2&first=1", json=POINTS).get_json()
    assert page["layers"] == layers["layers"][1:]


def test_the_gradient_is_the_one_training_stepped_by(client: FlaskClient, store: Store) -> None:
    document = spec(record={"every": 1}, shuffle=False)
    job = work(store, document)
    source = store.jobs.get(job.id).spec.dataset
    table = source.source.load(store.datasets.read)
    training = table.take(source.split.apply(len(table.inputs)).training)
    samples = {"points": training.inputs.tolist(), "targets": training.targets[:, 0].tolist()}
    place = f"/v1/jobs/{job.id}/backpropagate?epoch=3"
    payload = client.post(place, json=samples | {"mode": "train"}).get_json()
    assert payload["cost"] == pytest.approx(store.jobs.history(job.id)["loss"][3], rel=1e-6)
    before, after = (arrays(client, job, epoch) for epoch in (3, 4))
    for layer in payload["layers"]:
        slope = np.array(layer["dC/dw"], np.float32)
        name = f"{layer['layer']}.weight"
        stepped = before[name] - 0.1 * slope.reshape(-1)
        assert after[name] == pytest.approx(stepped, rel=1e-5, abs=1e-7)


def arrays(client: FlaskClient, job: Job, epoch: int) -> dict[str, Any]:
    response = client.get(f"/v1/jobs/{job.id}/weights?epoch={epoch}")
    assert response.status_code == 200, response.text
    return {
        name: np.frombuffer(data, np.float32) for name, (_, data) in tensors(response.data).items()
    }


def test_a_job_is_evaluated_as_of_an_epoch(client: FlaskClient, job: Job) -> None:
    body = {"source": {"type": "four_circles", "samples": 300, "seed": 9}, "worst": 1}
    early, late, last = (
        client.post(f"/v1/jobs/{job.id}/evaluate{query}", json=body).get_json()
        for query in ("?epoch=2", "?epoch=6", "")
    )
    assert early["job"] == {"id": job.id, "epoch": 2, "path": f"/v1/jobs/{job.id}"}
    assert early["metrics"] != late["metrics"]
    assert last == late
    model = client.post("/v1/models/circles/evaluate", json=body).get_json()
    assert (model.pop("model"), late.pop("job")["epoch"]) == ({"name": "circles", "version": 1}, 6)
    assert model == late
    response = client.post(f"/v1/jobs/{job.id}/evaluate?epoch=2", json={"source": "iris"})
    assert response.get_json()["errors"][0]["pointer"] == "#/source"


def test_a_look_can_be_a_file(client: FlaskClient, job: Job) -> None:
    response = client.post(
        f"/v1/jobs/{job.id}/backpropagate?epoch=4",
        json=SAMPLES,
        headers={"Accept": "application/x-npz"},
    )
    with np.load(BytesIO(response.data), allow_pickle=False) as file:
        assert file["0.delta"].shape == (2, 4)


@pytest.mark.parametrize(
    ("epoch", "allowed"), [("1", "2"), ("3", "2 or 4"), ("0", "2"), ("7", "6"), ("999999", "6")]
)
def test_the_nearest_epochs_are_named(
    client: FlaskClient, job: Job, epoch: str, allowed: str
) -> None:
    for method, path in (("POST", "predict"), ("POST", "forward"), ("GET", "weights")):
        response = client.open(
            f"/v1/jobs/{job.id}/{path}?epoch={epoch}", method=method, json=POINTS
        )
        assert response.status_code == 422
        (error,) = response.get_json()["errors"]
        assert (error["parameter"], error["allowed"]) == ("epoch", allowed)


@pytest.mark.parametrize("epoch", ["-1", "two", "1.5", "10000000"])
def test_what_is_no_epoch_is_refused(client: FlaskClient, job: Job, epoch: str) -> None:
    response = client.post(f"/v1/jobs/{job.id}/predict?epoch={epoch}", json=POINTS)
    assert response.status_code == 422
    assert response.get_json()["errors"][0]["parameter"] == "epoch"


def test_a_job_without_snapshots_states_so(client: FlaskClient, store: Store) -> None:
    job = work(store, spec(record={}))
    assert client.get(f"/v1/jobs/{job.id}/snapshots").get_json()["data"] == []
    response = client.post(f"/v1/jobs/{job.id}/predict", json=POINTS)
    assert response.status_code == 409
    assert "training/record/snapshots" in response.get_json()["detail"]
    nobody = "0" * 32
    assert client.post(f"/v1/jobs/{nobody}/predict", json=POINTS).status_code == 404
    assert client.get(f"/v1/jobs/{nobody}/snapshots").status_code == 404


def test_a_deleted_job_takes_its_snapshots_along(
    client: FlaskClient, job: Job, store: Store
) -> None:
    fork = submit(client, spec(), job=job.id, epoch=4).get_json()
    assert client.delete(f"/v1/jobs/{job.id}").status_code == 204
    assert client.post(f"/v1/jobs/{job.id}/predict", json=POINTS).status_code == 404
    assert store.snapshots.epochs(job.id) == []
    assert store.snapshots.start(fork["id"])


def test_a_fork_is_accepted_with_its_start(client: FlaskClient, job: Job, store: Store) -> None:
    response = submit(client, spec(), job=job.id, epoch=4)
    assert response.status_code == 202, response.text
    fork = response.get_json()
    assert fork["spec"]["start_from"] == {"job": job.id, "epoch": 4, "state": "all"}
    store.snapshots.drop_all(job.id)
    assert store.snapshots.start(fork["id"])


@pytest.mark.parametrize(
    ("changes", "start", "pointers"),
    [
        ({}, {"epoch": 3}, ["#/start_from/epoch"]),
        ({}, {"job": "0" * 32}, ["#/start_from/job"]),
        ({}, {"job": "x"}, ["#/start_from/job"]),
        ({}, {"state": "some"}, ["#/start_from/state"]),
        ({}, {"epoch": 6}, ["#/training/epochs"]),
        ({"training": {"epochs": 4}}, {"epoch": 4}, ["#/training/epochs"]),
        ({"training": {"optimizer": "adam"}}, {"epoch": 2}, ["#/training/optimizer/type"]),
        (
            {"training": {"optimizer": RULE | {"momentum": 0.9}}},
            {"epoch": 2},
            ["#/training/optimizer/momentum"],
        ),
        ({"architecture": {"dtype": "float64"}}, {"epoch": 2}, ["#/architecture/dtype"]),
        ({"units": 5}, {"epoch": 2}, ["#/architecture/layers/0/units"]),
        ({"units": 5}, {"epoch": 2, "state": "weights"}, ["#/architecture/layers/0/units"]),
        ({"layers": 1}, {"epoch": 2}, ["#/architecture/layers"]),
        ({"frozen": 0}, {"epoch": 2}, ["#/architecture/layers/0/trainable"]),
        ({"features": ["x1", "x2", "x1^2"]}, {"epoch": 2}, ["#/dataset/preprocessing/features"]),
    ],
)
def test_a_misfit_names_its_field(
    client: FlaskClient, job: Job, changes: Any, start: Any, pointers: list[str]
) -> None:
    response = submit(client, changed(**changes), **({"job": job.id} | start))
    assert response.status_code == 422, response.text
    assert [error["pointer"] for error in response.get_json()["errors"]] == pointers


@pytest.mark.parametrize(
    ("changes", "start"),
    [
        ({}, {"epoch": 2}),
        ({"training": {"epochs": 9, "batch_size": 7, "seed": 3}}, {"epoch": 6}),
        ({"training": {"optimizer": RULE | {"learning_rate": 0.5}}}, {"epoch": 2}),
        ({"training": {"optimizer": "adam"}}, {"epoch": 6, "state": "weights"}),
        ({"frozen": 0}, {"epoch": 2, "state": "weights"}),
        ({"training": {"loss": "mse"}, "activation": "relu"}, {"epoch": 2}),
    ],
)
def test_what_may_differ(client: FlaskClient, job: Job, changes: Any, start: Any) -> None:
    response = submit(client, changed(**changes), **({"job": job.id} | start))
    assert response.status_code == 202, response.text


def changed(**changes: Any) -> dict[str, Any]:
    document = spec(**changes.get("training", {}))
    layers = document["architecture"]["layers"]
    layers[0] |= {name: changes[name] for name in ("units", "activation") if name in changes}
    document["architecture"] |= changes.get("architecture", {})
    if "frozen" in changes:
        layers[changes["frozen"]]["trainable"] = False
    if "layers" in changes:
        document["architecture"]["layers"] = layers[-changes["layers"] :]
    if "features" in changes:
        document["dataset"]["preprocessing"] = {"features": changes["features"]}
    return document


def test_weights_go_over_in_the_order_of_the_new_network(store: Store, client: FlaskClient) -> None:
    job = work(store, spec())
    document = changed(frozen=0, training={"optimizer": "adam"})
    response = submit(client, document, job=job.id, epoch=4, state="weights")
    fork = store.jobs.get(response.get_json()["id"])
    ran = work(
        store,
        document | {"start_from": fork.document["start_from"]},
        store.snapshots.start(fork.id),
    )
    model = store.models.load("circles", ran.version)
    frozen = model.network.arrays(model.parameters)["0.weight"].reshape(-1)
    assert frozen.tobytes() == arrays(client, job, 4)["0.weight"].tobytes()


def test_a_job_predicts_a_table_like_json(client: FlaskClient, job: Job) -> None:
    path = f"/v1/jobs/{job.id}/predict"
    expected = client.post(path, json={"points": [[1, 3], [2, 2.5]]}).get_json()
    table, headers = "x2,more,x1\n3,a,1\n2.5,b,2\n", {"Content-Type": "text/csv"}
    payload = client.post(path, data=table, headers=headers).get_json()
    assert payload == expected | {"warnings": ["1 column ignored: more"]}
    response = client.post(path, data=table, headers=headers | {"Accept": "text/csv"})
    header, *rows = response.text.splitlines()
    assert header == "label,output"
    assert [float(row.split(",")[1]) for row in rows] == [one for (one,) in expected["outputs"]]
    wrong = client.post(path, json={"points": [{"x1": 1, "x2": 2, "y": 3}]})
    assert wrong.get_json()["errors"][0]["pointer"] == "#/points/0/y"
