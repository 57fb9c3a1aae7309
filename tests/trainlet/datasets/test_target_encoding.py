from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from trainlet.datasets import TargetEncoding
from trainlet.errors import ValidationError


def column(*targets: Any) -> Any:
    return np.array(targets, object if isinstance(targets[0], str) else None)[:, np.newaxis]


@pytest.mark.parametrize(
    ("encoding", "targets", "encoded", "outputs"),
    [
        (TargetEncoding("zero_one", ("no", "yes")), ("yes", "no"), [[1], [0]], [[0.51], [0.5]]),
        (TargetEncoding("zero_one", (False, True)), (True, False), [[1], [0]], [[0.9], [-2]]),
        (TargetEncoding("zero_one", (3, 7.5)), (7.5, 3.0), [[1], [0]], [[0.6], [0.4]]),
        (TargetEncoding("plus_minus_one", (0, 1)), (1.0, 0.0), [[1], [-1]], [[0.1], [-0.1]]),
        (TargetEncoding("one_hot", (0, 1)), (1.0, 0.0), [[0, 1], [1, 0]], [[0.1, 0.2], [0, -1]]),
        (
            TargetEncoding("one_hot", ("a", "b", "c")),
            ("c", "a"),
            [[0, 0, 1], [1, 0, 0]],
            [[1, 2, 3], [3, 2, 1]],
        ),
    ],
)
def test_labels_go_in_and_come_out(
    encoding: TargetEncoding, targets: Any, encoded: Any, outputs: Any
) -> None:
    assert encoding.encode(column(*targets)).tolist() == encoded
    assert encoding.decode(np.array(outputs)) == list(targets)
    assert encoding.decode(np.array(encoded)) == list(targets)


def test_rows_of_numbers_stay() -> None:
    rows = np.array([[0.2, 0.8], [1.0, 0.0]])
    assert (TargetEncoding("as_given", (0, 1)).encode(rows) == rows).all()
    assert TargetEncoding("as_given", (0, 1)).decode(rows) == [1, 0]
    assert TargetEncoding("as_given").decode(rows) is None


def test_an_unknown_label_is_reported_with_its_row() -> None:
    with pytest.raises(ValidationError) as caught:
        TargetEncoding("zero_one", ("no", "yes")).encode(column("no", "maybe"))
    (error,) = caught.value.errors
    assert (error.pointer, error.value, error.allowed) == ("#/1", "maybe", "one of no, yes")
