"""Plots of jobs over HTTP."""

from __future__ import annotations

import sys
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from service.api import plots
from service.api.inspection.passes import Subject
from service.api.inspection.samples import OwnSamples
from service.api.plots.pictures import Scene
from tests.service.specs import circles, line
from tests.worker.here import work
from trainlet.store import Job, Store

PICTURES = ("loss.png", "points.png", "boundary.png")
VALUES: dict[str, Any] = {
    "architecture": {"layers": [{"type": "dense", "units": 1}]},
    "dataset": {"source": {"type": "plane", "samples": 50}},
    "training": {"epochs": 1},
}


@pytest.fixture
def job(store: Store) -> Job:
    return work(store, circles(epochs=3, record={"every": 1}))


def picture(client: FlaskClient, job: Job, name: str) -> Image.Image:
    response = client.get(f"/v1/jobs/{job.id}/{name}")
    assert response.status_code == 200, response.text
    assert response.mimetype == f"image/{name[-3:]}"
    return Image.open(BytesIO(response.data))


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_shows_something(client: FlaskClient, job: Job, name: str) -> None:
    colors = picture(client, job, name).convert("RGB").getcolors(2**20)
    assert colors is not None
    assert len(colors) > 20


def test_the_film_has_a_picture_for_each_kept_epoch(client: FlaskClient, job: Job) -> None:
    film: Any = picture(client, job, "boundary.gif")
    frames = []
    for place in range(film.n_frames):
        film.seek(place)
        frames.append(np.asarray(film.convert("RGB")))
    assert len(frames) == 3
    assert not np.array_equal(frames[0], frames[2])
    assert film.info["loop"] == 0


def test_pictures_travel_in_time(client: FlaskClient, job: Job) -> None:
    for name, last in (("points.png", ""), ("boundary.png", "?epoch=3")):
        early, late = (
            client.get(f"/v1/jobs/{job.id}/{name}{query}").data for query in ("?epoch=1", last)
        )
        assert early != late
        response = client.get(f"/v1/jobs/{job.id}/{name}?epoch=9")
        assert (response.status_code, response.get_json()["errors"][0]["allowed"]) == (422, "3")


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_an_response_is_as_strong_as_it_is_sure(store: Store, activation: str) -> None:
    spec = circles(loss="mse")
    spec["architecture"]["layers"][1]["activation"] = activation
    job = work(store, spec)
    model = store.models.load("circles", job.version)
    samples = OwnSamples.of(model, store.datasets.read)
    scene = Scene.of(samples)
    shown = scene.answered(Subject.of_model("circles", 1, model), "now")
    assert shown.points.tolist() == samples.table("test", 20).inputs.tolist()
    inputs = model.preprocessing.inputs(shown.points, "float32")
    arrays, z = model.network.arrays(model.parameters), inputs
    for index, layer in enumerate(("0", "1")):
        z = z @ arrays[f"{layer}.weight"] + arrays[f"{layer}.bias"]
        z = np.tanh(z) if index == 0 or activation == "tanh" else 1 / (1 + np.exp(-z))
    v = (z[:, 0] + 1) / 2 if activation == "tanh" else z[:, 0]
    assert shown.colors[:, 3] == pytest.approx(np.abs(2 * v - 1), abs=1e-5)
    assert len(np.unique(shown.colors[v > 0.5, :3], axis=0)) <= 1
    assert len(np.unique(shown.colors[:, :3], axis=0)) == len(np.unique(v > 0.5))
    given = scene.given("training").colors
    assert (given[:, 3] == 1).all()
    assert len(np.unique(given, axis=0)) == 2


def test_values_have_colours_from_low_to_high(client: FlaskClient, store: Store) -> None:
    job = work(store, VALUES)
    for name in PICTURES:
        picture(client, job, name)
    model = store.models.load("model", 1)
    scene = Scene.of(OwnSamples.of(model, store.datasets.read))
    table = scene.samples.table("training", 50)
    bright = scene.given("training").colors[:, :3].sum(axis=1)
    assert np.argsort(table.targets[:, 0]).tolist()[-1] == int(bright.argmax())


def test_what_cannot_be_drawn(client: FlaskClient, store: Store) -> None:
    def status(job: str, name: str) -> int:
        return client.get(f"/v1/jobs/{job}/{name}").status_code

    accepted = client.post("/v1/jobs", json=circles()).get_json()["id"]
    narrow = work(store, line())
    plain = work(store, circles())
    for name in (*PICTURES, "boundary.gif"):
        assert status("0" * 32, name) == 404
        assert status(accepted, name) == 409
    assert status(plain.id, "boundary.gif") == 409
    assert [status(narrow.id, name) for name in PICTURES] == [200, 409, 409]
    accepts = {"Accept": "application/json"}
    assert client.get(f"/v1/jobs/{plain.id}/loss.png", headers=accepts).status_code == 406


def test_without_the_package_pictures_are_reported_to_be_missing(
    client: FlaskClient, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    drawers = ("drawing", "pictures")
    for name in list(sys.modules):
        if name.startswith("matplotlib.") or name in {
            f"service.api.plots.{each}" for each in drawers
        }:
            monkeypatch.delitem(sys.modules, name)
    for name in drawers:
        monkeypatch.delattr(plots, name, raising=False)
    for name in (*PICTURES, "boundary.gif"):
        response = client.get(f"/v1/jobs/{job.id}/{name}")
        assert response.status_code == 501
        assert "trainlet[plots]" in response.get_json()["detail"]
