from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import safetensors.numpy

from trainlet.errors import CorruptFileError
from trainlet.store.array_file import Arrays, pack, unpack, unpack_metadata


def test_arrays_and_what_is_stated_of_them_come_back() -> None:
    arrays: Arrays = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.zeros((0, 4))}
    result, about = unpack("test", pack("test", arrays, {"words": ["ü", 1, None]}), "words")
    assert {name: array.dtype for name, array in result.items()} == {
        "a": np.dtype("float32"),
        "b": np.dtype("float64"),
    }
    assert all(np.array_equal(result[name], arrays[name]) for name in arrays)
    assert about == {"words": ["ü", 1, None]}


def test_the_same_content_is_the_same_file() -> None:
    arrays: Arrays = {name: np.full(3, ord(name), np.float32) for name in "abcdefgh"}
    about = {f"{name} ü": list(name) for name in "abcdefgh"}
    assert len({pack("test", arrays, about) for _ in range(10)}) == 1


@pytest.mark.parametrize(
    "array",
    [
        np.arange(6.0).reshape(2, 3).T,
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.arange(20.0)[::2],
        np.arange(20.0)[::-1],
        np.arange(24.0).reshape(4, 6)[1:3, 2:5],
        np.broadcast_to(np.arange(3.0), (4, 3)),
        np.moveaxis(np.arange(24.0).reshape(2, 3, 4), 0, -1),
    ],
    ids=["transposed", "fortran", "strided", "reversed", "cut", "broadcast", "moved"],
)
def test_arrays_that_do_not_lie_in_a_row_are_written_right(array: Any) -> None:
    result, _ = unpack("test", pack("test", {"a": array}, {}))
    assert np.array_equal(result["a"], array)


def test_the_library_alone_still_writes_them_wrong() -> None:
    """When this fails, safetensors has been mended, and the copy can go."""
    array = np.arange(6.0).reshape(2, 3).T
    result = safetensors.numpy.load(safetensors.numpy.save({"a": array}))["a"]
    assert not np.array_equal(result, array)


def test_other_programs_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(pack("test", {"a": np.ones(3)}, {"seed": 7}))
    with safetensors.safe_open(path, framework="numpy") as file:
        assert file.metadata() == {"kind": "test", "format": "1", "seed": "7"}
        assert file.get_tensor("a").tolist() == [1.0, 1.0, 1.0]


def _file(header: Any, body: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + body


_METADATA = {"kind": "test", "format": "1", "seed": "7"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x00" * 7,
        b"\xff" * 64,
        (2**63).to_bytes(8, "little") + b"{}",
        _file({}),
        _file([]),
        _file(b"[" * 100_000),
        _file({"__metadata__": None}),
        _file({"__metadata__": {"kind": "other", "format": "1", "seed": "7"}}),
        _file({"__metadata__": {"kind": "test", "format": "2", "seed": "7"}}),
        _file({"__metadata__": {"kind": "test", "format": "1"}}),
        _file({"__metadata__": {"kind": "test", "format": "1", "seed": "{"}}),
        _file({"__metadata__": {"kind": "test", "format": "1", "seed": "[" * 100_000}}),
        _file({"__metadata__": {"kind": "test", "format": "1", "seed": 7}}),
        _file({"__metadata__": _METADATA, "a": {"dtype": "F64", "shape": [2**62, 2**62]}}),
        _file(
            {
                "__metadata__": _METADATA,
                "a": {"dtype": "F64", "shape": [2], "data_offsets": [0, 8]},
            },
            b"\x00" * 8,
        ),
        _file(
            {
                "__metadata__": _METADATA,
                "a": {"dtype": "F8_E4M3", "shape": [8], "data_offsets": [0, 8]},
            },
            b"\x00" * 8,
        ),
        _file(
            {
                "__metadata__": _METADATA,
                "a": {"dtype": "F64", "shape": [1], "data_offsets": [0, 8]},
            }
        ),
    ],
)
def test_hostile_files_are_corrupt_and_nothing_else(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        unpack("test", data, "seed")


def test_every_cut_file_is_corrupt() -> None:
    whole = pack("test", {"a": np.arange(4.0)}, {"seed": 7})
    for length in range(len(whole)):
        with pytest.raises(CorruptFileError):
            unpack("test", whole[:length], "seed")


def test_the_metadata_can_be_read_from_the_beginning_alone() -> None:
    whole = pack("test", {"a": np.zeros(1000)}, {"seed": 7})
    assert unpack_metadata("test", whole[:-8000], "seed") == {"seed": 7}
