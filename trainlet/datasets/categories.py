"""Categories of the training set and their codes.

A network learns nothing about a category that is not in the training set. Preprocessing therefore
encodes only the categories of the training set. An unknown category is an error in a prediction
request. In rows of the validation and test set it is encoded as none of the categories.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from trainlet.datasets.columns import Column
from trainlet.datasets.mapped_table import Array, MappedTable
from trainlet.datasets.table import Description, Table

UNSEEN = -1.0
"""Code of an unknown category."""

MAX_SHOWN = 5


def known_in(table: Table, training: Array) -> Table:
    """Return the rows with only those categories that occur in the `training` rows."""
    return recoded(table, occurring(table.take(training)))


def occurring(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table with only those categories that occur in its rows."""
    places = [place for place, form in enumerate(table.forms) if form.type == "category"]
    if not places:
        return table.forms
    missing = {
        at: set(range(len(table.forms[place].categories or ()))) for at, place in enumerate(places)
    }
    for block in _blocks(table.inputs, places):
        for at in [at for at, codes in missing.items() if codes]:
            missing[at].difference_update(np.unique(block[:, at]).tolist())
        if not any(missing.values()):
            return table.forms
    forms = list(table.forms)
    for at, place in enumerate(places):
        known = enumerate(forms[place].categories or ())
        left = tuple(text for code, text in known if code not in missing[at])
        forms[place] = replace(forms[place], categories=left)
    return tuple(forms)


def _blocks(inputs: Array | MappedTable, places: list[int]) -> Iterator[Array]:
    if isinstance(inputs, MappedTable):
        yield from inputs.of_columns(places).blocks()
    else:
        yield inputs[:, places]


def recoded(table: Table, forms: tuple[Column, ...]) -> Table:
    """Return the rows with the codes of other `forms`, which differ only in their categories."""
    if table.forms == forms:
        return table
    codes = {
        place: _codes(old, new)
        for place, (old, new) in enumerate(zip(table.forms, forms, strict=True))
        if old.categories != new.categories
    }
    whole = table.inputs if isinstance(table.inputs, MappedTable) else MappedTable(table.inputs)
    inputs = whole.recoded(codes)
    return replace(
        table, forms=forms, inputs=inputs if isinstance(table.inputs, MappedTable) else inputs.all()
    )


def _codes(old: Column, new: Column) -> Array:
    """Return the code in `new` of each code of `old`."""
    places = {text: float(place) for place, text in enumerate(new.categories or ())}
    return np.array([places.get(text, UNSEEN) for text in old.categories or ()], np.float64)


def described_by(description: Description, table: Table, training: Array) -> Description:
    """Return the description with only those categories that occur in the `training` rows.

    Other columns of the table are not read, and reading stops once every category has occurred.
    """
    names = [detail.column.name for detail in description.details if detail.column.categories]
    places = [table.columns.index(name) for name in names]
    mapped = isinstance(table.inputs, MappedTable)
    inputs = table.inputs.of_columns(places) if mapped else table.inputs[:, places]
    forms = tuple(table.forms[place] for place in places)
    chosen = replace(table, columns=tuple(names), inputs=inputs, forms=forms)
    known = {form.name: form for form in occurring(chosen.take(training))}
    details = tuple(
        replace(detail, column=form, labels=form.categories)
        if (form := known.get(detail.column.name))
        else detail
        for detail in description.details
    )
    return replace(description, details=details)


def warnings(whole: tuple[Column, ...], known: tuple[Column, ...]) -> tuple[str, ...]:
    """Return a sentence for each column with a category that is not in the training set."""
    results = []
    for column, own in zip(whole, known, strict=True):
        lost = [text for text in column.categories or () if text not in (own.categories or ())]
        if lost:
            shown = ", ".join(lost[:MAX_SHOWN]) + ", …" * (len(lost) > MAX_SHOWN)
            results.append(
                f"column {column.name}: {shown} is not in the training set; rows of the other"
                " sets with it are encoded as none of the categories"
            )
    return tuple(results)
