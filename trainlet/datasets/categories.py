"""Categories: what of them occurs in the training part, and codes that know no others.

A network learns nothing of a category that it is never shown. So a preprocessing knows those of the
training part alone: another one is refused in a point, and is none of them in a row of the parts
that judge.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from trainlet.datasets.columns import Column
from trainlet.datasets.mapped_table import Array, MappedTable
from trainlet.datasets.table import Description, Table

UNSEEN = -1.0
"""The code of a category that is not known."""

MAX_SHOWN = 5


def known_in(table: Table, training: Array) -> Table:
    """The same rows, in which categories are known only if they occur in `training` rows."""
    return recoded(table, occurring(table.take(training)))


def occurring(table: Table) -> tuple[Column, ...]:
    """The columns of a table, with those categories that occur in its rows."""
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
    """The same rows with the codes of other `forms`, which differ in their categories alone."""
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
    """For each code of `old` that of `new`."""
    places = {text: float(place) for place, text in enumerate(new.categories or ())}
    return np.array([places.get(text, UNSEEN) for text in old.categories or ()], np.float64)


def described_by(description: Description, table: Table, training: Array) -> Description:
    """The description with those categories that occur in the `training` rows of a table.

    The table may have other columns too: they are not looked at, and of its rows only as many as
    it takes to see every category.
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
    """A sentence for each column of which a category is not known."""
    results = []
    for column, own in zip(whole, known, strict=True):
        lost = [text for text in column.categories or () if text not in (own.categories or ())]
        if lost:
            shown = ", ".join(lost[:MAX_SHOWN]) + ", …" * (len(lost) > MAX_SHOWN)
            results.append(
                f"column {column.name}: {shown} is not in the training part; where it occurs in"
                " another part it counts as none of the categories"
            )
    return tuple(results)
