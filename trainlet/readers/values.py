"""Conversion of strings to numbers by column type."""

from __future__ import annotations

import re
from datetime import date, datetime
from math import isfinite, isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import ReadingOptions
from trainlet.datasets.columns import EXACT_INTEGERS, Type, days, number_text
from trainlet.readers.failure import TableError

MISSING = (
    *("", "?", "\\N", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND"),
    *("1.#QNAN", "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
)
"""Default strings of missing values: those of pandas.read_csv, `?` and `\\N`."""

BOOLEANS = {word: word.lower() == "true" for word in ("true", "false", "True", "False")}
BOOLEANS |= {"TRUE": True, "FALSE": False}
"""Strings of which boolean columns are inferred."""

YES = ("true", "t", "yes", "y", "1")
NO = ("false", "f", "no", "n", "0")
LOCAL_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:[.,' \u2019\u00a0\u2009\u202f]\d{3})+|\d+)(?:[.,]\d+)?", re.ASCII
)
"""Numbers with the separators of any locale."""

GROUPS = {"comma": ",", "point": r"\.", "space": "[ \u00a0\u2009\u202f]", "apostrophe": "['\u2019]"}


class Values:
    """Converter of a table's strings to numbers by the reading options."""

    def __init__(self, options: ReadingOptions) -> None:
        if options.decimal == options.thousands:
            raise TableError(f"decimal and thousands must differ, not both be {options.decimal}")
        self.missing = frozenset(MISSING if options.missing is None else (*options.missing, ""))
        self._comma = options.decimal == "comma"
        point, self._group = "," if self._comma else r"\.", None
        whole = r"\d+"
        if options.thousands != "none":
            group = GROUPS[options.thousands]
            self._group = re.compile(group)
            # Groups of three digits, or of two digits before the last three, as in India.
            whole = rf"(?:\d+|\d{{1,3}}(?:{group}\d{{3}})+|\d{{1,2}}(?:{group}\d\d)+{group}\d{{3}})"
        number = rf"[+-]?(?:(?:{whole}(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?)"
        self._number = re.compile(number, re.ASCII | re.IGNORECASE)
        floats = {self._float(text) for text in self.missing}
        dates = {days(text) for text in self.missing}
        self._markers: dict[Type, set[float]] = {
            "number": {value for value in floats if not isnan(value)},
            "date": {value for value in dates if value is not None},
            "boolean": {float(BOOLEANS[text]) for text in self.missing if text in BOOLEANS},
        }

    def _float(self, text: str) -> float:
        if not self._number.fullmatch(text):
            return nan
        text = self._group.sub("", text) if self._group else text
        return float(text.replace(",", ".") if self._comma else text)

    def number(self, text: str) -> float | None:
        """Return the number of a string, including infinity, or None."""
        value = self._float(text)
        if isnan(value):
            return None
        return nan if value in self._markers["number"] else value

    def present(self, kind: Type, numbers: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the numbers of a typed column, nan for those that mean a missing value."""
        markers = self._markers.get(kind)
        return np.where(np.isin(numbers, list(markers)), nan, numbers) if markers else numbers

    def rounded(self, text: str) -> bool:
        """Return whether a string is an integer that float64 rounds."""
        value = self.number(text)
        if value is None or not isfinite(value) or abs(value) < EXACT_INTEGERS:
            return False
        digits = self._group.sub("", text) if self._group else text
        digits = digits.lstrip("+-0")
        return digits.isdecimal() and int(digits) != abs(value)

    def parse(self, kind: Type | None, text: str) -> float | None:
        """Return the number of a string in a column of a type, or None if it is invalid."""
        if kind == "boolean":
            word = text.lower()
            return 1.0 if word in YES else 0.0 if word in NO else None
        return days(text) if kind == "date" else self.number(text)

    def infer(self, texts: list[str]) -> Type | None:
        """Return the type of a column of these strings, none of which is missing."""
        if not texts:
            return None
        if all(text in BOOLEANS for text in texts):
            return "boolean"
        if all(self.number(text) is not None for text in texts):
            return "number"
        return "date" if all(days(text) is not None for text in texts) else "category"

    def fits(self, kind: Type, text: str) -> bool:
        """Return whether a string fits a column whose type was inferred."""
        if kind == "boolean":
            return text in BOOLEANS
        return kind == "category" or self.parse(kind, text) is not None


def text_of(value: Any) -> str:
    """Return a cell of a typed file as a string, empty for a missing value."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    if isinstance(value, (bool, int, float)):
        return number_text(value)
    if isinstance(value, datetime):
        midnight = value.time() == datetime.min.time() and value.tzinfo is None
        return value.date().isoformat() if midnight else value.isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)
