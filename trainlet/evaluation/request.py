"""What may be asked of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from trainlet.config import Configuration, Length, Names, Range
from trainlet.datasets import Source
from trainlet.datasets.preprocessing import MAX_FEATURES, ColumnName

MAX_TARGETS = 1000


@dataclass(frozen=True)
class EvaluationRequest(Configuration):
    """What to judge a model by."""

    source: Annotated[Source, "Samples with their targets, as in a job's spec."]
    target: Annotated[
        tuple[ColumnName, ...] | ColumnName | None,
        Length(min=1, max=MAX_TARGETS),
        "Target column of the source, or several; null: the source's own targets, else the target"
        " that the model was trained on.",
    ] = None
    columns: Annotated[
        dict[str, ColumnName],
        Names(r"[^\n]{1,200}", most=MAX_FEATURES),
        "Column of the source per column of the model, where the names differ.",
    ] = field(default_factory=dict)
    bins: Annotated[int, Range(min=1, max=100), "Bins of the calibration."] = 10
    worst: Annotated[int, Range(min=0, max=100), "How many of the worst rows to list."] = 10

    @property
    def targets(self) -> tuple[str, ...] | None:
        """The names of the target columns, if they are given."""
        return (self.target,) if isinstance(self.target, str) else self.target
