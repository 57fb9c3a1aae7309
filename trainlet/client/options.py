"""Reading options of an upload, as keyword arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict


class Options(TypedDict, total=False):
    """How a table is read; each omitted option uses its default."""

    delimiter: Literal["auto", "comma", "semicolon", "tab", "pipe", "space", ",", ";", "\t", "|"]
    header: bool | None
    decimal: Literal["point", "comma", ".", ","]
    thousands: Literal["none", "comma", "point", "space", "apostrophe"]
    comment: str | None
    encoding: Literal["auto", "utf-8", "utf-16", "latin-1", "cp1252"]
    missing: Sequence[str] | None
    sheet: str | None
    columns: Mapping[str, Literal["number", "category", "date", "boolean", "ignore"]]


def chosen(options: Options) -> dict[str, Any]:
    """Return the options that are not None."""
    return {name: value for name, value in options.items() if value is not None}


def parameters(options: Options) -> dict[str, Any]:
    """Return options as query parameters."""
    given = chosen(options)
    columns = {f"columns.{name}": kind for name, kind in given.pop("columns", {}).items()}
    if "header" in given:
        given["header"] = str(given["header"]).lower()
    return given | columns
