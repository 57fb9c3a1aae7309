"""Samples: those that a job itself was trained and judged by."""

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
    """The samples of a model's job, split as they were for it."""

    model: Model
    whole: Table
    splits: Splits

    @classmethod
    def of(cls, model: Model, read: Read) -> OwnSamples:
        """Load them. Raises ConflictError for a model that was imported, or if they are gone."""
        if model.spec is None:
            raise ConflictError(
                "the model was imported: there is no job whose samples could be taken"
            )
        dataset = model.spec.dataset
        try:
            whole = dataset.preprocessing.table(dataset.source.load(read))
        except ValidationError as error:
            raise ConflictError(f"the samples of the job are no longer there: {error}") from None
        return cls(model, whole, dataset.split.apply(len(whole.inputs), whole.targets))

    @property
    def held_out(self) -> Part:
        """The part that was not trained on: test, else validation, else training after all."""
        if len(self.splits.test):
            return "test"
        return "validation" if len(self.splits.validation) else "training"

    def table(self, part: Part, most: int) -> Table:
        """At most so many rows of a part, evenly spread over it, as the model knows them."""
        rows = getattr(self.splits, part)
        chosen = rows[np.linspace(0, len(rows) - 1, min(most, len(rows))).astype(int)]
        table = self.whole.take(chosen)
        blocks = list(FittedPreprocessing.blocks(table.inputs))
        table = replace(table, inputs=np.concatenate(blocks))
        forms = self.model.preprocessing.forms
        return categories.recoded(table, forms) if table.forms and forms else table
