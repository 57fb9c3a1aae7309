"""Checks of the series that early stopping and `stop_at` monitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isnan

from trainlet.network.diagnostics import Finding
from trainlet.network.training import Training


def unmeasured(training: Training, history: Mapping[str, Sequence[float]]) -> Iterator[Finding]:
    """Yield a finding for each monitor that was nan after every epoch so far."""
    for path, name in training.monitors.items():
        values = history[name]
        if all(map(isnan, values)):
            detail = (
                f"{name} was nan after each of {len(values)} epochs, so it cannot stop training"
                f" or restore weights; {_reason(name)}"
            )
            field = "/" + "/".join(("training", *path))
            yield Finding(len(values) - 1, "monitor", None, float(len(values)), field, detail)


def _reason(name: str) -> str:
    if name.endswith("auc"):
        return "AUC needs more than one class in the validation set"
    if name.endswith("r2"):
        return "R² needs targets that vary in the validation set"
    return "monitor another series"
