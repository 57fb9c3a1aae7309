"""Profiles: what was found out about stored data when they were read for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from trainlet.config import Configuration
from trainlet.datasets.columns import Detail
from trainlet.datasets.mapped import LARGE, Array, Mapped
from trainlet.datasets.selection import Selection
from trainlet.datasets.table import Description, Table


@dataclass(frozen=True)
class Profile(Configuration):
    """The columns of stored data, and where their numbers lie: rows × columns of one dtype.

    They lie in the content itself, `offset` bytes from its start, or in a file of their own.
    """

    rows: Annotated[int, "How many samples there are."]
    details: Annotated[tuple[Detail, ...], "The columns."]
    first: Annotated[tuple[Any, ...], "The first rows."]
    target: Annotated[tuple[str, ...] | None, "The targets, if the data tell."] = None
    dtype: Annotated[str, "How a number is written."] = "<f8"
    offset: Annotated[int | None, "Where numbers begin in the content; null: own file."] = None
    by_column: Annotated[bool, "Whether columns lie one after another, and not rows."] = False
    read_as: Annotated[tuple[str, ...], "What was found out about the form of the file."] = ()

    def table(self, matrix: Array) -> tuple[Table, Description]:
        """The table over a matrix (rows, columns), which may be a mapped file."""
        names = tuple(detail.column.name for detail in self.details)
        whole = Table(
            names, Mapped(matrix), matrix[:, :0], tuple(detail.column for detail in self.details)
        )
        description = Description(
            rows=self.rows,
            columns=names,
            target_columns=0,
            labels=None,
            task=None,
            target_range=None,
            details=self.details,
            mapped=8 * self.rows * len(names) > LARGE,
        )
        if self.target is None:
            return whole, description
        chosen = Selection(None, self.target)
        return chosen.table(whole, drop=False), chosen.description(description)
