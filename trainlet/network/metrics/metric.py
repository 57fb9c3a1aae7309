"""Base class of the metrics."""

from __future__ import annotations

from typing import ClassVar, Self

from trainlet.config import Configuration
from trainlet.errors import FieldError
from trainlet.network.arrays import Array
from trainlet.network.decision import Decision


class Metric(Configuration, family=True):
    """A measure of outputs against targets, both (samples, units)."""

    tasks: ClassVar[tuple[str, ...]] = ("classification", "multilabel")
    """Tasks that the metric is defined for."""

    @property
    def name(self) -> str:
        """Name of the metric in the history."""
        return self.kind

    def resolved(self, labels: int, task: str) -> Self:
        """Return the metric with every `auto` resolved for the number of labels."""
        return self

    def error(self, labels: int, task: str) -> FieldError | None:
        """Return the error of the metric for a task with this number of labels, or None."""
        return None

    def undefined(self, targets: Array, decision: Decision) -> str | None:
        """Return why the metric is nan for the targets, or None if it is defined."""
        return None

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        """Return the value of the metric."""
        raise NotImplementedError
