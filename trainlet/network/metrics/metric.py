"""Base class of the metrics."""

from __future__ import annotations

from typing import ClassVar, Self

from trainlet.config import Configuration
from trainlet.errors import FieldError
from trainlet.network.arrays import Array
from trainlet.network.decision import Decision


class Metric(Configuration, family=True):
    """A number that measures outputs against targets, both (samples, units)."""

    tasks: ClassVar[tuple[str, ...]] = ("classification", "multilabel")
    """The tasks that it is defined for."""

    @property
    def name(self) -> str:
        """The metric's name in the history."""
        return self.kind

    def resolved(self, labels: int, task: str) -> Self:
        """Return the metric with every `auto` replaced by its choice for so many labels."""
        return self

    def error(self, labels: int, task: str) -> FieldError | None:
        """Return why it is not defined for so many labels of a task of its own, if it is not."""
        return None

    def undefined(self, targets: Array, decision: Decision) -> str | None:
        """Return why it is nan for such targets, whatever the outputs; None if it is defined."""
        return None

    def value(self, outputs: Array, targets: Array, decision: Decision) -> float:
        """Compute the metric."""
        raise NotImplementedError
