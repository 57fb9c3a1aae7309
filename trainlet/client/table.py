"""Tables with named columns: DataFrames, structured arrays, dicts of columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from trainlet.client.errors import InputTypeError, InputValueError
from trainlet.client.values import is_frame, is_list
from trainlet.errors import FieldError

MAX_NAMES_SHOWN = 20


@dataclass(frozen=True)
class Table:
    """Columns by name, each with one value per row; the index of a DataFrame is dropped."""

    columns: dict[str, list[Any]]

    def rows(self, names: Sequence[str] | None) -> list[Any]:
        """Return the rows with the named columns in order, or by name if `names` is None.

        Other columns are omitted. Raises InputValueError for a missing column.
        """
        if names is None:
            rows = zip(*self.columns.values(), strict=True)
            return [dict(zip(self.columns, row, strict=True)) for row in rows]
        missing = [name for name in names if name not in self.columns]
        if missing:
            available = ", ".join(list(self.columns)[:MAX_NAMES_SHOWN])
            raise _value_error(
                f"must have the column {missing[0]!r}, not only {available};"
                " send an array, such as frame.to_numpy(), to predict by position"
            )
        return [list(row) for row in zip(*(self.columns[name] for name in names), strict=True)]


def read_table(data: Any) -> Table | None:
    """Return a table with named columns; None for other data.

    A Series is a named column, or a row if its index consists of names. A dict of lists is a table
    of columns, a dict of values one row. A DataFrame whose column names are numbers is no table.
    """
    if is_frame(data):
        return _from_frame(data)
    if isinstance(data, np.ndarray) and data.dtype.names:
        if data.ndim != 1:
            raise _value_error("must have one dimension, because the dtype is structured")
        return Table({name: list(data[name]) for name in data.dtype.names})
    if isinstance(data, Mapping):
        return _from_mapping(data)
    if is_series(data):
        index = list(getattr(data, "index", ()))
        if index and all(isinstance(name, str) for name in index):
            return _from_mapping(dict(zip(index, data, strict=True)))
        return Table({data.name: list(data)}) if isinstance(data.name, str) else None
    return None


def is_series(data: Any) -> bool:
    """Return whether data is a Series, of pandas or another library."""
    return hasattr(data, "to_frame") and hasattr(data, "name")


def _from_frame(frame: Any) -> Table | None:
    names = list(frame.columns)
    if len(set(names)) != len(names):
        duplicate = next(name for name in names if names.count(name) > 1)
        raise _value_error(f"must have columns of different names, not {duplicate!r} twice")
    if names and not any(isinstance(name, str) for name in names):
        return None
    if not all(isinstance(name, str) for name in names):
        raise InputTypeError([_error("must have strings as the names of all columns")])
    return Table({name: list(frame[name]) for name in names})


def _from_mapping(data: Mapping[Any, Any]) -> Table:
    if not all(isinstance(name, str) for name in data):
        raise InputTypeError([_error("must have strings as the names of all columns")])
    lists = [name for name, value in data.items() if is_list(value)]
    if not lists:
        return Table({name: [value] for name, value in data.items()})
    columns = {name: list(value) for name, value in data.items() if name in lists}
    if len(columns) < len(data) or len({len(column) for column in columns.values()}) > 1:
        raise _value_error("must have one value per column, or a list of the same length in each")
    return Table(columns)


def _value_error(detail: str) -> InputValueError:
    return InputValueError([_error(detail)])


def _error(detail: str) -> FieldError:
    return FieldError(("points",), None, "a table", detail)
