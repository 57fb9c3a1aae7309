"""Random small tables, written by pandas in a random dialect, are read back unchanged."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trainlet.readers.files import Files
from tests.trainlet.readers.test_corpus import as_read
from trainlet.datasets import ReadingOptions
from trainlet.datasets.reading_options import DELIMITERS, THOUSANDS
from trainlet.readers import RowReader

WORDS = st.text("abcäß xyz,;|'\"#\n", min_size=1, max_size=8).map(str.strip).filter(bool)
DAYS = st.dates().map(str)


@dataclass(frozen=True)
class Dialect:
    """How a table is written."""

    delimiter: str
    decimal: str
    thousands: str
    encoding: str
    marker: str
    quoting: Any
    header: bool
    index: bool
    line_end: str

    @property
    def options(self) -> dict[str, Any]:
        return {
            "delimiter": self.delimiter,
            "decimal": self.decimal,
            "thousands": self.thousands,
            "encoding": self.encoding,
            "missing": [self.marker],
            "header": "true" if self.header else "false",
        }


@st.composite
def dialects(draw: st.DrawFn) -> Dialect:
    decimal = draw(st.sampled_from(["point", "comma"]))
    groups = [word for word in ("none", *THOUSANDS) if word != decimal]
    return Dialect(
        delimiter=draw(st.sampled_from(["comma", "semicolon", "tab", "pipe"])),
        decimal=decimal,
        thousands=draw(st.sampled_from(groups)),
        encoding=draw(st.sampled_from(["utf-8", "utf-16", "latin-1", "cp1252"])),
        marker=draw(st.sampled_from(["", "NA", "?", "-", "none"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
        header=draw(st.booleans()),
        index=draw(st.booleans()),
        line_end=draw(st.sampled_from(["\n", "\r\n"])),
    )


@st.composite
def tables(draw: st.DrawFn) -> dict[str, tuple[str, list[Any]]]:
    """Return columns by name, each with its type and its values, None for missing ones."""
    rows = draw(st.integers(1, 8))
    kinds = {
        "number": st.one_of(
            st.integers(-(10**12), 10**12).map(float),
            st.floats(-1e9, 1e9).map(lambda value: round(value, 4)),
        ),
        "category": WORDS,
        "date": DAYS,
        "boolean": st.booleans(),
    }
    chosen = draw(st.lists(st.sampled_from(list(kinds)), min_size=1, max_size=5))
    table = {}
    for place, kind in enumerate(chosen):
        holes = st.lists(st.one_of(kinds[kind], st.none()), min_size=rows, max_size=rows)
        # Texts that are all numbers, dates or booleans would be read as such.
        values = draw(holes)
        first = "word" if kind == "category" else draw(kinds[kind])
        table[f"c {place}"] = kind, [first, *values]
    return table


def number(value: float, dialect: Dialect) -> str:
    """A number as people of some country write it."""
    text = f"{value:,}" if dialect.thousands != "none" else repr(value)
    text = text.removesuffix(".0")
    group = THOUSANDS.get(dialect.thousands, "")
    return text.translate({ord("."): "," if dialect.decimal == "comma" else ".", ord(","): group})


def cell(kind: str, value: Any, dialect: Dialect) -> str:
    if value is None:
        return dialect.marker
    return number(value, dialect) if kind == "number" else str(value)


def written(table: dict[str, tuple[str, list[Any]]], dialect: Dialect) -> bytes:
    frame = pd.DataFrame(
        {
            name: [cell(kind, value, dialect) for value in values]
            for name, (kind, values) in table.items()
        }
    )
    file = BytesIO()
    frame.to_csv(
        file,
        sep=DELIMITERS[dialect.delimiter],
        encoding=dialect.encoding,
        quoting=dialect.quoting,
        header=dialect.header,
        index=dialect.index,
        lineterminator=dialect.line_end,
    )
    return file.getvalue()


@settings(max_examples=150, deadline=None)
@given(table=tables(), dialect=dialects())
def test_what_pandas_writes_is_read(
    table: dict[str, tuple[str, list[Any]]], dialect: Dialect
) -> None:
    names = list(table) if dialect.header else [f"x{n + 1}" for n in range(len(table))]
    if dialect.index:
        rest = list(table) if dialect.header else [f"x{n + 2}" for n in range(len(table))]
        names = ["column_1" if dialect.header else "x1", *rest]
    content = written(table, dialect)
    with tempfile.TemporaryDirectory() as folder:
        files = Files(Path(folder))
        profile = files.read(content, **dialect.options)
        result = as_read(files, profile)
        matrix = np.array(files.matrix(profile))
    assert list(result) == names
    columns = list(table.values())
    rows = len(columns[0][1])
    index = [("number", [float(row) for row in range(rows)])] if dialect.index else []
    for name, (kind, values) in zip(names, [*index, *columns], strict=True):
        assert (result[name]["type"], result[name]["values"]) == (kind, values)
    known = tuple(detail.column for detail in profile.details)
    options = ReadingOptions(**dialect.options | {"missing": (dialect.marker,)})
    reader = RowReader(BytesIO(content), "text/csv", options, known)
    np.testing.assert_array_equal(np.concatenate(list(reader)), matrix)
