"""Early stopping and stopping at a metric value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Any

from trainlet.config import Configuration, Pattern, Range
from trainlet.errors import FieldError, ValidationError

Series = Annotated[
    str, Pattern("[a-z][a-z0-9_]{0,63}"), "Series of the history, such as validation_loss."
]


def lower_is_better(series: str) -> bool:
    """Return whether lower values of a series are better, as for losses and errors."""
    return series.endswith(("loss", "mae"))


@dataclass(frozen=True)
class EarlyStopping(Configuration):
    """Stop if the series has not improved by more than `min_delta` for `patience` epochs.

    Prechelt 1998; Nielsen 2015, chapter 3.
    """

    monitor: Series = "validation_loss"
    patience: Annotated[int, Range(min=1, max=10**6), "Number of epochs without improvement."] = 10
    min_delta: Annotated[
        float, Range(min=0, max=1e9), "Minimum change that counts as improvement."
    ] = 0.0
    restore_best_weights: Annotated[
        bool, "Whether to restore the parameters of the best epoch."
    ] = True

    def cost(self, history: Mapping[str, Sequence[float]]) -> float:
        """Return the last value of the series, with its sign such that lower is better."""
        value = history[self.monitor][-1]
        return value if lower_is_better(self.monitor) else -value


@dataclass(frozen=True)
class StopAt(Configuration):
    """Stop after the first epoch whose metric is below or above a threshold."""

    metric: Series = "loss"
    below: Annotated[float | None, "Lower threshold; null: none."] = None
    above: Annotated[float | None, "Upper threshold; null: none."] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.below is None) == (self.above is None):
            allowed = "either below or above"
            raise ValidationError([FieldError((), _given(self), allowed, f"must have {allowed}")])

    def reached(self, history: Mapping[str, Sequence[float]]) -> bool:
        """Return whether the last epoch passed the threshold."""
        value = history[self.metric][-1]
        if not isfinite(value):
            return False
        return value < self.below if self.below is not None else value > (self.above or 0.0)


def _given(stop: StopAt) -> dict[str, Any]:
    return {"metric": stop.metric, "below": stop.below, "above": stop.above}
