"""Encodings: how targets become the numbers a network is trained towards, and outputs labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal, cast

import numpy as np

from trainlet.config import Configuration
from trainlet.datasets.columns import Label
from trainlet.datasets.mapped import Array
from trainlet.errors import Fault, Invalid

Form = Literal["as_given", "zero_one", "plus_minus_one", "one_hot"]


@dataclass(frozen=True)
class Encoding(Configuration):
    """A rule from labels to targets (rows, units) and from outputs back to labels.

    `zero_one` and `plus_minus_one` put two labels on one unit, as 0 and 1 or as −1 and 1;
    `one_hot` gives each label a unit; `as_given` leaves rows of numbers alone. Labels stand in
    the order of their units, and are None where outputs are values.
    """

    form: Annotated[Form, "How targets become numbers."] = "as_given"
    labels: Annotated[tuple[Label, ...] | None, "The labels, in the order of their units."] = None

    def encode(self, targets: Array) -> Array:
        """Targets (rows, target columns) as float64 (rows, units).

        Raises Invalid for a label that was not there when the encoding was chosen.
        """
        if self.form == "as_given":
            return targets.astype(np.float64)
        positions = self._positions(targets)
        if self.form == "one_hot":
            return np.eye(len(self.labels or ()))[positions]
        lowest = -1.0 if self.form == "plus_minus_one" else 0.0
        return np.where(positions == 0, lowest, 1.0)[:, np.newaxis]

    def decode(self, outputs: Array) -> list[Label] | None:
        """The label of each row of outputs (rows, units); None where outputs are values.

        One unit says the second label above the middle of its two targets; of several units the
        largest says its own.
        """
        if self.labels is None:
            return None
        if outputs.shape[1] == 1:
            threshold = 0.0 if self.form == "plus_minus_one" else 0.5
            chosen = (outputs[:, 0] > threshold).astype(np.intp)
        else:
            chosen = outputs.argmax(axis=1)
        return [self.labels[position] for position in chosen.tolist()]

    def scores(self, outputs: Array) -> Array:
        """One number per label (rows, labels), larger for the likelier one.

        Of one unit's output a the second label gets a, and the first what is left: 1 − a, or −a
        where targets are −1 and 1. Of several units each label has its own.
        """
        if outputs.shape[1] > 1:
            return outputs
        whole = 0.0 if self.form == "plus_minus_one" else 1.0
        return np.hstack([whole - outputs, outputs])

    def _positions(self, targets: Array) -> Array:
        known = {label: position for position, label in enumerate(self.labels or ())}
        column = cast("list[Label]", targets[:, 0].tolist())
        try:
            return np.array([known[label] for label in column], np.intp)
        except KeyError as error:
            words = f"one of {', '.join(str(label) for label in known)}"
            row = column.index(error.args[0])
            raise Invalid([Fault((row,), column[row], words, f"must be {words}")]) from None
