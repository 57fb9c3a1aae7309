"""Job specs in JSON for several tests."""

from __future__ import annotations

from typing import Any


def dense(units: int, activation: str, **more: Any) -> dict[str, Any]:
    return {"type": "dense", "units": units, "activation": activation} | more


def values(numbers: list[Any]) -> dict[str, Any]:
    return {"type": "values", "values": numbers}


NORMAL = {"type": "normal", "stddev": 1.0}
DRAWN = {"weight_initializer": NORMAL, "bias_initializer": NORMAL}


def demo(seed: int) -> dict[str, Any]:
    """The four circles with sigmoid units and plain gradient descent."""
    hidden = dense(100, "sigmoid", **DRAWN)
    return {
        "name": "four-circles",
        "architecture": {"layers": [hidden, hidden, hidden, dense(1, "sigmoid", **DRAWN)]},
        "dataset": {
            "source": {"type": "four_circles", "samples": 3000, "seed": seed},
            "preprocessing": {"features": ["x1", "x2"], "standardize": True},
            "split": {"test": 2000},
        },
        "training": {
            "epochs": 200,
            "batch_size": 4,
            "loss": "mse",
            "seed": seed,
            "optimizer": {
                "type": "sgd",
                "learning_rate": 0.08,
                "schedule": {"type": "linear", "final": 0.0},
            },
        },
    }


def short(seed: int, epochs: int = 200) -> dict[str, Any]:
    """Return the four circles with default values for all optional fields."""
    hidden = dense(100, "relu")
    return {
        "name": "short",
        "architecture": {"layers": [hidden, hidden, hidden, dense(1, "sigmoid")]},
        "dataset": {
            "source": {"type": "four_circles", "samples": 3000, "seed": seed},
            "split": {"test": 2000},
        },
        "training": {"epochs": epochs, "seed": seed},
    }
