"""Valid specs of several kinds, whose fields are replaced by wrong values."""

from __future__ import annotations

from typing import Any

DENSE = {"type": "dense", "units": 2}
FRUIT = (
    b"size,color,day,ripe,fruit\n"
    b"1.5,red,2024-01-01,true,apple\n"
    b"2,red,2024-01-02,false,apple\n"
    b",blue,2024-01-03,true,banana\n"
    b"9,blue,2024-01-04,false,banana\n"
)

REGRESSION: dict[str, Any] = {
    "architecture": {
        "layers": [
            {"type": "reshape", "shape": [2]},
            {"type": "dense", "units": 2, "activation": {"type": "leaky_relu"}},
            {
                "type": "dense",
                "units": 1,
                "weight_initializer": {"type": "values", "values": [[1.0], [2.0]]},
                "trainable": False,
            },
        ]
    },
    "dataset": {
        "source": {
            "type": "inline",
            "inputs": [[1, 2], [3, 4], [5, 6], [7, 9]],
            "targets": [1, 2, 3, 5],
        },
        "preprocessing": {"features": ["x1", "x2"], "columns": ["x1", "x2"]},
        "split": {"validation": 1},
    },
    "training": {
        "epochs": 1,
        "optimizer": {"type": "sgd", "schedule": {"type": "step", "every": 2, "factor": 0.5}},
        "regularization": {"type": "l2", "strength": 0.1},
        "metrics": ["mae"],
        "early_stopping": {"patience": 1},
        "stop_at": {"metric": "loss", "below": 0.01},
    },
}
CLASSIFICATION: dict[str, Any] = {
    "name": "kinds",
    "metadata": {"team": "blue"},
    "architecture": {
        "dtype": "float64",
        "layers": [DENSE, {"type": "dropout", "rate": 0.1}, DENSE | {"activation": "softmax"}],
    },
    "dataset": {
        "source": {"type": "four_circles", "samples": 40, "seed": 3},
        "task": "classification",
        "preprocessing": {"features": ["x1", "x1^2", "sin(x2)"], "standardize": True},
        "split": {"validation": 0.2, "test": 0.2, "stratify": True, "seed": 1},
    },
    "training": {
        "epochs": 2,
        "batch_size": 8,
        "seed": 5,
        "loss": "categorical_cross_entropy",
        "class_weights": "balanced",
        "optimizer": {"type": "adam", "learning_rate": 0.01},
        "metrics": ["accuracy", {"type": "f1", "average": "macro"}],
        "record": {"every": 1},
        "clip_norm": 1.0,
    },
}
MULTILABEL: dict[str, Any] = {
    "architecture": {"layers": [DENSE | {"activation": "sigmoid"}]},
    "dataset": {
        "source": {
            "type": "inline",
            "inputs": [[1, 2], [3, 4], [5, 6], [7, 9]],
            "targets": [[1, 0], [0, 1], [1, 1], [0, 0]],
        },
        "task": "multilabel",
    },
    "training": {"epochs": 1, "metrics": ["f1"]},
    "repeats": 2,
}
CONVOLUTION: dict[str, Any] = {
    "architecture": {
        "layers": [
            {"type": "reshape", "shape": [2, 2, 1]},
            {"type": "conv2d", "filters": 2, "kernel_size": 2, "padding": "same"},
            {"type": "batch_normalization"},
            {"type": "max_pool2d", "pool_size": 2},
            {"type": "flatten"},
            {"type": "dense", "units": 1, "activation": "sigmoid"},
        ]
    },
    "dataset": {
        "source": {
            "type": "inline",
            "inputs": [[float(row == place) for place in range(4)] for row in range(4)],
            "targets": [0, 1, 0, 1],
        }
    },
    "training": {"epochs": 1},
}


def uploaded(dataset: str) -> dict[str, Any]:
    """Return a spec for the table FRUIT that was uploaded as a dataset."""
    return {
        "architecture": {"layers": [DENSE | {"activation": "softmax"}]},
        "dataset": {
            "source": {"type": "uploaded", "id": dataset},
            "preprocessing": {
                "target": "fruit",
                "columns": ["size", "color", "day", "ripe"],
                "missing": "mean",
            },
            "split": {"test": 1},
        },
        "training": {"epochs": 1},
    }


SPECS = {
    "regression": REGRESSION,
    "classification": CLASSIFICATION,
    "multilabel": MULTILABEL,
    "convolution": CONVOLUTION,
}
