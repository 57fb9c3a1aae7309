from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.trainlet.readers.files import Files
from tests.trainlet.readers.test_npy_file import NPZ, npz

INPUTS = np.arange(8.0).reshape(4, 2)


@pytest.mark.parametrize(
    "targets",
    [
        np.array(["pear", "", "fig", "pear"]),
        np.array([["pear"], [""], ["fig"], ["pear"]], ">U9"),
        np.array(["pear", "", "fig", "pear"], "S4"),
    ],
)
def test_targets_may_be_texts(targets: Any, files: Files) -> None:
    profile = files.read(npz(inputs=INPUTS, targets=targets), NPZ)
    assert profile.target == ("y",)
    column = profile.details[2].column
    assert (column.type, column.categories) == ("category", ("fig", "pear"))
    assert profile.details[2].missing == 1
    matrix = files.matrix(profile)
    np.testing.assert_array_equal(matrix[:, :2], INPUTS)
    np.testing.assert_array_equal(matrix[:, 2], [1, np.nan, 0, 1])
    assert profile.first[0] == (0.0, 1.0, "pear")


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        (np.array([["a", "b"]] * 4), "one per row, not 2"),
        (np.array(["x" * 201] * 4), "short strings"),
        (np.array(["a", "b"]), "4 inputs, but 2 targets"),
        (np.array([b"\xff"] * 4), "the archive is corrupt"),
    ],
)
def test_texts_that_cannot_be_targets_are_reported(
    targets: Any, expected: str, files: Files
) -> None:
    assert expected in files.failure(npz(inputs=INPUTS, targets=targets), NPZ)


def test_too_many_texts_are_reported(files: Files) -> None:
    texts = np.array([f"t{number}" for number in range(1001)])
    content = npz(inputs=np.zeros((1001, 1)), targets=texts)
    assert "more than 1000 distinct strings" in files.failure(content, NPZ)


def test_texts_are_no_inputs(files: Files) -> None:
    content = npz(inputs=np.array([["a"]] * 4), targets=np.zeros(4))
    assert "numbers or booleans" in files.failure(content, NPZ)
