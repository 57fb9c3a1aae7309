"""The reader: a file by its media type, into a profile and, where needed, a file of numbers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from trainlet.datasets import Form, Profile
from trainlet.reading.csv_file import CsvFile, sorted_codes
from trainlet.reading.npy_file import read_npy, read_npz

Array = NDArray[Any]

MEDIA_TYPES = ("text/csv", "application/x-npy", "application/x-npz")
BLOCK = 4 * 2**20


def read(
    path: Path,
    media_type: str,
    form: Form,
    numbers: Path,
    most_bytes: int,
    tick: Callable[[], None] = lambda: None,
) -> Profile:
    """Read a file; `numbers` is where its numbers go if they do not lie in the file as they are.

    `tick` is called about every 4 MB. Raises Failed, with the reason, if it cannot be used.
    """
    if media_type == "application/x-npy":
        return read_npy(path, tick)
    with numbers.open("w+b") as file:

        def start() -> Callable[[Array], None]:
            file.seek(0)
            file.truncate()
            return lambda block: block.tofile(file)

        if media_type == "application/x-npz":
            return read_npz(path, most_bytes, start, tick)
        profile, orders = CsvFile(path, form, tick).read(start)
        file.flush()
        if any(order is not None for order in orders):
            _sort_codes(numbers, profile, orders, tick)
        return profile


def _sort_codes(
    numbers: Path, profile: Profile, orders: list[Array | None], tick: Callable[[], None]
) -> None:
    """Replace the codes of categories, which were handed out as they came by."""
    width = len(profile.details)
    matrix = np.memmap(numbers, "<f8", "r+", 0, (profile.rows, width))
    step = max(1, BLOCK // (8 * width))
    for start in range(0, profile.rows, step):
        block = np.array(matrix[start : start + step])
        matrix[start : start + step] = sorted_codes(block, orders)
        tick()
    matrix.flush()
