"""Mazur, "A Step by Step Backpropagation Example" (2015), over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.end_to_end.running_service import RunningService, numbers
from tests.end_to_end.specs import dense, values


def spec(steps: int) -> dict[str, Any]:
    def layer(weight: list[Any], bias: float) -> dict[str, Any]:
        first = {"weight_initializer": values(weight), "bias_initializer": values([bias, bias])}
        return dense(2, "sigmoid", trainable_bias=False, **first)

    return {
        "name": "mazur",
        "architecture": {
            "dtype": "float64",
            "layers": [
                layer([[0.15, 0.25], [0.20, 0.30]], 0.35),
                layer([[0.40, 0.50], [0.45, 0.55]], 0.60),
            ],
        },
        "dataset": {
            "source": {"type": "inline", "inputs": [[0.05, 0.10]], "targets": [[0.01, 0.99]]},
            "preprocessing": {"standardize": False},
        },
        "training": {
            "epochs": steps,
            "batch_size": 1,
            "shuffle": False,
            "loss": "half_squared_error",
            "optimizer": {"type": "sgd", "learning_rate": 0.5},
        },
    }


def outputs(service: RunningService, job: dict[str, Any]) -> list[float]:
    response: list[list[float]] = service.predict(job, [[0.05, 0.10]])["values"]
    return response[0]


def cost(outputs: list[float]) -> float:
    return ((outputs[0] - 0.01) ** 2 + (outputs[1] - 0.99) ** 2) / 2


def test_one_step_gives_his_weights(service: RunningService) -> None:
    job = service.train(spec(steps=1))
    (before,) = service.http.get(job["links"]["history"]).json()["loss"]
    assert before == pytest.approx(0.298371109, abs=5e-10)
    weights = service.weights(job)
    assert numbers(weights["0.weight"]) == pytest.approx(
        [0.149780716, 0.24975114, 0.19956143, 0.29950229], abs=5e-9
    )
    assert numbers(weights["1.weight"]) == pytest.approx(
        [0.35891648, 0.511301270, 0.408666186, 0.561370121], abs=5e-9
    )
    assert numbers(weights["0.bias"]) == [0.35, 0.35]
    assert numbers(weights["1.bias"]) == [0.60, 0.60]
    assert cost(outputs(service, job)) == pytest.approx(0.291027774, abs=5e-10)


def test_ten_thousand_steps_give_his_outputs(service: RunningService) -> None:
    job = service.train(spec(steps=10_000))
    reached = outputs(service, job)
    assert reached == pytest.approx([0.01591362, 0.98406427], abs=5e-9)
    assert cost(reached) == pytest.approx(0.0000351019, abs=5e-11)
    assert len(service.http.get(job["links"]["history"]).json()["loss"]) == 10_000
