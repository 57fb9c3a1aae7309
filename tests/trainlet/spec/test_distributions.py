"""Rejection of target rows that a cross-entropy cannot learn, with their location."""

from __future__ import annotations

from typing import Any

import pytest

from trainlet.config import from_json
from trainlet.errors import ValidationError
from trainlet.spec import JobSpec, Limits, StepSpec, check, describe

LIMITS = Limits(parameters=10**7, work=1e13, inline_values=10**6)
SOFTMAX, SIGMOID = "softmax", "sigmoid"


def job(activation: str, rows: list[list[float]]) -> dict[str, Any]:
    return {
        "architecture": {"layers": [{"type": "dense", "units": 3, "activation": activation}]},
        "dataset": {
            "task": "classification",
            "source": {"type": "inline", "inputs": [[0, 1]] * len(rows), "targets": rows},
        },
        "training": {"epochs": 1},
    }


CASES = [
    (SOFTMAX, [0.2, 0.3, 0.6], False),
    (SOFTMAX, [0.2, 0.3, 0.4], False),
    (SOFTMAX, [0, 0, 0], False),
    (SOFTMAX, [1, 1, 0], False),
    (SOFTMAX, [-0.5, 1, 0.5], False),
    (SOFTMAX, [0.3333333, 0.3333333, 0.3333333], True),
    (SOFTMAX, [0.2, 0.3, 0.5], True),
    (SIGMOID, [0, 1.5, 0], False),
    (SIGMOID, [0, -0.1, 0], False),
    (SIGMOID, [0, 1, 0], True),
    (SIGMOID, [0.2, 0.9, 0], True),
]


@pytest.mark.parametrize(("activation", "row", "accepted"), CASES)
def test_a_row_of_inline_targets(activation: str, row: list[float], accepted: bool) -> None:
    spec = from_json(JobSpec, job(activation, [[0, 0, 1], row]))
    result = check(spec, describe(spec, lambda _: b""), LIMITS)
    expected = [] if accepted else ["#/dataset/source/targets/1"]
    assert [error.pointer for error in result] == expected


@pytest.mark.parametrize(("activation", "row", "accepted"), CASES)
def test_a_row_of_one_step(activation: str, row: list[float], accepted: bool) -> None:
    kind = "categorical" if activation == SOFTMAX else "binary"
    document = {
        "architecture": {"layers": [{"type": "dense", "units": 3, "activation": activation}]},
        "points": [[0, 1], [1, 0]],
        "targets": [[0, 0, 1], row],
        "loss": f"{kind}_cross_entropy",
    }
    spec = from_json(StepSpec, document)
    if accepted:
        spec.network()
    else:
        with pytest.raises(ValidationError, match="#/targets/1"):
            spec.network()
