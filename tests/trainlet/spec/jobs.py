"""Job specs in JSON for tests."""

from __future__ import annotations

from typing import Any

from trainlet.config import from_json
from trainlet.datasets import Description, Inline, Source
from trainlet.errors import NotFoundError
from trainlet.spec import JobSpec, Limits, check, describe

LIMITS = Limits(parameters=10_000_000, work=1e13, inline_values=1_000_000)


def nothing(dataset: str) -> bytes:
    """Read from a store that holds no dataset."""
    raise NotFoundError(dataset)


def dense(units: int, activation: str = "linear", **more: Any) -> dict[str, Any]:
    return {"type": "dense", "units": units, "activation": activation} | more


def job(
    *layers: dict[str, Any],
    source: Any = "four_circles",
    dataset: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
) -> JobSpec:
    return from_json(
        JobSpec,
        {
            "architecture": {"layers": list(layers)},
            "dataset": {"source": source} | (dataset or {}),
            "training": {"epochs": 1} | (training or {}),
        },
    )


def inline(targets: list[Any], columns: int = 2) -> Source:
    return Inline(tuple((float(row),) * columns for row in range(len(targets))), tuple(targets))


def description(spec: JobSpec) -> Description:
    return describe(spec, nothing)


def errors_of(spec: JobSpec, limits: Limits = LIMITS) -> dict[str, str]:
    """Return the JSON Pointers of a job's errors, with the allowed values."""
    errors = check(spec, description(spec), limits)
    assert all(error.detail for error in errors)
    return {error.pointer: error.allowed for error in errors}
