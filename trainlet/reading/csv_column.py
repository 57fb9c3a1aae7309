"""CSV columns: the type of a column, found out as its texts come by, and their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import nan

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Column
from trainlet.datasets.columns import Type, days
from trainlet.reading.codes import Codes
from trainlet.reading.failure import Failed, shortened

MISSING = frozenset(("", "NA", "N/A", "n/a", "NaN", "nan", "NAN", "null", "NULL", "None"))
BOOLEANS = {"true": 1.0, "false": 0.0, "True": 1.0, "False": 0.0, "TRUE": 1.0, "FALSE": 0.0}


class Widened(Exception):
    """A column holds other things than it seemed to; reading starts anew with what is known."""


class CsvColumn:
    """A column of a CSV file."""

    def __init__(self, name: str, comma: bool) -> None:
        self.name = name
        self.type: Type | None = None
        self._comma = comma
        self._known = Codes()
        self._numbers = 0
        self._texts = 0
        self._odd: tuple[int, str] | None = None

    def restart(self) -> None:
        """Forget the values, but not the type."""
        self._known, self._numbers, self._texts = Codes(), 0, 0

    def add(self, texts: Sequence[str], row: int) -> NDArray[np.float64]:
        """The numbers of texts, the first of which stands in `row`, counted from 1.

        Raises Widened if their type is another than before, and Failed for what cannot be used.
        """
        if self.type is None:
            self.type = self._type_of(texts)
        if self.type is None:
            return np.full(len(texts), nan)
        if self.type in ("category", "text"):
            return self._codes(texts, row)
        values = self._plain_numbers(texts) if self.type == "number" else None
        if values is None:
            found = [self._number_or_nan(text, row + at) for at, text in enumerate(texts)]
            values = np.array(found, np.float64)
        if np.isinf(values).any():
            at = int(np.isinf(values).argmax())
            where = f"row {row + at}, column {self.name}"
            raise Failed(f"{where}: {shortened(texts[at])} is not finite")
        return values

    def _plain_numbers(self, texts: Sequence[str]) -> NDArray[np.float64] | None:
        """The numbers of texts that are nothing else, as fast as Python can, or None."""
        together = "".join(texts)
        if self._comma or "_" in together or not together.isascii():
            return None
        try:
            return np.array(list(map(float, texts)))
        except ValueError:
            return None

    def _number_or_nan(self, text: str, row: int) -> float:
        value = nan if text in MISSING else self._value(text)
        if value is None:
            if self.type == "number" and self._odd is None:
                self._odd = row, text
            self.type = "category"
            raise Widened
        return value

    def _type_of(self, texts: Sequence[str]) -> Type | None:
        some = [text for text in texts if text not in MISSING]
        if not some:
            return None
        if all(text in BOOLEANS for text in some):
            return "boolean"
        if all(self._number(text) is not None for text in some):
            return "number"
        return "date" if all(days(text) is not None for text in some) else "category"

    def _value(self, text: str) -> float | None:
        if self.type == "boolean":
            return BOOLEANS.get(text)
        return days(text) if self.type == "date" else self._number(text)

    def is_number(self, text: str) -> bool:
        """Whether a text is a number."""
        return self._number(text) is not None

    def _number(self, text: str) -> float | None:
        if "_" in text or not text.isascii():
            return None
        try:
            return float(text.replace(",", ".") if self._comma else text)
        except ValueError:
            return None

    def _codes(self, texts: Sequence[str], row: int) -> NDArray[np.float64]:
        for text, count in Counter(texts).items():
            if text in MISSING:
                continue
            if self.is_number(text):
                self._numbers += count
            else:
                self._texts += count
                if self._odd is None:
                    self._odd = row + texts.index(text), text
            self._known.add([text])
        if self._known.too_many:
            self.type = "text"
        return self._known.of(None if text in MISSING else text for text in texts)

    def column(self) -> Column:
        """The column, once all its texts were seen.

        Raises Failed for one that holds mostly numbers, but not only.
        """
        if self._odd is not None and self._numbers > self._texts:
            row, text = self._odd
            raise Failed(
                f"row {row}, column {self.name}: {shortened(text)} is no number, but most others "
                "are"
            )
        if self.type == "category":
            return Column(self.name, "category", self._known.categories)
        return Column(self.name, self.type or "number")

    def order(self) -> NDArray[np.float64]:
        """The place among the sorted categories of each code that was handed out."""
        return self._known.order()
