"""Type inference and conversion of a column."""

from __future__ import annotations

from collections import Counter

import numpy as np

from trainlet.datasets import Column
from trainlet.datasets.columns import Type
from trainlet.datasets.reading_options import ColumnType
from trainlet.readers.chunk import Array, Chunk
from trainlet.readers.codes import Codes
from trainlet.readers.failure import ColumnError, TableError, shortened
from trainlet.readers.values import LOCAL_NUMBER, Values

MAX_SHOWN = 3
MAX_OTHERS = 1000
"""Maximum number of distinct non-numeric strings that are counted in a column of numbers."""


class ColumnReader:
    """A column of a table, which is read again from the start while it is `stale`.

    A column has one type for the whole file. `stale` means that earlier values were read as
    another type. Types only widen, so reading terminates.
    """

    def __init__(self, name: str, declared: ColumnType | None, values: Values) -> None:
        self.name = name
        self.declared = declared
        self.type: Type | None = None if declared in (None, "ignore") else declared  # type: ignore[assignment]
        self.as_text = declared in ("category", "date", "boolean")
        """Whether the column is parsed as strings."""
        self.unusable = ""
        """Reason why the column cannot be used; empty if it can."""
        self.infinite = ""
        """Location of an infinite number, or an empty string."""
        self._values = values
        self.rounds = False
        """Whether the column contains integers that float64 rounds."""
        self._rounded = ""
        self.restart()

    def restart(self) -> None:
        """Reset the values but keep the type."""
        self.stale = False
        if self.type == "text" and not self.unusable:
            # The strings are counted again for `reason`.
            self.type = "category"
        self.markers: Counter[str] = Counter()
        self._codes = Codes()
        self._numbers, self._others = 0, Counter[str]()
        self._other_values = self._local_values = 0
        self._local_example = ""

    def add(self, chunk: Chunk, place: int) -> Array:
        """Return the numbers of a column in some rows.

        Raises TableError for a value that contradicts a declared type.
        """
        if not self.as_text or self.type == "date":
            direct = chunk.direct(place)
            if direct is not None and self._takes(direct[0]):
                numbers = self._values.present(*direct)
                self._direct(chunk, place, direct[0], numbers)
                return numbers
        self.as_text = True
        try:
            return self._texts(chunk, place)
        except ColumnError as error:
            self.type, self.unusable = "text", str(error)
            return np.zeros(len(chunk))

    def _takes(self, kind: Type) -> bool:
        return self.type in (None, kind)

    def _direct(self, chunk: Chunk, place: int, kind: Type, numbers: Array) -> None:
        if not np.isnan(numbers.min()):
            self.type = kind
            return
        lacking = np.isnan(numbers)
        if not lacking.all():
            self.type = kind
        if lacking.any():
            self.markers.update(chunk.at(place, lacking))

    def _texts(self, chunk: Chunk, place: int) -> Array:
        if self.type == "text" and not self._numbers:
            lacking = chunk.lacking(place, self._values.missing)
            if lacking.any():
                self.markers.update(chunk.at(place, lacking))
            return np.where(lacking, np.nan, 0.0)
        codes, texts = chunk.texts(place)
        present: dict[str, int] = {}
        counts = np.bincount(codes + 1, minlength=len(texts) + 1).tolist()
        for text, count in zip(("", *texts), counts, strict=True):
            if text not in self._values.missing:
                present[text] = count
            elif count:
                self.markers[text] += count
        self._widen(chunk, place, present)
        if self.type in ("category", "text"):
            results = self._coded(present, texts)
        else:
            results = [None if text not in present else self._parsed(text) for text in texts]
            self._refuse(chunk, codes, texts, results, present)
        numbers = [np.nan if number is None else number for number in results]
        return np.array([*numbers, np.nan], np.float64)[codes]

    def _widen(self, chunk: Chunk, place: int, present: dict[str, int]) -> None:
        """Infer the type of these and all earlier strings."""
        if self.declared == "number":
            self.rounds = self.rounds or any(map(self._values.rounded, present))
        if self.declared is not None or self.type in ("category", "text") or not present:
            return
        before, texts = self.type, list(present)
        if before is None or not all(self._values.fits(before, text) for text in texts):
            kind = self._values.infer(texts)
            self.type = kind if before is None else "category"
            # With other strings, rounded integers stay strings in the next pass too.
            self.rounds, self._rounded = False, ""
        if self.type in ("number", "boolean") and chunk.strings(place, self._values.missing):
            self.type = "category"
        if self.type == "number" and not self.rounds:
            self._rounded = next((text for text in texts if self._values.rounded(text)), "")
            if self._rounded:
                self.type = "category"
        self.stale = self.stale or (before is not None and self.type != before)

    def _parsed(self, text: str) -> float | None:
        return self._values.parse(self.type, text)

    def _refuse(
        self,
        chunk: Chunk,
        codes: Array,
        texts: list[str],
        results: list[float | None],
        present: dict[str, int],
    ) -> None:
        """Raise TableError for a string that contradicts the declared type."""
        for code, (text, number) in enumerate(zip(texts, results, strict=True)):
            if number is None and text in present:
                allowed = Column(self.name, self.type or "number").allowed
                raise TableError(
                    f"{chunk.place(int((codes == code).argmax()))}, column {self.name}: must be "
                    f"{allowed}, not {shortened(text)}; the column's type is set to {self.type}"
                )

    def _coded(self, present: dict[str, int], texts: list[str]) -> list[float | None]:
        if self.type == "category" or self._numbers:
            for text, count in present.items():
                if self._values.number(text) is None:
                    self._count_other(text, count)
                else:
                    self._numbers += count
            if len(self._others) > 2 * MAX_OTHERS:
                self._others = Counter(dict(self._others.most_common(MAX_OTHERS)))
        if self.type == "category":
            self._codes.add(present)
            if self._codes.too_many:
                self._too_many()
        codes = self._codes.of(text if text in present else None for text in texts)
        return [None if code != code else code for code in codes.tolist()]  # noqa: PLR0124

    def _too_many(self) -> None:
        if self._rounded and not self._others:
            self.type, self.rounds, self.stale = "number", True, True
        else:
            self.type = "text"

    def _count_other(self, text: str, count: int) -> None:
        self._others[text] += count
        self._other_values += count
        if LOCAL_NUMBER.fullmatch(text):
            self._local_values += count
            self._local_example = self._local_example or shortened(text)

    def column(self) -> Column:
        """Return the column after all values have been read."""
        if self.type == "category":
            return Column(self.name, "category", self._codes.categories)
        return Column(self.name, self.type or "number")

    def order(self) -> Array | None:
        """Return each code's index among the sorted categories, or None."""
        return self._codes.order() if self.type == "category" else None

    @property
    def mixed(self) -> str:
        """Description of numbers mixed with other strings; empty if there are none."""
        others = self._other_values
        if self.declared is not None or not others or self._numbers <= others:
            return ""
        shown = ", ".join(
            f"{shortened(text)} ({count})" for text, count in self._others.most_common(MAX_SHOWN)
        )
        left = f"{len(self._others) - MAX_SHOWN} " if self._others.total() == others else ""
        more = f" and {left}more" if len(self._others) > MAX_SHOWN else ""
        return f"{self._numbers} values are numbers and {others} are not: {shown}{more}"

    @property
    def _local(self) -> str:
        """Description of numbers in another locale; empty unless most strings are such."""
        local = self._local_values
        if self.declared is not None or 2 * local <= self._other_values:
            return ""
        return f"{local} values look like numbers of another locale, such as {self._local_example}"

    @property
    def warning(self) -> str:
        """Warning for the user, or an empty string."""
        name = f"column {self.name}"
        if self.infinite:
            return f"{name} cannot be used: {self.infinite} contains an infinite number"
        if self.type == "category" and self._local:
            return (
                f"{name} is read as a category: {self._local}; set `decimal` and `thousands` "
                "to read them as numbers"
            )
        if self.type == "category" and self.mixed:
            return (
                f"{name} is read as a category: {self.mixed}; if these stand for missing values, "
                "name them in `missing`"
            )
        if self.type == "category" and self._rounded and not self.declared:
            return (
                f"{name} is read as a category: {self._rounded} and the like would be rounded as "
                "numbers; set its type to number to round them"
            )
        if self.type == "number" and self.rounds:
            return f"{name} contains integers beyond 2⁵³, which are rounded"
        return ""

    @property
    def reason(self) -> str:
        """Reason for the type of the column."""
        if self.unusable or self.declared:
            return self.unusable or "its type is set by the options"
        if self.type is None:
            return "it has no values"
        if self.type == "text":
            many = "it contains more than 1000 distinct strings, or a long one"
            return self._local or self.mixed or many
        if self.type == "category" and (self._local or self.mixed or self._rounded):
            return self._local or self.mixed or f"{self._rounded} would be rounded as a number"
        nouns = {"number": "a number", "date": "a date or time", "boolean": "a boolean"}
        return f"each value is {nouns[self.type]}" if self.type in nouns else "it contains strings"
