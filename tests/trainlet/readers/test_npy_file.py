from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from tests.trainlet.readers.files import MOST, Files

NPY, NPZ = "application/x-npy", "application/x-npz"


def npy(array: Any) -> bytes:
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: Any) -> bytes:
    file = BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


@pytest.mark.parametrize("dtype", ["<f4", ">f8", "u1", "<i8", "?", "<f2"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_array_is_used_where_it_lies(dtype: str, order: Any, files: Files) -> None:
    array = np.array(np.arange(12).reshape(4, 3) % 2, dtype, order=order)
    profile = files.read(npy(array), NPY)
    assert (files.matrix(profile) == array).all()
    assert profile.rows == 4
    assert [detail.column.name for detail in profile.details] == ["x1", "x2", "x3"]
    assert not files.numbers.exists()


def test_images_become_columns(files: Files) -> None:
    array = np.arange(24.0).reshape(2, 3, 4)
    assert (files.matrix(files.read(npy(array), NPY)) == array.reshape(2, 12)).all()
    assert files.matrix(files.read(npy(np.arange(5.0)), NPY)).shape == (5, 1)


def test_nan_counts_as_missing(files: Files) -> None:
    profile = files.read(npy([[1.0, np.nan], [2.0, 3.0]]), NPY)
    assert [detail.missing for detail in profile.details] == [0, 1]


def test_an_infinite_number_spoils_its_column_alone(files: Files) -> None:
    profile = files.read(npy([[1.0, 2.0], [3.0, np.inf]]), NPY)
    assert [detail.column.type for detail in profile.details] == ["number", "text"]
    assert profile.details[1].reason == "row 2 contains an infinite number"
    assert profile.first == ((1.0, None), (3.0, None))


def test_huge_integers_are_no_labels(files: Files) -> None:
    """9007199254740993 and 9007199254740992 are one float64."""
    profile = files.read(npy(np.array([[1, 2**53], [2, 2**53 + 1]])), NPY)
    assert [detail.labels for detail in profile.details] == [(1, 2), None]
    assert profile.warnings == ("column x2 contains integers beyond 2⁵³, which are rounded",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (npy(np.zeros((3, 2)))[:-8], "40 bytes follow"),
        (npy(np.zeros((3, 2))) + b"x", "49 bytes follow"),
        (npy(np.zeros((0, 2))), "must have rows"),
        (npy(np.float64(3)), "must have rows"),
        (npy(np.zeros((3, 2), complex)), "numbers or booleans"),
        (npy(np.array([["a"]])), "numbers or booleans"),
        (npy(np.zeros((2, 20_001), "u1")), "20001 numbers"),
        (npy(np.zeros((2, 3, 4), order="F")), "Fortran"),
        (b"", "not an NPY file"),
        (b"a,b\n1,2\n", "not an NPY file"),
        (b"\x93NUMPY\x01\x00\xff\xff{'descr'", "not an NPY file"),
        (b"\x93NUMPY\x01\x00\x0e\x00__import__(1)\n", "not an NPY file"),
        (b"\x93NUMPY\x01\x00\x0e\x00{'descr': (2,}\n", "not an NPY file"),
    ],
)
def test_what_cannot_be_used_is_reported(content: bytes, expected: str, files: Files) -> None:
    assert expected in files.failure(content, NPY)


def test_objects_are_not_loaded(files: Files) -> None:
    file = BytesIO()
    np.save(file, np.array([{}], object), allow_pickle=True)
    assert "numbers or booleans" in files.failure(file.getvalue(), NPY)
    assert "numbers, booleans or short strings, not object" in files.failure(
        npz(inputs=np.zeros((1, 1)), targets=np.array([{}], object)), NPZ
    )


def test_a_header_that_requests_for_terabytes_is_refused(files: Files) -> None:
    content = npy(np.zeros((3, 2))).replace(
        b"(3, 2), }" + b" " * 11, b"(3" + b"9" * 11 + b", 2), }"
    )
    assert "48 bytes follow" in files.failure(content, NPY)


def test_inputs_and_targets_of_an_archive_stand_side_by_side(files: Files) -> None:
    inputs, targets = np.arange(12, dtype="u1").reshape(3, 2, 2), np.array([0, 1, 1])
    profile = files.read(npz(inputs=inputs, targets=targets), NPZ)
    expected = np.concatenate([inputs.reshape(3, 4), targets[:, None]], axis=1)
    assert (files.matrix(profile) == expected).all()
    assert profile.target == ("y",)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a,b", "not an archive"),
        (npz(x=np.zeros(3)), "must contain inputs and targets, not x.npy"),
        (npz(inputs=np.zeros((3, 1)), targets=np.zeros(2)), "3 inputs, but 2 targets"),
        (npz(inputs=np.zeros((3, 1)), targets=np.zeros(3))[:-30], "not an archive"),
    ],
)
def test_archives_that_cannot_be_used_are_reported(
    content: bytes, expected: str, files: Files
) -> None:
    assert expected in files.failure(content, NPZ)


def test_a_bomb_is_not_unpacked(files: Files) -> None:
    content = npz(inputs=np.zeros((MOST // 10, 11), "u1"), targets=np.zeros(MOST // 10, "u1"))
    assert len(content) < MOST / 50
    assert "unpacked" in files.failure(content, NPZ)
    assert not files.numbers.read_bytes()


def test_an_array_shorter_than_its_header_states_is_reported(files: Files) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("inputs.npy", npy(np.zeros((9, 9)))[:-80])
        archive.writestr("targets.npy", npy(np.zeros(9)))
    assert "an array is truncated" in files.failure(file.getvalue(), NPZ)
