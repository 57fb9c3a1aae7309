"""Datasets: uploaded files and what was found in them, as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import Any, Self

Document = dict[str, Any]


@dataclass(frozen=True)
class Column:
    """A column: its type, how many rows lack it, the range of numbers, the texts of a category."""

    name: str
    type: str
    missing: int
    minimum: float | None
    maximum: float | None
    categories: tuple[str, ...] | None
    reason: str = field(default="", compare=False)

    @classmethod
    def of(cls, document: Document) -> Self:
        """Read what the service says."""
        texts = document["categories"]
        return cls(
            name=document["name"],
            type=document["type"],
            missing=document["missing"],
            minimum=document["minimum"],
            maximum=document["maximum"],
            categories=None if texts is None else tuple(texts),
            reason=document.get("reason", ""),
        )

    @property
    def values(self) -> str:
        """What values there are, in a few words."""
        if self.categories is not None:
            return ", ".join(self.categories)
        if self.minimum is None or self.maximum is None or self.type != "number":
            return ""
        return f"{self.minimum:g} to {self.maximum:g}"


@dataclass(frozen=True)
class Dataset:
    """An uploaded file; `rows` and `columns` are known once its status is `ready`."""

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
        """Read what the service says."""
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
        """The source of a job's spec that learns from it."""
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
