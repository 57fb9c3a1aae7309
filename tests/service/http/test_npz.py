"""Arrays as a chunked npz file."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np

from service.http import npz
from service.http.npz import write_npz


def test_numpy_reads_what_was_written() -> None:
    chance = np.random.default_rng(1)
    arrays: dict[str, Any] = {
        "0.a": chance.normal(size=(300, 500)).astype(np.float32),
        "0.turned": chance.normal(size=(30, 7)).T,
        "0.part": chance.normal(size=(30, 7))[::2, ::3],
        "image": np.swapaxes(chance.normal(size=(3, 5, 4, 6)), 0, -1),
        "0.dC/dw": np.arange(5),
        "number": np.array(2.5),
        "nothing": np.zeros((0, 3)),
    }
    pieces = list(write_npz(arrays))
    assert max(map(len, pieces)) <= npz.CHUNK_BYTES
    with np.load(BytesIO(b"".join(pieces)), allow_pickle=False) as file:
        assert list(file) == list(arrays)
        for name, array in arrays.items():
            assert file[name].dtype == array.dtype
            np.testing.assert_array_equal(file[name], array)


def test_the_same_arrays_are_the_same_bytes() -> None:
    arrays: dict[str, Any] = {"x": np.ones((2, 2))}
    assert list(write_npz(arrays)) == list(write_npz(arrays))
