"""A 2-3-2 network, whose shapes hide no transpose, against loops over Python's numbers."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.end_to_end.running_service import RunningService, numbers
from tests.end_to_end.specs import dense, values

Matrix = list[list[float]]

INPUTS = [[0.5, -1.0], [1.5, 0.25], [-0.75, 2.0], [0.1, 0.9], [-1.2, -0.4]]
TARGETS = [[0.2, -0.4], [1.0, 0.3], [-0.6, 0.8], [0.0, 0.5], [0.7, -0.9]]
HIDDEN: Matrix = [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6]]
HIDDEN_BIAS = [0.05, -0.15, 0.25]
OUTPUT: Matrix = [[0.7, -0.8], [-0.9, 0.35], [0.45, 0.65]]
OUTPUT_BIAS = [-0.05, 0.1]
RATE, BATCH, EPOCHS = 0.3, 2, 7


class Loops:
    """tanh units between 2 inputs and 2 linear outputs; mean squared error; plain descent."""

    def __init__(self) -> None:
        self.w1 = [row[:] for row in HIDDEN]
        self.b1 = HIDDEN_BIAS[:]
        self.w2 = [row[:] for row in OUTPUT]
        self.b2 = OUTPUT_BIAS[:]

    def forward(self, x: list[float]) -> tuple[list[float], list[float]]:
        a = [math.tanh(sum(x[i] * self.w1[i][j] for i in range(2)) + self.b1[j]) for j in range(3)]
        y = [sum(a[j] * self.w2[j][k] for j in range(3)) + self.b2[k] for k in range(2)]
        return a, y

    def step(self, rows: range) -> float:
        """One step down the gradient over these rows; hands out the sum of their losses."""
        steps: list[tuple[list[float], list[float], list[float], list[float]]] = []
        loss = 0.0
        for row in rows:
            x, t = INPUTS[row], TARGETS[row]
            a, y = self.forward(x)
            loss += sum((y[k] - t[k]) ** 2 for k in range(2)) / 2
            d2 = [(y[k] - t[k]) * 2 / (2 * len(rows)) for k in range(2)]
            d1 = [sum(self.w2[j][k] * d2[k] for k in range(2)) * (1 - a[j] ** 2) for j in range(3)]
            steps.append((x, a, d1, d2))
        for x, a, d1, d2 in steps:
            for j in range(3):
                self.b1[j] -= RATE * d1[j]
                for i in range(2):
                    self.w1[i][j] -= RATE * x[i] * d1[j]
                for k in range(2):
                    self.w2[j][k] -= RATE * a[j] * d2[k]
            for k in range(2):
                self.b2[k] -= RATE * d2[k]
        return loss


def spec() -> dict[str, Any]:
    def layer(units: int, activation: str, weight: Matrix, bias: list[float]) -> dict[str, Any]:
        first = {"weight_initializer": values(weight), "bias_initializer": values(bias)}
        return dense(units, activation, **first)

    hidden = layer(3, "tanh", HIDDEN, HIDDEN_BIAS)
    output = layer(2, "linear", OUTPUT, OUTPUT_BIAS)
    return {
        "name": "loops",
        "architecture": {"dtype": "float64", "layers": [hidden, output]},
        "dataset": {
            "source": {"type": "inline", "inputs": INPUTS, "targets": TARGETS},
            "preprocessing": {"standardize": False},
        },
        "training": {
            "epochs": EPOCHS,
            "batch_size": BATCH,
            "shuffle": False,
            "optimizer": {"type": "sgd", "learning_rate": RATE},
        },
    }


def test_training_is_what_plain_loops_do(service: RunningService) -> None:
    loops = Loops()
    batches = [range(start, min(start + BATCH, 5)) for start in range(0, 5, BATCH)]
    losses = [sum(loops.step(rows) for rows in batches) / 5 for _ in range(EPOCHS)]
    job = service.train(spec())
    assert job["spec"]["training"]["loss"] == {"type": "mse"}
    assert service.http.get(job["links"]["history"]).json()["loss"] == pytest.approx(losses, 1e-12)
    weights = service.weights(job)
    for name, rows in {"0.weight": loops.w1, "1.weight": loops.w2}.items():
        assert weights[name][0] == [len(rows), len(rows[0])]
        flat = [number for row in rows for number in row]
        assert numbers(weights[name]) == pytest.approx(flat, rel=1e-12)
    assert numbers(weights["0.bias"]) == pytest.approx(loops.b1, rel=1e-12)
    assert numbers(weights["1.bias"]) == pytest.approx(loops.b2, rel=1e-12)
    expected = [loops.forward(point)[1] for point in INPUTS]
    for response, row in zip(service.predict(job, INPUTS)["values"], expected, strict=True):
        assert response == pytest.approx(row, rel=1e-12)
