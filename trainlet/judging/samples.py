"""Samples: those of a source, as a model knows its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trainlet.datasets import (
    Column,
    Description,
    FittedPreparation,
    Mapped,
    Preparation,
    Read,
    Source,
    Table,
)
from trainlet.datasets.table import column_names
from trainlet.errors import Fault, Invalid
from trainlet.store import Model


def rows_of(model: Model, source: Source, read: Read) -> int:
    """How many samples a source holds; none of them is loaded.

    Raises Invalid, with pointers below `source`, if they are not what the model was made for.
    """
    try:
        description = source.describe(read)
        chosen = _preparation(model, description).choose(description, to_learn=False)
        forms = tuple(detail.column for detail in chosen.details)
        _order(chosen.columns, forms, model.preparation)
    except Invalid as error:
        raise Invalid(fault.under("source") for fault in error.faults) from None
    return description.rows


def samples_for(model: Model, source: Source, read: Read) -> Table:
    """The samples of a source, with the model's columns in its order.

    One that tells no targets is read as the model's own data were. Raises Invalid for samples
    that are not what the model was made for.
    """
    description = source.describe(read)
    own = _preparation(model, description)
    own.choose(description, to_learn=False)
    table = own.table(source.load(read))
    order = _order(table.columns, table.forms, model.preparation)
    mapped = isinstance(table.inputs, Mapped)
    inputs = table.inputs.of_columns(order) if mapped else table.inputs[:, order]
    forms = tuple(table.forms[place] for place in order) if table.forms else ()
    return replace(table, columns=model.preparation.columns, inputs=inputs, forms=forms)


def _preparation(model: Model, description: Description) -> Preparation:
    own = Preparation() if model.spec is None else model.spec.dataset.preparation
    return replace(own, columns=None, target=None) if description.target_columns else own


def _order(
    columns: tuple[str, ...], forms: Sequence[Column], preparation: FittedPreparation
) -> list[int]:
    """The places of the model's columns; unnamed ones are taken as they stand."""
    wanted = preparation.columns
    order = list(range(len(columns)))
    if columns not in (wanted, column_names(len(wanted))):
        if sorted(columns) != sorted(wanted):
            words = f"the columns {', '.join(wanted[:20])}{', …' * (len(wanted) > 20)}"
            raise Invalid([Fault((), list(columns), words, f"must have {words}")])
        order = [columns.index(name) for name in wanted]
    for place, own in zip(order, preparation.forms, strict=False):
        kind = forms[place].type if forms else "number"
        if kind != own.type and "category" in (kind, own.type):
            words = f"a column {own.name} of type {own.type}"
            raise Invalid([Fault((), kind, words, f"must have {words}, not {kind}")])
    return order
