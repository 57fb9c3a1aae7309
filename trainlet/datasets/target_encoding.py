"""Encoding of targets and decoding of outputs."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from typing import Annotated, Any, Literal, cast

import numpy as np

from trainlet.config import Configuration
from trainlet.datasets.columns import Label, Task
from trainlet.datasets.mapped_table import Array
from trainlet.errors import FieldError, ValidationError
from trainlet.network.decision import Decision

MAX_ERRORS = 100

LABEL_DTYPES: tuple[tuple[set[type], Any], ...] = (
    ({bool}, np.bool_),
    ({int}, np.int64),
    ({int}, np.uint64),
    ({int, float}, np.float64),
)
"""Types of labels and a dtype that may represent them."""

EncodingName = Literal["as_given", "zero_one", "plus_minus_one", "one_hot", "multilabel"]


@dataclass(frozen=True)
class TargetEncoding(Configuration):
    """A rule from labels to targets (rows, units) and from outputs back to labels.

    `zero_one` and `plus_minus_one` encode two labels in one unit, as 0 and 1 or as −1 and 1.
    `one_hot` has one unit per label. `multilabel` has one unit per label, 1 in the rows with the
    label and 0 in the others. `as_given` uses rows of numbers unchanged. Labels are in the order
    of their units; they are None for regression.
    """

    form: Annotated[EncodingName, "Encoding of targets."] = "as_given"
    labels: Annotated[
        tuple[Label, ...] | None, "Labels in the order of their units; null for regression."
    ] = None

    @property
    def task(self) -> Task:
        """Task of the encoding."""
        if self.form == "multilabel":
            return "multilabel"
        return "regression" if self.labels is None else "classification"

    @property
    def takes_rows(self) -> bool:
        """Whether a sample's target is a row of numbers, one per unit."""
        return self.form in ("as_given", "multilabel")

    @cached_property
    def decision(self) -> Decision:
        """Rule from outputs to labels; the threshold is halfway between two targets."""
        return Decision(0.0 if self.form == "plus_minus_one" else 0.5, self.form == "multilabel")

    @cached_property
    def label_array(self) -> Array:
        """Labels in the first dtype that represents all of them exactly, else as strings."""
        labels = self.labels or ()
        types = {type(label) for label in labels}
        for allowed, dtype in LABEL_DTYPES:
            with suppress(OverflowError):
                if types <= allowed and np.array(labels, dtype).tolist() == list(labels):
                    return np.array(labels, dtype)
        return np.array([str(label) for label in labels], object)

    def encode(self, targets: Array) -> Array:
        """Encode targets (rows, target columns) as float64 (rows, units).

        Raises ValidationError for an unknown label, for multilabel targets other than 0 and 1,
        and for rows of a classification without exactly one label.
        """
        if self.form == "as_given":
            refused = None if self.labels is None else several_labels(targets)
            if refused is not None:
                raise ValidationError([refused])
            return targets.astype(np.float64)
        if self.form == "multilabel":
            return _binary(targets)
        positions = self._positions(targets)
        if self.form == "one_hot":
            return np.eye(len(self.labels or ()))[positions]
        lowest = -1.0 if self.form == "plus_minus_one" else 0.0
        return np.where(positions == 0, lowest, 1.0)[:, np.newaxis]

    def decode(self, outputs: Array) -> list[Any] | None:
        """Return the label of each row of outputs (rows, units) by `decision`.

        Multilabel rows have a list of the labels that are present. None for regression.
        """
        labels = self.labels
        if labels is None:
            return None
        if self.form == "multilabel":
            rows = self.decision.chosen(outputs).tolist()
            return [list(compress(labels, row)) for row in rows]
        return [labels[position] for position in self.decision.positions(outputs).tolist()]

    def _positions(self, targets: Array) -> Array:
        known = {label: position for position, label in enumerate(self.labels or ())}
        column = cast("list[Label]", targets[:, 0].tolist())
        try:
            return np.array([known[label] for label in column], np.intp)
        except KeyError as error:
            expected = f"one of {', '.join(str(label) for label in known)}"
            row = column.index(error.args[0])
            raise ValidationError(
                [FieldError((row,), column[row], expected, f"must be {expected}")]
            ) from None


def several_labels(targets: Array) -> FieldError | None:
    """Return the error of the first row of targets without exactly one label, or None.

    These are rows of 0 and 1, or of −1 and 1, whose maximum occurs more than once. Other rows are
    probabilities, which may be equal.
    """
    numbers = targets.astype(np.float64)
    largest = numbers.max(axis=1, keepdims=True)
    wrong = np.isin(numbers, (-1, 0, 1)).all(axis=1) & ((numbers == largest).sum(axis=1) > 1)
    if not wrong.any():
        return None
    row = int(wrong.argmax())
    expected = "a row with one label: a single 1"
    detail = f"must be {expected}; for several labels per row set task multilabel"
    return FieldError((row,), numbers[row].tolist(), expected, detail)


def _binary(targets: Array) -> Array:
    """Return targets of 0 and 1 as float64.

    Raises ValidationError with the row and column of another number.
    """
    wrong = np.argwhere((targets != 0) & (targets != 1))[:MAX_ERRORS]
    if len(wrong):
        detail = "must be 0 or 1, because the task is multilabel"
        raise ValidationError(
            FieldError((row, column), targets[row, column].item(), "0 or 1", detail)
            for row, column in wrong.tolist()
        )
    return targets.astype(np.float64)
