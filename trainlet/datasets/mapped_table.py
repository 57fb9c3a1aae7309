"""Mapped rows: samples that stay in a file and are brought into memory a block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LARGE_BYTES = 64 * 2**20
"""Chosen columns of more bytes than this, as float64, are not brought into memory as a whole."""

BLOCK_BYTES = 4 * 2**20


class MappedTable:
    """Chosen rows and columns of a matrix (rows, columns), which may be a mapped file.

    `codes` gives the place of a chosen column other numbers for 0, 1, 2, …, its only ones but nan.
    """

    def __init__(
        self,
        matrix: Array,
        places: Array | None = None,
        rows: Array | None = None,
        codes: Mapping[int, Array] | None = None,
    ) -> None:
        self._matrix = matrix
        self._places = places
        self._rows = rows
        self._codes = codes or {}

    def __len__(self) -> int:
        return len(self._matrix if self._rows is None else self._rows)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        columns = self._matrix.shape[1] if self._places is None else len(self._places)
        return len(self), columns

    @property
    def large(self) -> bool:
        """Whether this is more than should be held in memory."""
        rows, columns = self.shape
        return 8 * rows * columns > LARGE_BYTES

    def of_columns(self, places: list[int]) -> MappedTable:
        """Choose columns."""
        chosen = np.array(places, np.intp)
        codes = {new: self._codes[old] for new, old in enumerate(places) if old in self._codes}
        if self._places is not None:
            chosen = self._places[chosen]
        return MappedTable(self._matrix, chosen, self._rows, codes)

    def of_rows(self, rows: Array) -> MappedTable:
        """Choose rows, in the order given."""
        if self._rows is not None:
            rows = self._rows[rows]
        return MappedTable(self._matrix, self._places, rows, self._codes)

    def recoded(self, codes: Mapping[int, Array]) -> MappedTable:
        """Replace the numbers of columns that hold codes, as they have not been before."""
        return MappedTable(self._matrix, self._places, self._rows, codes)

    def block(self, rows: Array | slice) -> Array:
        """Bring rows into memory: (rows, columns) in float64."""
        if self._rows is not None:
            rows = self._rows[rows]
        result = self._matrix[rows] if isinstance(rows, slice) else self._matrix.take(rows, 0)
        if self._places is not None:
            result = result[:, self._places]
        result = result.astype(np.float64)
        for place, codes in self._codes.items():
            column = result[:, place]
            known = ~np.isnan(column)
            column[known] = codes[column[known].astype(np.intp)]
        return result

    def all(self) -> Array:
        """Bring everything into memory."""
        return self.block(slice(None))

    def blocks(self) -> Iterator[Array]:
        """Bring one block of rows after another into memory."""
        step = max(1, BLOCK_BYTES // (8 * max(1, self._matrix.shape[1])))
        for start in range(0, len(self), step):
            yield self.block(slice(start, start + step))


class PreprocessedRows:
    """Mapped rows as a network sees them: prepared when they are asked for.

    `shape` is (rows, …) and `dtype` that of the network; `gather` is all that training needs.
    """

    def __init__(
        self,
        rows: MappedTable,
        prepare: Callable[[Array], Array],
        sample_shape: tuple[int, ...],
        dtype: str,
    ) -> None:
        self._rows = rows
        self._prepare = prepare
        self.shape = (len(rows), *sample_shape)
        self.dtype = np.dtype(dtype)

    def __len__(self) -> int:
        return len(self._rows)

    def gather(self, rows: Array, out: Array) -> None:
        """Write the chosen samples into `out` (len(rows), …)."""
        out[...] = self._prepare(self._rows.block(rows))
