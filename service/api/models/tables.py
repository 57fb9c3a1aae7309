"""Tables as request bodies: rows for a model, read like the table it was trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

import numpy as np
from marshmallow import Schema

from service.api import examples
from service.api.models.prediction_table import CSV
from service.api.schemas.queries import TableQuery
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
    """Document a body in JSON, as a table, or as one of these files, with examples."""
    content: dict[str, Any] = {JSON: {"schema": document, "examples": documents}}
    content |= {CSV: TEXT | {"examples": tables}, TSV: TEXT, NDJSON: TEXT}
    content |= dict.fromkeys((EXCEL, *files), FILE)
    return {"required": True, "content": content}


@dataclass(frozen=True)
class TablePoints:
    """The raw points (n, columns) of a table, what of it was ignored, and how it was read."""

    points: Points
    ignored: tuple[str, ...]
    short: int
    reading: str
    """The delimiter and header that were found, as a query string."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was ignored, a sentence each."""
        warnings = []
        if self.ignored:
            count = f"{len(self.ignored)} column{'s' * (len(self.ignored) != 1)}"
            warnings.append(f"{count} ignored: {shown(self.ignored)}")
        if self.short:
            warnings.append(f"{self.short} rows have fewer values than there are columns")
        return tuple(warnings)


def warnings_of(table: TablePoints | None) -> dict[str, Any]:
    """The member of a response that says what of a table was ignored."""
    return {} if table is None else {"warnings": table.warnings}


def reading_header(table: TablePoints | None) -> dict[str, str]:
    """The header of a response that says how a table was read."""
    return {"Trainlet-Reading": table.reading} if table is not None and table.reading else {}


def read_table(
    body: bytes,
    media_type: str,
    options: ReadingOptions,
    model: Model,
    most: int,
    targets: tuple[Column, ...] = (),
) -> TablePoints:
    """Read the rows of a table for a model, with the columns of targets behind its own.

    Raises ValidationError with line and column of a value that its column cannot have, and
    TooLargeError for more than `most` rows; no more than these are read.
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
        expected = f"a table with the columns {shown(tuple(column.name for column in columns))}"
        raise ValidationError([FieldError((), None, expected, str(error))]) from None
    result = reader.settled
    reading = "" if result is None else f"delimiter={result.delimiter}&header={result.header}"
    return TablePoints(np.concatenate(blocks), reader.ignored, reader.short, reading)


def reading_options(query: TableQuery, media_type: str, model: Model) -> ReadingOptions:
    """The options of a query; by default those with which the training data were read.

    Raises InvalidQueryError for an option that a media type does not use.
    """
    given = given_options(query, media_type)
    options = _of_training(model, media_type)
    if model.preprocessing.columns == column_names(len(model.preprocessing.columns)):
        options = replace(options, header="auto")
    return replace(options, **given)


def given_options(query: TableQuery, media_type: str) -> dict[str, Any]:
    """Return the options that are not null.

    Raises InvalidQueryError for an option that a media type, such as JSON, does not use.
    """
    given: dict[str, Any] = {
        name: value for name in query.names() if (value := getattr(query, name)) is not None
    }
    if errors := unused_options(ReadingOptions(**given), media_type):
        raise InvalidQueryError(errors)
    return given


def _of_training(model: Model, media_type: str) -> ReadingOptions:
    """The options of the training data; of another kind of file those that say what values are."""
    file = model.preprocessing.file
    if file is None:
        return ReadingOptions()
    if file.media_type == media_type:
        return file.options
    return replace(file.options, delimiter="auto", header="auto", encoding="auto", sheet=None)
