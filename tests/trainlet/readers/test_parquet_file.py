from __future__ import annotations

import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from tests.trainlet.readers.files import Files
from trainlet.readers import parquet_file

KIND = "application/vnd.apache.parquet"


def file(table: dict[str, Any], **options: Any) -> bytes:
    room = BytesIO()
    parquet.write_table(pa.table(table), room, **options)
    return room.getvalue()


FRUIT = file(
    {
        "size": pa.array([7.1, None, 15.2], pa.float32()),
        "count": pa.array([1, 2, 3], pa.int64()),
        "price": [Decimal("1.50"), None, Decimal("2.25")],
        "ripe": [True, None, False],
        "fruit": ["pear", "apple", None],
        "kind": pa.array(["b", "a", "b"]).dictionary_encode(),
        "day": [date(1970, 1, 3), None, date(1969, 12, 31)],
        "at": [datetime(1970, 1, 2, 12, tzinfo=UTC), None, None],
        "none": pa.nulls(3),
    },
    row_group_size=2,
)


def test_columns_have_the_types_of_the_file(files: Files) -> None:
    profile = files.read(FRUIT, KIND)
    types = [(detail.column.name, detail.column.type) for detail in profile.details]
    assert types == [
        *(("size", "number"), ("count", "number"), ("price", "number"), ("ripe", "boolean")),
        *(("fruit", "category"), ("kind", "category"), ("day", "date"), ("at", "date")),
        ("none", "number"),
    ]
    assert [detail.missing for detail in profile.details] == [1, 0, 1, 1, 1, 0, 1, 2, 3]
    assert profile.details[4].column.categories == ("apple", "pear")
    nan = np.nan
    expected = [
        [np.float32(7.1), 1, 1.5, 1, 1, 1, 2, 1.5, nan],
        [nan, 2, nan, nan, 0, 0, nan, nan, nan],
        [np.float32(15.2), 3, 2.25, 0, nan, 1, -1, nan, nan],
    ]
    np.testing.assert_array_equal(files.matrix(profile), expected)
    assert profile.first[0][3:6] == (True, "pear", "b")
    assert (profile.rows, profile.read_as) == (3, ("parquet", "2 row groups"))


def test_rows_are_read_a_few_at_a_time(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "MAX_ROWS", 7)
    numbers = np.arange(1000.0)
    texts = [f"t{number % 50}" for number in range(1000)]
    content = file({"a": numbers, "b": texts}, row_group_size=64)
    matrix = files.matrix(profile := files.read(content, KIND))
    assert (matrix[:, 0] == numbers).all()
    known = profile.details[1].column.categories or ()
    assert [known[int(code)] for code in matrix[:, 1]] == texts


def test_columns_are_read_a_few_at_a_time(files: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_file, "COLUMNS", 3)
    numbers = np.arange(700.0).reshape(100, 7)
    names = ("a", "a.b", "a.b.c", "b", "c", "c.d", "e")
    table = {name: numbers[:, place] for place, name in enumerate(names)}
    profile = files.read(file(table, row_group_size=40), KIND)
    assert (files.matrix(profile) == numbers).all()
    assert [(d.column.name, d.minimum) for d in profile.details] == list(
        zip(names, range(7), strict=True)
    )


def test_too_many_texts_are_no_category(files: Files) -> None:
    content = file({"a": [str(number) for number in range(1001)], "b": np.arange(1001)})
    assert files.read(content, KIND).details[0].column.type == "text"


def encrypted() -> bytes:
    content = bytearray(FRUIT)
    content[:4] = content[-4:] = b"PARE"
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "not a Parquet file"),
        (b"PAR1", "not a Parquet file"),
        (b"a,b\n1,2\n", "not a Parquet file"),
        (FRUIT[:-20], "not a Parquet file"),
        (encrypted(), "not a Parquet file"),
        (file({"a": pa.array([], pa.float64())}), "no rows"),
    ],
)
def test_what_cannot_be_used_is_reported(content: bytes, expected: str, files: Files) -> None:
    assert expected in files.failure(content, KIND)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ([[1, 2]], "it is of type list<element: int64>, which contains several values per row"),
        ([{"x": 1, "y": 2}], "it is of type struct<x: int64, y: int64>, which contains several"),
        ([b"\xff"], "it is of type binary, which is not supported"),
        ([np.inf], "row 1 contains an infinite number"),
    ],
)
def test_a_column_that_cannot_be_used_leaves_the_others(
    values: list[Any], reason: str, files: Files
) -> None:
    profile = files.read(file({"a": values, "b": [2.0]}), KIND)
    assert [detail.column.type for detail in profile.details] == ["text", "number"]
    assert profile.details[0].reason.startswith(reason)
    assert files.matrix(profile)[0, 1] == 2


def test_names_are_made_unique(files: Files) -> None:
    room = BytesIO()
    columns = [pa.array([number]) for number in range(4)]
    parquet.write_table(pa.Table.from_arrays(columns, ["a", "a", "", "b\nc"]), room)
    profile = files.read(room.getvalue(), KIND)
    names = [detail.column.name for detail in profile.details]
    assert names == ["a", "a_2", "column_3", "b c"]
    assert profile.renamed == {"a_2": "a", "column_3": "", "b c": "b\nc"}


def test_options_state_what_columns_hold(files: Files) -> None:
    content = file({"zip": [7, 8], "note": ["x", "y"], "b": ["-", "z"]})
    options: Any = {"columns": {"zip": "category", "note": "ignore"}, "missing": ["-"]}
    profile = files.read(content, KIND, **options)
    assert [detail.column.name for detail in profile.details] == ["zip", "b"]
    assert profile.details[0].column.categories == ("7", "8")
    np.testing.assert_array_equal(files.matrix(profile), [[0, np.nan], [1, 0]])


def test_damaged_pages_are_reported(files: Files) -> None:
    content = bytearray(file({"a": np.random.default_rng(0).normal(size=1000)}))
    content[4:30] = b"\xff" * 26
    assert files.failure(bytes(content), KIND)


def test_more_numbers_than_allowed_are_refused(files: Files) -> None:
    """Runs of one number are packed well: 100 million take a few kilobytes."""
    content = file({"a": np.zeros(13_000_000, np.int8)})
    assert len(content) < 100_000
    assert "more than 100000000 bytes" in files.failure(content, KIND)


def test_without_the_package_that_is_reported(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "trainlet[parquet]" in files.failure(FRUIT, KIND)
