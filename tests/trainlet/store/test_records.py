from __future__ import annotations

import pytest

from trainlet.errors import CorruptFileError
from trainlet.store.records import decode, encode, now


def test_a_record_comes_back_with_its_format() -> None:
    assert decode(encode({"name": "x"}), "name") == {"format": 1, "name": "x"}


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff", b"[]", b"{}", b'{"format": 2, "name": 1}', b'{"format": 1}', b"[" * 100_000],
)
def test_anything_else_is_corrupt(data: bytes) -> None:
    with pytest.raises(CorruptFileError):
        decode(data, "name")


def test_numbers_that_are_not_finite_are_not_written() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode({"loss": float("nan")})


def test_time_is_utc_to_the_millisecond() -> None:
    assert len(now()) == len("2026-01-01T00:00:00.000Z")
    assert now().endswith("Z")
