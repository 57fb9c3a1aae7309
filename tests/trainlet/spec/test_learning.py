from __future__ import annotations

from typing import Any

import pytest

from trainlet.config import from_json, to_json
from trainlet.spec import JobSpec, Limits, check, describe, resolve

LIMITS = Limits(parameters=10**7, work=1e13, inline_values=10**6)


def job(training: dict[str, Any], split: dict[str, Any] | None = None, **dataset: Any) -> JobSpec:
    document = {
        "architecture": {
            "layers": [
                {"type": "dense", "units": 4},
                {"type": "batch_normalization"},
                {"type": "dense", "units": 1, "activation": "sigmoid"},
            ]
        },
        "dataset": {
            "source": {"type": "four_circles", "samples": 65},
            "split": split or {},
            **dataset,
        },
        "training": {"epochs": 2, "batch_size": 8, **training},
    }
    return from_json(JobSpec, document)


def pointers(spec: JobSpec) -> list[str]:
    result = check(spec, describe(spec, lambda _: b""), LIMITS)
    return [error.pointer for error in result]


SPLIT = {"validation": 10}


@pytest.mark.parametrize(
    ("training", "split", "expected"),
    [
        ({}, SPLIT, []),
        ({"early_stopping": {"patience": 3}}, SPLIT, []),
        ({"early_stopping": {"patience": 3}}, {"test": 2}, ["#/training/early_stopping/monitor"]),
        ({"stop_at": {"metric": "accuracy", "above": 0.9}}, SPLIT, ["#/training/stop_at/metric"]),
        ({"stop_at": {"metric": "validation_accuracy", "above": 0.9}}, SPLIT, []),
        ({"metrics": ["accuracy", "r2"]}, SPLIT, ["#/training/metrics/1"]),
        ({"class_weights": [1, 2]}, SPLIT, []),
        ({"class_weights": [1, 2, 3]}, SPLIT, ["#/training/class_weights"]),
        ({"batch_size": 8}, {"validation": 0}, ["#/training/batch_size"]),
        ({"batch_size": 1}, SPLIT, ["#/training/batch_size"]),
        (
            {},
            {"validation": 64, "test": 1},
            ["#/dataset/split/validation"],
        ),
    ],
)
def test_faults(training: dict[str, Any], split: dict[str, Any], expected: list[str]) -> None:
    assert pointers(job(training, split)) == expected


def test_class_weights_are_for_classification() -> None:
    spec = job({"class_weights": "balanced", "loss": "mse"}, SPLIT, task="regression")
    assert pointers(spec) == ["#/training/class_weights"]


@pytest.mark.parametrize(
    ("task", "expected"),
    [("classification", ["accuracy"]), ("regression", ["mae", "r2"])],
)
def test_metrics_by_task(task: str, expected: list[str]) -> None:
    spec = job({"loss": "mse"}, SPLIT, task=task)
    resolved = resolve(spec, describe(spec, lambda _: b""))
    assert [metric["type"] for metric in to_json(resolved)["training"]["metrics"]] == expected


@pytest.mark.parametrize(
    ("training", "pointer"),
    [
        ({"optimizer": {"type": "sgd", "nesterov": True}}, "#/training/optimizer/nesterov"),
        (
            # 65 rows in mini-batches of 13, two epochs: 10 steps.
            {
                "batch_size": 13,
                "optimizer": {"type": "sgd", "schedule": {"type": "warmup", "warmup_steps": 11}},
            },
            "#/training/optimizer/schedule/warmup_steps",
        ),
        ({"batch_size": 13, "metrics": [{"type": "top_k", "k": 2}]}, "#/training/metrics/0/k"),
    ],
)
def test_settings_without_an_effect_are_refused(training: dict[str, Any], pointer: str) -> None:
    assert pointers(job({"batch_size": 13, **training})) == [pointer]


def test_settings_with_an_effect_are_accepted() -> None:
    warmup = {"type": "warmup", "warmup_steps": 10}
    optimizer = {"type": "sgd", "nesterov": True, "momentum": 0.9, "schedule": warmup}
    metrics = [{"type": "top_k", "k": 1}]
    assert pointers(job({"batch_size": 13, "optimizer": optimizer, "metrics": metrics})) == []
