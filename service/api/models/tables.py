"""Tables as request bodies, read with the options of the training data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from marshmallow import Schema

from service.api import examples
from service.api.models.prediction_table import CSV
from service.api.schemas.table_queries import TableQuery
from service.http.bodies import JSON, gunzipped
from service.http.problems import InvalidQueryError
from service.inference.points import Points, check_count
from trainlet.datasets import Column, ReadingOptions
from trainlet.datasets.selection import shown
from trainlet.datasets.table import column_names
from trainlet.errors import FieldError, ValidationError
from trainlet.readers import RowReader, TableError, unused_options
from trainlet.store import Model

TSV = "text/tab-separated-values"
NDJSON = "application/x-ndjson"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES = (CSV, TSV, NDJSON, EXCEL)

TEXT = {"schema": {"type": "string"}}
FILE = {"schema": {"type": "string", "format": "binary"}}


def table_body(
    document: type[Schema],
    *files: str,
    documents: Mapping[str, Any] = examples.POINTS,
    tables: Mapping[str, Any] = examples.TABLES,
) -> dict[str, Any]:
    """Return the OpenAPI body for JSON, tables and other media types, with examples."""
    content: dict[str, Any] = {JSON: {"schema": document, "examples": documents}}
    content |= {CSV: TEXT | {"examples": tables}, TSV: TEXT, NDJSON: TEXT}
    content |= dict.fromkeys((EXCEL, *files), FILE)
    return {"required": True, "content": content}


@dataclass(frozen=True)
class TablePoints:
    """Raw points (n, columns) of a table, its ignored columns, and its detected format."""

    points: Points
    ignored: tuple[str, ...]
    short: int
    reading: str
    """Detected delimiter and header, as a query string."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Warnings about ignored columns and short rows, one sentence each."""
        warnings = []
        if self.ignored:
            count = f"{len(self.ignored)} column{'s' * (len(self.ignored) != 1)}"
            warnings.append(f"{count} ignored: {shown(self.ignored)}")
        if self.short:
            warnings.append(f"{self.short} rows have fewer values than there are columns")
        return tuple(warnings)


def warnings_of(table: TablePoints | None) -> dict[str, Any]:
    """Return the response member with the warnings of a table."""
    return {} if table is None else {"warnings": table.warnings}


def reading_header(table: TablePoints | None) -> dict[str, str]:
    """Return the response header with the detected format of a table."""
    return {"Trainlet-Reading": table.reading} if table is not None and table.reading else {}


def read_table(
    body: bytes,
    media_type: str,
    options: ReadingOptions,
    model: Model,
    most: int,
    targets: tuple[Column, ...] = (),
) -> TablePoints:
    """Read the rows of a table for a model: its columns, then the target columns.

    Raises ValidationError with line and column of an invalid value, and TooLargeError for more than
    `most` rows; reading stops there.
    """
    columns, fills = model.preprocessing.typed + targets, model.preprocessing.fill is not None
    blocks = [np.empty((0, len(columns)))]
    rows = 0
    try:
        reader = RowReader(BytesIO(gunzipped(body)), media_type, options, columns, missing=fills)
        for block in reader:
            rows += len(block)
            check_count(rows, most)
            blocks.append(block)
    except TableError as error:
        allowed = f"a table with the columns {shown(tuple(column.name for column in columns))}"
        raise ValidationError([FieldError((), None, allowed, str(error))]) from None
    detected = reader.settled
    reading = "" if detected is None else f"delimiter={detected.delimiter}&header={detected.header}"
    return TablePoints(np.concatenate(blocks), reader.ignored, reader.short, reading)


def reading_options(query: TableQuery, media_type: str, model: Model) -> ReadingOptions:
    """Return the options of a query; the defaults are those of the training file.

    Raises InvalidQueryError for an option that a media type does not use.
    """
    values = given_options(query, media_type)
    options = _of_training(model, media_type)
    if model.preprocessing.columns == column_names(len(model.preprocessing.columns)):
        options = replace(options, header="auto")
    return replace(options, **values)


def given_options(query: TableQuery, media_type: str) -> dict[str, Any]:
    """Return the options that are not null.

    Raises InvalidQueryError for an option that a media type, such as JSON, does not use.
    """
    values: dict[str, Any] = {
        name: value for name in query.names() if (value := getattr(query, name)) is not None
    }
    if errors := unused_options(ReadingOptions(**values), media_type):
        raise InvalidQueryError(errors)
    return values


def _of_training(model: Model, media_type: str) -> ReadingOptions:
    """Return the training file's options; for another media type only those about values."""
    file = model.preprocessing.file
    if file is None:
        return ReadingOptions()
    if file.media_type == media_type:
        return file.options
    return replace(file.options, delimiter="auto", header="auto", encoding="auto", sheet=None)
