"""Conversion of Python, NumPy and DataFrame values to JSON, with located errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite, isnan
from numbers import Real
from typing import Any

import numpy as np

from trainlet.client.errors import InputTypeError, InputValueError
from trainlet.errors import FieldError

Path = tuple[str | int, ...]

MISSING_TYPES = ("NAType", "NaTType")
"""Type names of NA and NaT in pandas, which is not imported here."""

ALLOWED = "a number, a string, a boolean, a date or None"
DATA = (("dataset", "source"), ("source",))
"""Paths of the samples in a spec and in an evaluation."""


def to_json(value: Any, path: Path, *, missing: bool = True) -> Any:
    """Convert a value, or lists and mappings of values, to JSON types.

    Dates become ISO 8601. NaN, NaT and NA become null if values may be missing. Raises
    InputTypeError or InputValueError with the location for other values.
    """
    if value is None or isinstance(value, (str, bool, int)):
        return str(value) if isinstance(value, np.str_) else value
    if isinstance(value, float) and isfinite(value):
        return float(value)
    if isinstance(value, Mapping):
        return {
            _name(name, path): to_json(item, (*path, name), missing=missing)
            for name, item in value.items()
        }
    if is_list(value):
        return [
            to_json(item, (*path, index), missing=missing)
            for index, item in enumerate(_items(value))
        ]
    return _scalar(value, path, missing=missing)


def spec_to_json(value: Any, path: Path = ()) -> Any:
    """Convert a spec; only its samples may have missing values, hyperparameters must not be NaN."""
    if isinstance(value, Mapping) and path not in DATA:
        return {
            _name(name, path): spec_to_json(item, (*path, name)) for name, item in value.items()
        }
    return to_json(value, path, missing=path in DATA)


def is_list(value: Any) -> bool:
    """Return whether a value is a list, an array, a Series or a DataFrame."""
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    return isinstance(value, (list, tuple)) or hasattr(value, "to_frame") or is_frame(value)


def is_frame(value: Any) -> bool:
    """Return whether a value is a DataFrame, which has columns and access by name."""
    return hasattr(value, "columns") and hasattr(value, "__getitem__")


def _items(value: Any) -> Iterable[Any]:
    if is_frame(value):
        return zip(*(value[name] for name in value.columns), strict=True)
    if isinstance(value, np.ma.MaskedArray) or (
        isinstance(value, np.ndarray) and value.dtype.kind in "biuf"
    ):
        items: list[Any] = value.tolist()
        return items
    if isinstance(value, np.ndarray) and value.dtype.names:
        return (tuple(row[name] for name in row.dtype.names) for row in value)
    return list(value)


def _scalar(value: Any, path: Path, *, missing: bool) -> Any:
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufU":
        return to_json(_item(value), path, missing=missing)
    if type(value).__name__ in MISSING_TYPES or (
        isinstance(value, np.datetime64) and np.isnat(value)
    ):
        return _missing(value, path, missing=missing)
    if isinstance(value, np.datetime64):
        item = value.item()  # an integer for nanoseconds
        value = value.astype("datetime64[us]").item() if isinstance(item, int) else item
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (Real, Decimal)):
        number = float(value)
        if isnan(number):
            return _missing(value, path, missing=missing)
        if not isfinite(number):
            raise InputValueError([_error(path, value, "a finite number")])
        return number
    detail = "as nested lists" if isinstance(value, (set, frozenset, time)) else ""
    raise InputTypeError([_error(path, value, f"{ALLOWED} {detail}".strip())])


def _item(value: Any) -> Any:
    """Return the number of a NumPy scalar; the nearest double for a long double."""
    item = value.item()
    return float(item) if isinstance(item, np.floating) else item


def _missing(value: Any, path: Path, *, missing: bool) -> None:
    if not missing:
        raise InputValueError([_error(path, value, "a finite number")])


def _name(name: Any, path: Path) -> str:
    if not isinstance(name, str):
        raise InputTypeError([_error((*path, str(name)), name, "named by a string")])
    return str(name)


def _error(path: Path, value: Any, allowed: str) -> FieldError:
    actual = f"{type(value).__name__} {value!r:.60}"
    return FieldError(path, actual, allowed, f"must be {allowed}, not {actual}")
