"""Markers of missing values mean the same in every file type; expected values by pandas."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.trainlet.readers.files import Files
from tests.trainlet.readers.workbook import workbook
from trainlet.datasets import Column, ReadingOptions
from trainlet.readers import RowReader
from trainlet.readers.reader import PARQUET
from trainlet.readers.sources import CSV, EXCEL, NDJSON

MARKERS = "-999", "1999-01-01", "False"
FRAME = pd.DataFrame(
    {
        "size": [1.5, -999, 3],
        "day": [date(2024, 1, 1), date(1999, 1, 1), date(2024, 1, 3)],
        "ripe": [True, False, True],
    }
)
# 2024-01-01 is day 19723 since 1970.
EXPECTED: Any = [[1.5, 19723, 1], [np.nan, np.nan, np.nan], [3, 19725, 1]]


def contents(kind: str) -> Any:
    if kind == CSV:
        return FRAME.to_csv(index=False).encode()
    if kind == EXCEL:
        return workbook({"S": [list(FRAME), *FRAME.to_numpy().tolist()]})
    if kind == NDJSON:
        return FRAME.astype({"day": str}).to_json(orient="records", lines=True).encode()
    file = BytesIO()
    FRAME.to_parquet(file)
    return file.getvalue()


@pytest.mark.parametrize("kind", [CSV, NDJSON, EXCEL, PARQUET])
def test_markers_stand_for_typed_values(files: Files, kind: str) -> None:
    second = pd.read_csv(BytesIO(contents(CSV)), na_values=MARKERS)
    assert second.isna().to_numpy().tolist() == np.isnan(EXPECTED).tolist()
    profile = files.read(contents(kind), kind, missing=MARKERS)
    np.testing.assert_array_equal(files.matrix(profile), EXPECTED)
    assert [detail.missing for detail in profile.details] == [1, 1, 1]
    assert [sum(detail.markers.values()) for detail in profile.details] == [1, 1, 1]


@pytest.mark.parametrize("kind", [CSV, NDJSON, EXCEL])
def test_rows_for_a_model_have_the_same_markers(kind: str) -> None:
    columns = Column("size"), Column("day", "date"), Column("ripe", "boolean")
    options = ReadingOptions(missing=MARKERS)
    rows: Any = list(RowReader(BytesIO(contents(kind)), kind, options, columns))
    np.testing.assert_array_equal(np.concatenate(rows), EXPECTED)
