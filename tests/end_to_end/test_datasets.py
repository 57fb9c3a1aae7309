"""Uploaded data of every kind over HTTP."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest

from tests.end_to_end.running_service import RunningService
from tests.end_to_end.specs import dense
from tests.eventually import eventually

CSV = {"Content-Type": "text/csv"}


def upload(service: RunningService, content: bytes) -> dict[str, Any]:
    """A CSV file, once it is ready."""
    response = service.http.post("/v1/datasets", content=content, headers=CSV)
    assert response.status_code in {200, 201}, response.text
    path = response.json()["links"]["self"]

    def look() -> dict[str, Any] | None:
        now: dict[str, Any] = service.http.get(path).json()
        return None if now["status"] == "profiling" else now

    result = eventually(look, 60, f"the profile of {path}")
    assert result is not None
    assert result["status"] == "ready", result["error"]
    return result


def test_a_file_of_texts_is_learned_and_returned_in_its_words(service: RunningService) -> None:
    chance = np.random.default_rng(1)
    lines = ["size;colour;ripe;fruit"]
    for row in range(240):
        fruit, size, colours = [
            ("apple", 7, ("red", "green")),
            ("banana", 15, ("yellow", "green")),
            ("sour cherry", 2, ("red", "dark, almost black")),
        ][row % 3]
        ripe = str(bool(chance.integers(2))).lower()
        shown = f"{size + chance.normal():.2f}".replace(".", ",")
        lines.append(f'{shown};"{colours[chance.integers(2)]}";{ripe};{fruit}')
    content = "\n".join(lines).encode("utf-8-sig")
    payload = service.http.post("/v1/datasets?decimal=comma", content=content, headers=CSV).json()
    eventually(
        lambda: service.http.get(payload["links"]["self"]).json()["status"] == "ready", 60, "ready"
    )
    job = service.train(
        {
            "name": "fruit",
            "architecture": {"layers": [dense(16, "relu"), dense(3, "softmax")]},
            "dataset": {
                "source": {"type": "uploaded", "id": payload["id"]},
                "preprocessing": {"target": "fruit"},
                "split": {"test": 0.2, "stratify": True},
            },
            "training": {"epochs": 60},
        }
    )
    assert job["progress"]["metrics"]["test_accuracy"] >= 0.97
    rows = [
        {"size": 15.1, "colour": "yellow", "ripe": True},
        {"size": 1.8, "colour": "dark, almost black", "ripe": False},
    ]
    path = f"{job['links']['model']}/predict"
    assert service.http.post(path, json={"points": rows}).json()["labels"] == [
        "banana",
        "sour cherry",
    ]
    odd = service.http.post(path, json={"points": [rows[0] | {"colour": "blue"}]})
    (error,) = odd.json()["errors"]
    assert (odd.status_code, error["pointer"]) == (422, "#/points/0/colour")
    assert error["allowed"] == "one of dark, almost black, green, red, yellow"
    assert service.http.delete(payload["links"]["self"]).status_code == 204


TANH = [dense(8, "tanh"), dense(8, "tanh")]
PLAYGROUND: dict[str, tuple[list[dict[str, Any]], int]] = {
    "circle": (TANH, 60),
    "xor": (TANH, 60),
    "gauss": ([dense(4, "tanh")], 30),
    "spiral": ([dense(32, "tanh"), dense(32, "tanh"), dense(16, "tanh")], 300),
}


@pytest.mark.parametrize("kind", PLAYGROUND)
def test_every_dataset_of_playground_is_classified(service: RunningService, kind: str) -> None:
    layers, epochs = PLAYGROUND[kind]
    job = service.train(playground(kind, [*layers, dense(1, "tanh")], epochs))
    assert job["progress"]["metrics"]["test_accuracy"] >= 0.97


@pytest.mark.parametrize("kind", ["plane", "gaussian_regression"])
def test_every_dataset_of_playground_is_fitted(service: RunningService, kind: str) -> None:
    hidden = TANH if kind == "plane" else [dense(32, "relu"), dense(32, "relu")]
    epochs = 30 if kind == "plane" else 80
    job = service.train(playground(kind, [*hidden, dense(1, "linear")], epochs))
    assert job["progress"]["metrics"]["test_r2"] >= 0.98


def playground(kind: str, layers: list[dict[str, Any]], epochs: int) -> dict[str, Any]:
    return {
        "name": kind.replace("_", "-"),
        "architecture": {"layers": layers},
        "dataset": {
            "source": {"type": kind, "samples": 1000 if kind != "gaussian_regression" else 4000},
            "preprocessing": {"features": ["x1", "x2"]},
            "split": {"test": 0.5},
        },
        "training": {
            "epochs": epochs,
            "batch_size": 10,
            "optimizer": {"type": "adam", "learning_rate": 0.01, "schedule": "linear"},
        },
    }


def test_digits_are_read_as_images(service: RunningService) -> None:
    convolution = {"type": "conv2d", "filters": 16, "kernel_size": 3, "activation": "relu"}
    layers = [convolution, convolution | {"filters": 32}, {"type": "flatten"}]
    job = service.train(
        {
            "name": "digits",
            "architecture": {"layers": [*layers, dense(64, "relu"), dense(10, "softmax")]},
            "dataset": {
                "source": "digits",
                "preprocessing": {"standardize": False, "reshape": [8, 8, 1]},
                "split": {"test": 0.2, "stratify": True},
            },
            "training": {"epochs": 12},
        }
    )
    assert job["progress"]["metrics"]["test_accuracy"] >= 0.98


def test_a_wide_file_is_trained_on_soon(service: RunningService) -> None:
    chance = np.random.default_rng(0)
    pixels, labels = chance.integers(0, 256, (10_000, 784)), chance.integers(0, 10, 10_000)
    names = ",".join(["label", *(f"p{number}" for number in range(784))])
    rows = np.concatenate([labels[:, None], pixels], axis=1).tolist()
    content = "\n".join([names, *(",".join(map(str, row)) for row in rows)]).encode()
    began = time.monotonic()
    dataset = upload(service, content)
    job = service.submit(
        {
            "name": "wide",
            "architecture": {"layers": [dense(30, "sigmoid"), dense(10, "softmax")]},
            "dataset": {
                "source": {"type": "uploaded", "id": dataset["id"]},
                "task": "classification",
                "preprocessing": {"target": "label"},
            },
            "training": {"epochs": 1},
        }
    )
    service.ended(job)
    print(f"upload to the end of the first epoch: {time.monotonic() - began:.1f} s")  # noqa: T201
    service.http.delete(dataset["links"]["self"])
