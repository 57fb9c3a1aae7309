"""Stopping: the ends that a run can come to before its last epoch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Annotated, Any

from trainlet.config import Configuration, Pattern, Range
from trainlet.errors import FieldError, ValidationError

Series = Annotated[
    str, Pattern("[a-z][a-z0-9_]{0,63}"), "A series of the history, such as validation_loss."
]


def lower_is_better(series: str) -> bool:
    """Whether a series of the history is better the lower it is: losses and errors are."""
    return series.endswith(("loss", "mae"))


@dataclass(frozen=True)
class EarlyStopping(Configuration):
    """End when the series has not improved by more than `min_delta` for `patience` epochs.

    Prechelt 1998; Nielsen 2015, chapter 3.
    """

    monitor: Series = "validation_loss"
    patience: Annotated[int, Range(min=1, max=10**6), "Epochs without a better number."] = 10
    min_delta: Annotated[float, Range(min=0, max=1e9), "Smallest change that counts."] = 0.0
    restore_best_weights: Annotated[bool, "Whether the best epoch's parameters are kept."] = True

    def cost(self, history: Mapping[str, Sequence[float]]) -> float:
        """Tell the series' last number, turned so that lower is better."""
        value = history[self.monitor][-1]
        return value if lower_is_better(self.monitor) else -value


@dataclass(frozen=True)
class StopAt(Configuration):
    """End after the first epoch whose metric is below or above a number."""

    metric: Series = "loss"
    below: Annotated[float | None, "End when the metric is below this."] = None
    above: Annotated[float | None, "End when the metric is above this."] = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if (self.below is None) == (self.above is None):
            allowed = "either below or above"
            raise ValidationError([FieldError((), _given(self), allowed, f"must name {allowed}")])

    def reached(self, history: Mapping[str, Sequence[float]]) -> bool:
        """Whether the last epoch is such a one."""
        value = history[self.metric][-1]
        if not isfinite(value):
            return False
        return value < self.below if self.below is not None else value > (self.above or 0.0)


def _given(stop: StopAt) -> dict[str, Any]:
    return {"metric": stop.metric, "below": stop.below, "above": stop.above}
