"""Helpers for the fields of response schemas, which are required by default."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Field

TIME = {"format": "date-time"}
LABEL = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
LABELS = {"anyOf": [*LABEL["anyOf"], {"type": "array", "items": LABEL}]}
"""A label, or for multilabel the list of the labels that are present."""
NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["nan", "inf", "-inf"]}]}
"""A number; nan, inf and -inf are strings because JSON has no such numbers."""
OPTIONAL = {"anyOf": [{"type": "number"}, {"type": "null"}]}
METRIC = {"anyOf": [*NUMBER["anyOf"], {"type": "null"}]}


def described(field: type[Field[Any]], text: str, *arguments: Any, **options: Any) -> Any:
    """Return a required field with a description; `keywords` adds JSON Schema keywords."""
    metadata = {"description": text} | options.pop("keywords", {})
    options = {"required": True} | options
    return field(*arguments, metadata=metadata, **options)


def array(items: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of a list of `items`."""
    return {"type": "array", "items": items}
