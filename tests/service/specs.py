"""Job specs in JSON for tests."""

from __future__ import annotations

from typing import Any


def circles(**training: Any) -> dict[str, Any]:
    """Classifies the four circles, quickly and badly."""
    return {
        "name": "circles",
        "architecture": {
            "layers": [
                {"type": "dense", "units": 4, "activation": "tanh"},
                {"type": "dense", "units": 1, "activation": "sigmoid"},
            ]
        },
        "dataset": {"source": {"type": "four_circles", "samples": 100}, "split": {"test": 0.2}},
        "training": {"epochs": 2} | training,
    }


def line(**source: Any) -> dict[str, Any]:
    """Return a spec for y = 2x with given weights, so that predictions are predictable."""
    return {
        "name": "line",
        "architecture": {
            "layers": [
                {
                    "type": "dense",
                    "units": 1,
                    "trainable": False,
                    "weight_initializer": {"type": "values", "values": [[2.0]]},
                }
            ]
        },
        "dataset": {
            "source": {"type": "inline", "inputs": [[1], [2]], "targets": [2, 4]} | source,
            "preprocessing": {"standardize": False},
        },
        "training": {"epochs": 1},
    }
