"""Summary of a job's repeats, and choice of the published one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isnan
from typing import Any

import numpy as np

from trainlet.network import Repeats, State, Training
from trainlet.network.repeats import seeded
from trainlet.store.records import to_text

Metrics = Mapping[str, float]


def best_of(
    repeats: Repeats, training: Training, metrics_of: Callable[[State], Metrics]
) -> tuple[State, dict[str, Any]]:
    """Return the run with the lowest validation loss (or training loss), and a summary.

    The summary lists the seed, epochs, end and metrics or error of each run, and the mean and
    standard deviation of each metric over the successful runs.
    """
    results = {index: metrics_of(repeats.runs[index]) for index in repeats.whole}
    best = min(results, key=lambda index: _cost(results[index]))
    names = list(results[best])
    values = {name: [metrics[name] for metrics in results.values()] for name in names}
    summary = {
        "runs": [
            {
                "seed": seeded(training, index).seed,
                "epochs": run.epoch,
                "end_reason": run.end,
                "metrics": to_text(dict(results[index])) if index in results else None,
                "error": repeats.failures.get(index),
            }
            for index, run in enumerate(repeats.runs)
        ],
        "best": best,
        "mean": to_text({name: float(np.mean(some)) for name, some in values.items()}),
        "std": to_text({name: float(np.std(some)) for name, some in values.items()}),
    }
    return repeats.runs[best], summary


def _cost(metrics: Metrics) -> float:
    cost = metrics.get("validation_loss", metrics["loss"])
    return float("inf") if isnan(cost) else cost
