from __future__ import annotations

import io
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from tests.trainlet.readers.files import Files
from tests.trainlet.readers.workbook import workbook
from trainlet.datasets import Column, ReadingOptions
from trainlet.readers import RowReader, TableError, csv_file
from trainlet.readers.sources import CSV, EXCEL, NDJSON

SIZE = Column("size")
COLOR = Column("color", "category", ("1", "red"))
DAY = Column("day", "date")
RIPE = Column("ripe", "boolean")
ALL = (SIZE, COLOR, DAY, RIPE)
OBJECTS = b"""{"size": 1.5, "color": "red", "day": "2024-01-01", "ripe": true, "x": [1]}
{"color": 1, "size": null}
"""
nan = np.nan


def read(content: bytes, columns: tuple[Column, ...] = ALL, kind: str = CSV, **form: Any) -> Any:
    return np.concatenate(list(RowReader(BytesIO(content), kind, ReadingOptions(**form), columns)))


def failure(content: bytes, columns: tuple[Column, ...] = ALL, kind: str = CSV, **form: Any) -> str:
    with pytest.raises(TableError) as caught:
        read(content, columns, kind, **form)
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"ripe,x,color,size,day\nTrue,9,red,1.5,2024-01-01\n,8,1,NA,\n", CSV),
        (b"sep=;\r\nday;size;color;ripe\r\n2024-01-01;1.5;red;yes\r\n;?;1;\r\n", CSV),
        (OBJECTS, NDJSON),
        (
            workbook(
                {
                    "S": [
                        ["color", "size", "day", "ripe"],
                        ["red", 1.5, "2024-01-01", True],
                        [1, None, None, None],
                    ]
                }
            ),
            EXCEL,
        ),
    ],
)
def test_columns_are_found_by_name_in_any_order(content: bytes, kind: str) -> None:
    np.testing.assert_array_equal(
        read(content, kind=kind), [[1.5, 1, 19723, 1], [nan, 0, nan, nan]]
    )


def test_superfluous_columns_are_named() -> None:
    reader = RowReader(BytesIO(b"a,size,b\n1,2,3\n"), CSV, ReadingOptions(), (SIZE,))
    assert reader.ignored == ("a", "b")


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"1,2\n3,4\n", {}),
        (b"x2,x1\n2,1\n4,3\n", {}),
        (b"left,right\n1,2\n3,4\n", {}),
        (b"1,2,9\n3,4,9\n", {}),
        (b"1;2\n3;4\n", {"header": "false"}),
    ],
)
def test_unnamed_columns_are_found_by_position(content: bytes, form: dict[str, Any]) -> None:
    columns = Column("x1"), Column("x2")
    assert read(content, columns, **form).tolist() == [[1, 2], [3, 4]]


def test_a_file_without_header_is_read_by_position() -> None:
    content = b"1.5,red\n2,1\n"
    assert read(content, (SIZE, COLOR), header="false").tolist() == [[1.5, 1], [2, 0]]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            b"size,color,day,ripe\n\n1,blue,,\n",
            "line 3, column color: must be one of 1, red, not 'blue'",
        ),
        (b"size,color,day,ripe\n1,1,,\nx,1,,\n", "line 3, column size: must be a number, not 'x'"),
        (b"size,color,day,ripe\ninf,1,,\n", "line 2, column size: must be a finite number"),
        (b"size,color,day,ripe\n1,1,1/2/2024,\n", "column day: must be a date such as"),
        (b"size,color,day,ripe\n1,1,,maybe\n", "column ripe: must be a boolean, not 'maybe'"),
        (b'size,color,day,ripe\n1,"1\n",,\n2,1,,,\n', "line 4 has 5 values"),
        (b"sise,color,day,ripe\n1,1,,\n", "column size is missing; did you mean sise?"),
        (
            b"a,b\nx,y\n",
            "the first line contains none of the model's columns size, color, day, ripe",
        ),
        (b"1,2\n3,4\n", "the file has no header and 2 columns; the model has 4"),
        (b"", "the file is empty"),
    ],
)
def test_an_error_names_line_column_and_text(content: bytes, expected: str) -> None:
    assert expected in failure(content)


class Pipe(io.RawIOBase):
    """A stream that gives few bytes at a time and cannot go back, as a request body."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._rest, self.taken = parts, b"", 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        result = self._rest or next(self._parts, b"")
        part, self._rest = result[:size], result[size:]
        self.taken += len(part)
        return part


def test_a_stream_is_read_a_block_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "BLOCK_BYTES", 5000)
    rows = [f"{row},red\n".encode() for row in range(300_000)]
    pipe: Any = Pipe(iter([b"size,color\n", *rows]))
    taken, result = [], []
    for block in RowReader(pipe, CSV, ReadingOptions(), (SIZE, COLOR)):
        taken.append(pipe.taken)
        result.append(block)
    np.testing.assert_array_equal(np.concatenate(result)[:, 0], np.arange(300_000.0))
    assert taken[0] < 2 * 2**20 < taken[-1]


def test_a_file_predicts_as_it_was_uploaded(files: Files) -> None:
    content = b"zip,n,flag\n007,1,True\n 08 ,2,FALSE\n\n,3,\n"
    profile = files.read(content, columns={"zip": "category"})
    columns = tuple(detail.column for detail in profile.details)
    np.testing.assert_array_equal(read(content, columns), files.matrix(profile))


def test_a_first_line_of_all_names_is_a_header_whatever_the_training_file_had() -> None:
    columns = (Column("x2"), Column("x3", "category", ("a", "b")))
    for content in (b"x2,x3\n1,b\n", b"x1,x3,x2\n0,b,1\n", b"1,b\n", b"0,1,b\n"):
        assert read(content, columns, header="false").tolist() == [[1, 1]]
    one = (Column("a", "category", ("a", "b")),)
    assert read(b"a\nb\n", one, header="false").tolist() == [[0], [1]]


def test_a_number_may_stand_for_a_missing_value_in_each_kind_of_file() -> None:
    for content, kind in (
        (b"size\n1\n-999\n-999.0\n", CSV),
        (b'{"size": 1}\n{"size": -999}\n{"size": -999.0}\n', NDJSON),
        (workbook({"S": [["size"], [1], [-999], [-999.0]]}), EXCEL),
    ):
        result = read(content, (SIZE,), kind, missing=("-999",))
        np.testing.assert_array_equal(result, [[1], [nan], [nan]])


def test_cells_that_are_numbers_have_a_point_whatever_the_options_state_of_text() -> None:
    content = b'{"size": 1.234}\n{"size": "NA"}\n{"size": "2.5"}\n'
    result = read(content, (SIZE,), NDJSON, decimal="comma", thousands="point")
    np.testing.assert_array_equal(result, [[1.234], [nan], [2.5]])
