"""Uploaded datasets and their columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

Document = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """Column: its type, number of missing values, range, and categories."""

    name: str
    type: str
    missing: int
    minimum: float | None
    maximum: float | None
    categories: tuple[str, ...] | None
    reason: str = field(default="", compare=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        categories = document["categories"]
        return cls(
            name=document["name"],
            type=document["type"],
            missing=document["missing"],
            minimum=document["minimum"],
            maximum=document["maximum"],
            categories=None if categories is None else tuple(categories),
            reason=document.get("reason", ""),
        )

    @property
    def values(self) -> str:
        """Summary of the values: the categories, or the range."""
        if self.categories is not None:
            return ", ".join(self.categories)
        if self.minimum is None or self.maximum is None or self.type != "number":
            return ""
        return f"{self.minimum:g} to {self.maximum:g}"


@dataclass(frozen=True)
class Dataset:
    """Uploaded file; `rows` and `columns` are set when its status is `ready`."""

    id: str
    name: str
    media_type: str
    bytes: int
    created_at: str
    status: str
    error: str | None
    sha256: str = ""
    options: Document = field(default_factory=dict, compare=False)
    warnings: tuple[str, ...] = ()
    rows: int | None = None
    columns: tuple[Column, ...] = ()
    document: Document = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Return the value for a document of the API."""
        return cls(
            id=document["id"],
            name=document["name"],
            media_type=document["media_type"],
            bytes=document["bytes"],
            created_at=document["created_at"],
            status=document["status"],
            error=document["error"],
            sha256=document.get("sha256", ""),
            options=document.get("options", {}),
            warnings=tuple(document.get("warnings", ())),
            rows=document.get("rows"),
            columns=tuple(map(Column.of, document.get("columns", ()))),
            document=document,
        )

    @property
    def source(self) -> Document:
        """Source for a job spec that trains on the dataset."""
        return {"type": "uploaded", "id": self.id}

    def _repr_html_(self) -> str:
        summary = self.error or ("" if self.rows is None else f"{self.rows} rows")
        rows = "".join(
            f"<tr><th>{escape(column.name)}</th><td>{escape(column.type)}</td>"
            f"<td>{column.missing}</td><td>{escape(column.values)}</td></tr>"
            for column in self.columns
        )
        header = "<tr><th>column</th><th>type</th><th>missing</th><th>values</th></tr>"
        return (
            f"<div><strong>{escape(self.name)}</strong> {escape(self.status)} {escape(summary)}"
            f"<table>{header}{rows}</table></div>"
        )
