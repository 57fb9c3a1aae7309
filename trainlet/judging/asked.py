"""What may be asked of an evaluation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from trainlet.config import Configuration, Range
from trainlet.datasets import Source


@dataclass(frozen=True)
class Asked(Configuration):
    """What to judge a model by."""

    source: Annotated[Source, "Samples with their targets, as in a job's spec."]
    bins: Annotated[int, Range(min=1, max=100), "Bins of the calibration."] = 10
    worst: Annotated[int, Range(min=0, max=100), "How many of the worst rows to list."] = 10
