"""Evaluation request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from trainlet.config import Configuration, Length, Names, Range
from trainlet.datasets import Source
from trainlet.datasets.preprocessing import MAX_FEATURES, ColumnName

MAX_TARGETS = 1000


@dataclass(frozen=True)
class EvaluationRequest(Configuration):
    """Source, columns and options of an evaluation."""

    source: Annotated[Source, "Source of the samples with targets, as in a job's spec."]
    target: Annotated[
        tuple[ColumnName, ...] | ColumnName | None,
        Length(min=1, max=MAX_TARGETS),
        "Target column or columns of the source; null: the source's targets, else the target of"
        " the training.",
    ] = None
    columns: Annotated[
        dict[str, ColumnName],
        Names(r"[^\n]{1,200}", most=MAX_FEATURES),
        "Column of the source per column of the model, if the names differ.",
    ] = field(default_factory=dict)
    bins: Annotated[int, Range(min=1, max=100), "Number of bins of the calibration."] = 10
    worst: Annotated[int, Range(min=0, max=100), "Number of worst rows to list."] = 10

    @property
    def targets(self) -> tuple[str, ...] | None:
        """Names of the target columns, or None."""
        return (self.target,) if isinstance(self.target, str) else self.target
