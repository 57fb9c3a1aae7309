"""Reading options of tables, as keyword arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict


class Options(TypedDict, total=False):
    """Reading options of a table; omitted options use their defaults."""

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
    params = chosen(options)
    columns = {f"columns.{name}": kind for name, kind in params.pop("columns", {}).items()}
    if "header" in params:
        params["header"] = str(params["header"]).lower()
    return params | columns
