from __future__ import annotations

import pytest

from tests.trainlet.datasets.sources.test_four_circles import nothing
from trainlet.datasets import Uploaded
from trainlet.errors import CorruptFileError, ValidationError

ID = "0123456789abcdef" * 4


def test_an_unknown_id_is_a_fault_of_the_spec() -> None:
    with pytest.raises(ValidationError) as caught:
        Uploaded(ID).describe(nothing)
    assert [error.pointer for error in caught.value.errors] == ["#/id"]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", ID[1:], ID.upper()])
def test_an_id_is_a_digest(name: str) -> None:
    with pytest.raises(ValidationError):
        Uploaded(name)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"inputs":[],"targets":[]}',
        b'{"inputs":3,"targets":[1]}',
        b'{"inputs":[[1],[2,3]],"targets":[1,2]}',
        b'{"inputs":[[NaN]],"targets":[1]}',
    ],
)
def test_broken_content_is_never_loaded(content: bytes) -> None:
    with pytest.raises(CorruptFileError):
        Uploaded(ID).load(lambda dataset: content)
