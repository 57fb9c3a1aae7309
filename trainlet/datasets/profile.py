"""Profiles: what was found out about stored data when they were read for the first time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from trainlet.config import from_json, to_json
from trainlet.datasets.columns import Column, Detail
from trainlet.datasets.mapped_table import LARGE_BYTES, Array, MappedTable
from trainlet.datasets.reading_options import ReadingOptions
from trainlet.datasets.selection import Selection
from trainlet.datasets.table import Description, Table


@dataclass(frozen=True)
class Profile:
    """The columns of stored data, and where their numbers lie: rows × columns of one dtype.

    They lie in the content itself, `offset` bytes from its start, or, where that is None, in a
    file of their own; `by_column`, if columns lie one after another, and not rows. `first` are the
    first rows, `target` names the targets, if the data tell them, and `read_as` says what was
    found out about the form of the file, in words; `form` does so of a CSV file. `renamed` holds
    the text of the header for each column that has another name, `warnings` are sentences.
    """

    rows: int
    details: tuple[Detail, ...]
    first: tuple[Any, ...]
    target: tuple[str, ...] | None = None
    dtype: str = "<f8"
    offset: int | None = None
    by_column: bool = False
    read_as: tuple[str, ...] = ()
    form: ReadingOptions | None = None
    renamed: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The JSON form."""
        details = [vars(detail) | {"column": to_json(detail.column)} for detail in self.details]
        form = None if self.form is None else to_json(self.form)
        return vars(self) | {"details": details, "form": form}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Profile:
        """The profile of a JSON form.

        Raises ValidationError, TypeError or LookupError if it is none.
        """
        details = tuple(_detail(**detail) for detail in document["details"])
        target = document["target"]
        form, warnings = document.get("form"), tuple(document.get("warnings", ()))
        known = {
            "details": details,
            "warnings": warnings,
            "target": None if target is None else tuple(target),
            "form": None if form is None else from_json(ReadingOptions, form),
        }
        return cls(**document | known)

    def table(self, matrix: Array) -> tuple[Table, Description]:
        """The table over a matrix (rows, columns), which may be a mapped file."""
        names = tuple(detail.column.name for detail in self.details)
        whole = Table(
            names,
            MappedTable(matrix),
            matrix[:, :0],
            tuple(detail.column for detail in self.details),
        )
        description = Description(
            rows=self.rows,
            columns=names,
            target_columns=0,
            labels=None,
            task=None,
            target_range=None,
            details=self.details,
            mapped=8 * self.rows * len(names) > LARGE_BYTES,
        )
        if self.target is None:
            return whole, description
        chosen = Selection(None, self.target)
        return chosen.table(whole, drop=False), chosen.description(description)


def _detail(column: Any, labels: Any, **numbers: Any) -> Detail:
    known = None if labels is None else tuple(labels)
    return Detail(from_json(Column, column), labels=known, **numbers)
