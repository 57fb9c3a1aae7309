"""NPZ reader for the arrays `inputs` and `targets`, compressed or not."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Column, Profile
from trainlet.datasets.table import column_names
from trainlet.readers.codes import Codes, sorted_codes
from trainlet.readers.failure import TableError
from trainlet.readers.npy_file import BLOCK_BYTES, FIRST, Header, read_header
from trainlet.readers.statistics import Statistics, rounded, shown

Array = NDArray[Any]

NARROW = ("b1", "i1", "u1", "i2", "u2", "f2", "f4")
"""Types that float32 represents exactly."""


def read_npz(
    path: Path,
    max_bytes: int,
    start: Callable[[], Callable[[Array], None]],
    tick: Callable[[], None],
) -> tuple[Profile, list[Array | None]]:
    """Return the profile of the arrays `inputs` and `targets`, writing them side by side.

    For targets that are strings, also return the order of their codes.
    """
    with _open(path) as archive:
        with _read_well():
            results = set(archive.namelist())
            if not {"inputs.npy", "targets.npy"} <= results:
                names = ", ".join(sorted(results)[:10]) or "nothing"
                raise TableError(f"the archive must contain inputs and targets, not {names}")
            files = archive.open("inputs.npy"), archive.open("targets.npy")
        with files[0], files[1]:
            return _read(_Pair(*files), max_bytes, start(), tick)


def _read(
    pair: _Pair, max_bytes: int, write: Callable[[Array], None], tick: Callable[[], None]
) -> tuple[Profile, list[Array | None]]:
    width = len(pair.names)
    if pair.rows * width * pair.dtype.itemsize > max_bytes:
        raise TableError(f"the unpacked arrays have more than {max_bytes} bytes")
    statistics = Statistics(width)
    step = max(1, BLOCK_BYTES // (8 * width))
    first: Array | None = None
    for begin in range(0, pair.rows, step):
        block = pair.block(min(step, pair.rows - begin))
        statistics.add(block)
        write(block.astype(pair.dtype))
        first = block[:FIRST].copy() if first is None else first
        tick()
    columns, orders = pair.columns(), pair.orders()
    statistics.rounded |= pair.rounded
    details = statistics.details(columns)
    usable = tuple(detail.column for detail in details)
    profile = Profile(
        rows=pair.rows,
        details=details,
        first=() if first is None else shown(sorted_codes(first, orders), usable),
        target=pair.target,
        dtype=pair.dtype.str,
        read_as=("npz", *pair.read_as),
        warnings=statistics.warnings(columns),
    )
    return profile, orders


class _Pair:
    """Inputs and targets, read row by row from two files."""

    def __init__(self, inputs: IO[bytes], targets: IO[bytes]) -> None:
        with _read_well():
            self._inputs, self._targets = _Rows(inputs), _Rows(targets, texts=True)
        self.rows = self._inputs.header.shape[0]
        if self._targets.header.shape[0] != self.rows:
            count = self._targets.header.shape[0]
            raise TableError(f"there are {self.rows} inputs, but {count} targets")
        wide = self._targets.width
        if self._targets.codes is not None and wide != 1:
            raise TableError(f"targets that are strings must be one per row, not {wide}")
        self.target = ("y",) if wide == 1 else tuple(f"y{number}" for number in range(1, wide + 1))
        self.names = column_names(self._inputs.width) + self.target
        narrow = self._inputs.narrow and self._targets.narrow
        self.dtype = np.dtype("<f4" if narrow else "<f8")
        self.read_as = (
            f"inputs {self._inputs.header.shape}",
            f"targets {self._targets.header.shape}",
        )

    def block(self, rows: int) -> Array:
        """Return the next rows as float64, inputs first."""
        with _read_well():
            both = [self._inputs.take(rows), self._targets.take(rows)]
        return np.concatenate(both, axis=1)

    @property
    def rounded(self) -> set[int]:
        """Positions of columns with integers that float64 rounds."""
        own = {self._inputs.width + place for place in self._targets.rounded}
        return self._inputs.rounded | own

    def columns(self) -> tuple[Column, ...]:
        """Return the columns after all rows have been read."""
        columns = [Column(name) for name in self.names]
        if self._targets.codes is not None:
            columns[-1] = Column("y", "category", self._targets.codes.categories)
        return tuple(columns)

    def orders(self) -> list[Array | None]:
        """Return, per column of categories, each code's index among the sorted categories."""
        codes = self._targets.codes
        return [None] * self._inputs.width + [None if codes is None else codes.order()]


class _Rows:
    """Rows of an array, read sequentially."""

    def __init__(self, file: IO[bytes], *, texts: bool = False) -> None:
        self._file = file
        self.header: Header = read_header(file, texts=texts)
        shape, dtype = self.header.shape, self.header.dtype
        if self.header.by_column and len(shape) > 1:
            raise TableError("an array is in Fortran order; save it in C order")
        self.width = prod(shape[1:])
        self.codes = Codes() if dtype.kind in "US" else None
        self.rounded: set[int] = set()
        self.narrow = self.codes is not None or dtype.str[1:] in NARROW

    def take(self, rows: int) -> Array:
        """Return the next rows (rows, width) in float64, strings as their codes."""
        dtype = self.header.dtype
        size = rows * self.width * dtype.itemsize
        data = self._file.read(size)
        if len(data) != size:
            raise TableError("an array is truncated")
        result = np.frombuffer(data, dtype).reshape(rows, self.width)
        self.rounded |= rounded(result)
        return result.astype(np.float64) if self.codes is None else self._coded(result)

    def _coded(self, result: Array) -> Array:
        codes = self.codes or Codes()
        texts = [_text(one) for one in result[:, 0].tolist()]
        codes.add(text for text in texts if text)
        if codes.too_many:
            raise TableError("targets contain more than 1000 distinct strings, or too long ones")
        return codes.of(text or None for text in texts)[:, np.newaxis]


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def _open(path: Path) -> zipfile.ZipFile:
    with _read_well():
        return zipfile.ZipFile(path)


@contextmanager
def _read_well() -> Iterator[None]:
    """Convert the errors of an invalid archive to TableError."""
    try:
        yield
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise TableError(f"the file is not an archive of arrays: {error}") from None
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise TableError(f"the archive is corrupt: {error}") from None
