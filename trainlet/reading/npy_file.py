"""NPY files and archives of them: arrays as numpy writes them; objects are refused."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from math import prod
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from trainlet.datasets import Column, Profile
from trainlet.datasets.table import column_names
from trainlet.reading.failure import Failed
from trainlet.reading.statistics import Statistics, shown

Array = NDArray[Any]

MOST_COLUMNS = 20_000
BLOCK = 4 * 2**20
FIRST = 5
NARROW = ("b1", "i1", "u1", "i2", "u2", "f2", "f4")
"""What a float32 holds exactly."""


def read_npy(path: Path, tick: Callable[[], None]) -> Profile:
    """Profile the array of a file (rows, …), which is used where it lies."""
    with path.open("rb") as file:
        shape, by_column, dtype = _header(file)
        offset = file.tell()
    rows, width = shape[0], prod(shape[1:])
    held = path.stat().st_size - offset
    if held != rows * width * dtype.itemsize:
        raise Failed(f"the header tells of {shape} numbers, but {held} bytes follow")
    if by_column and len(shape) > 2:
        raise Failed("the array lies in Fortran order: save it in C order")
    by_column = by_column and len(shape) == 2
    lying = (width, rows) if by_column else (rows, width)
    matrix = np.memmap(path, dtype, "r", offset, lying)
    if by_column:
        matrix = matrix.T
    names = column_names(width)
    columns = tuple(Column(name, "boolean" if dtype.kind == "b" else "number") for name in names)
    statistics = Statistics(names)
    step = max(1, BLOCK // (8 * width))
    for start in range(0, rows, step):
        statistics.add(np.asarray(matrix[start : start + step], np.float64))
        tick()
    return Profile(
        rows=rows,
        details=statistics.details(columns),
        first=shown(np.asarray(matrix[:FIRST], np.float64), columns),
        dtype=dtype.str,
        offset=offset,
        by_column=by_column,
        read_as=("npy", f"shape {shape}"),
    )


def read_npz(
    path: Path,
    most_bytes: int,
    start: Callable[[], Callable[[Array], None]],
    tick: Callable[[], None],
) -> Profile:
    """Profile the arrays `inputs` and `targets` of an archive, writing them side by side."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if not {"inputs.npy", "targets.npy"} <= names:
                found = ", ".join(sorted(names)[:10]) or "nothing"
                raise Failed(f"the archive must hold inputs and targets; it holds {found}")
            with archive.open("inputs.npy") as inputs, archive.open("targets.npy") as targets:
                return _read_both(inputs, targets, most_bytes, start(), tick)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError) as error:
        raise Failed(f"the file is not an archive of arrays: {error}") from None
    except (EOFError, OSError, ValueError) as error:
        raise Failed(f"the archive is broken: {error}") from None


def _read_both(
    inputs: IO[bytes],
    targets: IO[bytes],
    most_bytes: int,
    write: Callable[[Array], None],
    tick: Callable[[], None],
) -> Profile:
    (shape, turned, dtype), (other, other_turned, other_dtype) = _header(inputs), _header(targets)
    rows, width, wide = shape[0], prod(shape[1:]), prod(other[1:])
    if other[0] != rows:
        raise Failed(f"there are {rows} inputs, but {other[0]} targets")
    if (turned and len(shape) > 1) or (other_turned and len(other) > 1):
        raise Failed("an array lies in Fortran order: save it in C order")
    narrow = dtype.str[1:] in NARROW and other_dtype.str[1:] in NARROW
    kept = np.dtype("<f4" if narrow else "<f8")
    if rows * (width + wide) * kept.itemsize > most_bytes:
        raise Failed(f"unpacked the arrays have more than {most_bytes} bytes")
    target = ("y",) if wide == 1 else tuple(f"y{number}" for number in range(1, wide + 1))
    names = column_names(width) + target
    columns = tuple(Column(name) for name in names)
    statistics = Statistics(names)
    step = max(1, BLOCK // (8 * len(names)))
    first: Array | None = None
    for begin in range(0, rows, step):
        count = min(step, rows - begin)
        both = [_rows(inputs, dtype, count, width), _rows(targets, other_dtype, count, wide)]
        block = np.concatenate(both, axis=1).astype(kept)
        statistics.add(block)
        write(block)
        first = block[:FIRST].astype(np.float64) if first is None else first
        tick()
    return Profile(
        rows=rows,
        details=statistics.details(columns),
        first=() if first is None else shown(first, columns),
        target=target,
        dtype=kept.str,
        read_as=("npz", f"inputs {shape}", f"targets {other}"),
    )


def _rows(file: IO[bytes], dtype: np.dtype[Any], count: int, width: int) -> Array:
    size = count * width * dtype.itemsize
    data = file.read(size)
    if len(data) != size:
        raise Failed("an array ends before it should")
    return np.frombuffer(data, dtype).reshape(count, width).astype(np.float64)


def _header(file: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Shape, order and dtype. Nothing is allocated by what a header says, and nothing is run."""
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, by_column, dtype = read(file)
    except (ValueError, TypeError, EOFError, UnicodeError, RecursionError, MemoryError) as error:
        raise Failed(f"the file is not an NPY file: {str(error)[:200]}") from None
    if dtype.hasobject or dtype.kind not in "biuf" or dtype.itemsize > 8:
        raise Failed(f"the array must hold numbers or booleans, not {dtype}")
    if not shape or min(shape) < 1:
        raise Failed(f"the array must have rows; its shape is {shape}")
    if prod(shape[1:]) > MOST_COLUMNS:
        raise Failed(f"a row has {prod(shape[1:])} numbers; there may be {MOST_COLUMNS} columns")
    return shape, by_column, dtype
