"""Job specs in JSON for tests."""

from __future__ import annotations

from typing import Any

from trainlet.config import from_json, to_json
from trainlet.spec import JobSpec, describe, resolve


def job(
    epochs: int = 5, activations: str = "tanh sigmoid", name: str = "circles", **training: Any
) -> JobSpec:
    """A small network on the four circles; about 0.01 s an epoch."""
    hidden, output = activations.split()
    spec = from_json(
        JobSpec,
        {
            "name": name,
            "architecture": {
                "layers": [
                    {"type": "dense", "units": 16, "activation": hidden},
                    {"type": "dense", "units": 1, "activation": output},
                ]
            },
            "dataset": {
                "source": {"type": "four_circles", "samples": 1000, "seed": 1},
                "split": {"test": 200},
            },
            "training": {"epochs": epochs, "batch_size": 4, "optimizer": "adam", "seed": 7}
            | training,
        },
    )
    return resolve(spec, describe(spec, lambda name: b""))


def on_source(spec: JobSpec, source: dict[str, Any]) -> JobSpec:
    """The same job on other data."""
    dataset = {"task": "classification", "source": source}
    return from_json(JobSpec, to_json(spec) | {"dataset": dataset})


ENDLESS = 1_000_000
"""Epochs that take hours."""
