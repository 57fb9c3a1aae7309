"""Memory-mapped tables, which are loaded one block at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

LARGE_BYTES = 64 * 2**20
"""Size in bytes, as float64, above which the selected columns are not loaded as a whole."""

BLOCK_BYTES = 4 * 2**20


class MappedTable:
    """Selected rows and columns of a matrix (rows, columns), which may be a mapped file.

    `codes` maps the index of a selected column to new numbers for its codes 0, 1, 2, ….
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
        """Number of rows and columns."""
        columns = self._matrix.shape[1] if self._places is None else len(self._places)
        return len(self), columns

    @property
    def large(self) -> bool:
        """Whether the table is too large to load as a whole."""
        rows, columns = self.shape
        return 8 * rows * columns > LARGE_BYTES

    def of_columns(self, places: list[int]) -> MappedTable:
        """Return a table of some columns."""
        chosen = np.array(places, np.intp)
        codes = {new: self._codes[old] for new, old in enumerate(places) if old in self._codes}
        if self._places is not None:
            chosen = self._places[chosen]
        return MappedTable(self._matrix, chosen, self._rows, codes)

    def of_rows(self, rows: Array) -> MappedTable:
        """Return a table of some rows, in the given order."""
        if self._rows is not None:
            rows = self._rows[rows]
        return MappedTable(self._matrix, self._places, rows, self._codes)

    def recoded(self, codes: Mapping[int, Array]) -> MappedTable:
        """Return a table with new codes for columns that had none."""
        return MappedTable(self._matrix, self._places, self._rows, codes)

    def block(self, rows: Array | slice) -> Array:
        """Load rows (rows, columns) in float64."""
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
        """Load all rows."""
        return self.block(slice(None))

    def blocks(self) -> Iterator[Array]:
        """Load the rows block by block."""
        step = max(1, BLOCK_BYTES // (8 * max(1, self._matrix.shape[1])))
        for start in range(0, len(self), step):
            yield self.block(slice(start, start + step))


class PreprocessedRows:
    """Rows of a mapped table, preprocessed when they are gathered.

    `shape` is (rows, …) and `dtype` that of the network. Training needs only `gather`.
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
        """Write the selected samples into `out` (len(rows), …)."""
        out[...] = self._prepare(self._rows.block(rows))
