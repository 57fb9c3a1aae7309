"""Training, validation and test samples of a model's job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from trainlet.datasets import FittedPreprocessing, Read, Splits, Table, categories
from trainlet.errors import ConflictError, ValidationError
from trainlet.store import Model

Part = Literal["training", "validation", "test"]


@dataclass(frozen=True)
class OwnSamples:
    """Samples of a model's job, split as in its training."""

    model: Model
    whole: Table
    splits: Splits

    @classmethod
    def of(cls, model: Model, read: Read) -> OwnSamples:
        """Load the samples. Raises ConflictError if the model was imported or they were deleted."""
        if model.spec is None:
            raise ConflictError("The model was imported, so it has no job with samples.")
        dataset = model.spec.dataset
        try:
            whole = dataset.preprocessing.table(dataset.source.load(read))
        except ValidationError as error:
            raise ConflictError(f"The samples of the job no longer exist: {error}") from None
        return cls(model, whole, dataset.split.apply(len(whole.inputs), whole.targets))

    @property
    def held_out(self) -> Part:
        """Name of the held-out set: test, else validation, else (nothing is held out) training."""
        if len(self.splits.test):
            return "test"
        return "validation" if len(self.splits.validation) else "training"

    def table(self, part: Part, limit: int) -> Table:
        """Return at most `limit` evenly spaced rows of a set, with the categories of the model."""
        rows = getattr(self.splits, part)
        chosen = rows[np.linspace(0, len(rows) - 1, min(limit, len(rows))).astype(int)]
        table = self.whole.take(chosen)
        blocks = list(FittedPreprocessing.blocks(table.inputs))
        table = replace(table, inputs=np.concatenate(blocks))
        forms = self.model.preprocessing.forms
        return categories.recoded(table, forms) if table.forms and forms else table
