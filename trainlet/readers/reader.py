"""Reading of uploaded files by media type."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Profile, ReadingOptions
from trainlet.readers.codes import sorted_codes
from trainlet.readers.npy_file import read_npy
from trainlet.readers.npz_file import read_npz
from trainlet.readers.parquet_file import read_parquet
from trainlet.readers.sources import EXCEL, TABLES, applicable
from trainlet.readers.table_reader import TableReader

Array = NDArray[Any]

PARQUET = "application/vnd.apache.parquet"
MEDIA_TYPES = (*TABLES, "application/x-npy", "application/x-npz", PARQUET)
PACKAGES = {PARQUET: "pyarrow", EXCEL: "python_calamine"}
BLOCK_BYTES = 4 * 2**20


def lacks(media_type: str) -> str | None:
    """Return the missing package that such files need, or None."""
    package = PACKAGES.get(media_type)
    return package if package is not None and find_spec(package) is None else None


def read(
    path: Path,
    media_type: str,
    form: ReadingOptions,
    numbers: Path,
    max_bytes: int,
    tick: Callable[[], None] = lambda: None,
) -> Profile:
    """Return the profile of a file; write its numbers to `numbers` unless they are used in place.

    `tick` is called about every 4 MB. Raises TableError, with the reason, if the file is invalid.
    """
    if media_type == "application/x-npy":
        return read_npy(path, tick)
    form = applicable(form, media_type)
    if media_type == PARQUET:
        numbers.touch()
        profile, orders = read_parquet(path, form, numbers, max_bytes, tick)
        return _sorted(numbers, profile, orders, tick)
    with numbers.open("w+b") as file:

        def write(block: Array) -> None:
            # `tofile` would not report why it fails.
            file.write(np.ascontiguousarray(block).data)

        def start() -> Callable[[Array], None]:
            file.seek(0)
            file.truncate()
            return write

        if media_type == "application/x-npz":
            profile, orders = read_npz(path, max_bytes, start, tick)
        else:
            profile, orders = TableReader(path, media_type, form, tick).read(start)
    return _sorted(numbers, profile, orders, tick)


def _sorted(
    numbers: Path, profile: Profile, orders: list[Array | None], tick: Callable[[], None]
) -> Profile:
    """Replace the provisional codes of categories by their sorted indices."""
    if all(order is None for order in orders):
        return profile
    width = len(profile.details)
    matrix = np.memmap(numbers, profile.dtype, "r+", 0, (profile.rows, width))
    step = max(1, BLOCK_BYTES // (8 * width))
    for start in range(0, profile.rows, step):
        block = np.array(matrix[start : start + step])
        matrix[start : start + step] = sorted_codes(block, orders)
        tick()
    matrix.flush()
    return profile
