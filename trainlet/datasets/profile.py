"""Profile of a stored dataset: columns, statistics and storage layout."""

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
    """Columns of stored data, and the location of their numbers (rows × columns of one dtype).

    The numbers are in the content, `offset` bytes from its start, or, if that is None, in a
    separate file. `by_column` means column-major order. `first` are the first rows. `target` names
    the targets, if the data define them. `read_as` describes the format of the file as text;
    `form` is the dialect of a CSV file. `renamed` contains the header's text of each renamed
    column. `warnings` are sentences.
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
        """Return the JSON form."""
        details = [vars(detail) | {"column": to_json(detail.column)} for detail in self.details]
        form = None if self.form is None else to_json(self.form)
        return vars(self) | {"details": details, "form": form}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> Profile:
        """Return the profile of a JSON form.

        Raises ValidationError, TypeError or LookupError if it is invalid.
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
        """Return the table over a matrix (rows, columns), which may be a mapped file."""
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
