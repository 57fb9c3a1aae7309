"""Request and response examples for the OpenAPI document; a test runs every request."""

from __future__ import annotations

from typing import Any


def _sigmoid(units: int) -> dict[str, Any]:
    spread = {"type": "normal", "stddev": 1.0}
    return {
        "type": "dense",
        "units": units,
        "activation": "sigmoid",
        "weight_initializer": spread,
        "bias_initializer": spread,
    }


def _fixed(weights: list[list[float]], bias: float) -> dict[str, Any]:
    return {
        "type": "dense",
        "units": 2,
        "activation": "sigmoid",
        "trainable_bias": False,
        "weight_initializer": {"type": "values", "values": weights},
        "bias_initializer": {"type": "constant", "value": bias},
    }


FOUR_CIRCLES = {
    "name": "four-circles",
    "architecture": {
        "dtype": "float32",
        "layers": [_sigmoid(100), _sigmoid(100), _sigmoid(100), _sigmoid(1)],
    },
    "dataset": {
        "source": {"type": "four_circles", "samples": 3000, "seed": 7},
        "preprocessing": {"features": ["x1", "x2"], "standardize": True},
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

DEFAULTS = {
    "name": "four-circles",
    "architecture": {
        "layers": [
            {"type": "dense", "units": 100, "activation": "relu"},
            {"type": "dense", "units": 100, "activation": "relu"},
            {"type": "dense", "units": 100, "activation": "relu"},
            {"type": "dense", "units": 1, "activation": "sigmoid"},
        ]
    },
    "dataset": {"source": {"type": "four_circles", "samples": 3000}, "split": {"test": 2000}},
    "training": {"epochs": 200},
}

MAZUR = {
    "name": "mazur",
    "architecture": {
        "dtype": "float64",
        "layers": [
            _fixed([[0.15, 0.25], [0.20, 0.30]], 0.35),
            _fixed([[0.40, 0.50], [0.45, 0.55]], 0.60),
        ],
    },
    "dataset": {
        "source": {"type": "inline", "inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
        "task": "regression",
        "preprocessing": {"standardize": False},
    },
    "training": {
        "epochs": 1,
        "batch_size": 1,
        "shuffle": False,
        "loss": "half_squared_error",
        "optimizer": {"type": "sgd", "learning_rate": 0.5},
    },
}

JOBS = {
    "four_circles": {"summary": "Four circles with plain gradient descent", "value": FOUR_CIRCLES},
    "defaults": {"summary": "A network with the default optimizer", "value": DEFAULTS},
    "mazur": {"summary": "One step of Mazur's worked example (2015)", "value": MAZUR},
}

DATASETS = {
    "spiral": {
        "summary": "A spiral with derived features",
        "value": {
            "source": {"type": "spiral", "samples": 200, "noise": 0.1},
            "preprocessing": {"features": ["x1", "x2", "sin(x1)", "sin(x2)"]},
            "split": {"test": 0.25, "stratify": True},
        },
    }
}

READING_OPTIONS = {
    "semicolons": {
        "summary": "Semicolons, decimal commas, and a column of numeric strings as a category",
        "value": {"delimiter": "semicolon", "decimal": "comma", "columns": {"zip": "category"}},
    }
}

TABLES = {"by_name": {"summary": "Rows with a header", "value": "x1,x2\n1.0,3.0\n2.0,2.0\n"}}

SAMPLES_TABLES = {"targets": {"summary": "Rows with a target", "value": "x1,x2,y\n1,3,1\n2,2,0\n"}}

POINTS = {
    "two_points": {
        "summary": "One point inside a circle and one outside",
        "value": {"points": [[1.0, 3.0], [2.0, 2.0]]},
    }
}

POINTING = {"first": {"summary": "Version 1", "value": {"version": 1}}}

EVALUATION = {
    "fresh_points": {
        "summary": "New points, not in the training set",
        "value": {"source": {"type": "four_circles", "samples": 1000, "seed": 8}, "worst": 3},
    }
}

EXPLANATIONS = {
    "columns": {"summary": "Permutation feature importance", "value": {"repeats": 3}},
    "point": {"summary": "Feature attribution for one point", "value": {"point": [1.0, 3.0]}},
}

SAMPLES = {
    "two_samples": {
        "summary": "Two points with their labels",
        "value": {"points": [[1.0, 3.0], [2.0, 2.0]], "targets": [1, 0]},
    }
}

STEPS = {
    "mazur": {
        "summary": "Mazur's worked example (2015), with every value",
        "value": {
            "architecture": MAZUR["architecture"],
            "points": [[0.05, 0.10]],
            "targets": [[0.01, 0.99]],
            "loss": "half_squared_error",
            "optimizer": {"type": "sgd", "learning_rate": 0.5},
        },
    }
}

UNTRAINED = {
    "mazur": {
        "summary": "Mazur's network with its initial weights",
        "value": {"architecture": MAZUR["architecture"], "points": [[0.05, 0.10]]},
    }
}

ACCEPTED_HEADERS = {
    "Location": {"description": "Path of the job.", "schema": {"type": "string"}},
    "Retry-After": {
        "description": "Seconds until the next poll.",
        "schema": {"type": "integer"},
    },
}
