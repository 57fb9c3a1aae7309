"""The job of the demo: four circles, learned by three layers of sigmoid units."""

from __future__ import annotations

from typing import Any

_NORMAL = {"type": "normal", "stddev": 1.0}


def _layer(units: int) -> dict[str, Any]:
    return {
        "type": "dense",
        "units": units,
        "activation": "sigmoid",
        "weight_initializer": _NORMAL,
        "bias_initializer": _NORMAL,
    }


JOB: dict[str, Any] = {
    "name": "four-circles",
    "architecture": {
        "dtype": "float32",
        "layers": [_layer(100), _layer(100), _layer(100), _layer(1)],
    },
    "dataset": {
        "source": {"type": "four_circles", "samples": 3000, "seed": 7},
        "preparation": {"features": ["x1", "x2"], "standardize": True},
        "split": {"test": 2000},
    },
    "training": {
        "epochs": 200,
        "batch_size": 4,
        "loss": "mse",
        "seed": 7,
        "optimizer": {
            "type": "sgd",
            "learning_rate": 0.08,
            "schedule": {"type": "linear", "final": 0.0},
        },
    },
}
"""Glorot's first values would leave plain SGD at the majority class; N(0, 1) does not."""
