"""Reading options of uploaded tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from trainlet.config import Configuration, Length, Names, Pattern

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|", "space": " "}
THOUSANDS = {"comma": ",", "point": ".", "space": " ", "apostrophe": "'"}

MAX_COLUMNS = 20_000

ColumnType = Literal["number", "category", "date", "boolean", "ignore"]


@dataclass(frozen=True)
class ReadingOptions(Configuration):
    """Options for reading a table; omitted options use their defaults.

    CSV uses all of them but `sheet`; Excel `sheet`, `header`, `missing` and `columns`; JSON Lines
    `encoding`, `missing` and `columns`; Parquet `missing` and `columns`; NPY and NPZ none. An
    option that the media type does not use is an error. Two datasets of the same content differ if
    their options do.
    """

    delimiter: Annotated[
        Literal["auto", "comma", "semicolon", "tab", "pipe", "space"],
        "Separator of values; space: runs of spaces; auto: found from the first 50 lines.",
    ] = "auto"
    header: Annotated[
        Literal["auto", "true", "false"],
        "Whether the first line names the columns; auto: found from the first 50 lines.",
    ] = "auto"
    decimal: Annotated[Literal["point", "comma"], "Decimal separator of numbers."] = "point"
    thousands: Annotated[
        Literal["none", "comma", "point", "space", "apostrophe"],
        "Thousands separator of numbers.",
    ] = "none"
    comment: Annotated[
        str | None,
        Pattern("[!-~]"),
        "Character at the start of lines that are skipped; null: no line is.",
    ] = None
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "latin-1", "cp1252"],
        "Encoding of text; auto: by the byte order mark, else UTF-8.",
    ] = "auto"
    missing: Annotated[
        tuple[Annotated[str, Pattern(r"[^\x00]{0,100}")], ...] | None,
        Length(max=100),
        "Strings of missing values; null: those of pandas, `?` and `\\N`.",
    ] = None
    sheet: Annotated[
        str | None,
        Pattern(r"[^\x00-\x1f]{1,100}"),
        "Sheet of an Excel file; null: the first one.",
    ] = None
    columns: Annotated[
        dict[str, ColumnType],
        Names(r"[^\x00]{1,1000}", most=MAX_COLUMNS),
        "Type per column name; other columns are typed by their values.",
    ] = field(default_factory=dict)
