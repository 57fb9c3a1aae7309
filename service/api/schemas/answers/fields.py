"""The fields of answers: told to people, and always there unless said otherwise."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Field

TIME = {"format": "date-time"}
LABEL = {"anyOf": [{"type": "string"}, {"type": "number"}, {"type": "boolean"}]}
LABELS = {"anyOf": [*LABEL["anyOf"], {"type": "array", "items": LABEL}]}
"""Of multilabel, the list of those that are present."""
NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["nan", "inf", "-inf"]}]}
"""What JSON cannot write as a number comes as a string."""
OPTIONAL = {"anyOf": [{"type": "number"}, {"type": "null"}]}
METRIC = {"anyOf": [*NUMBER["anyOf"], {"type": "null"}]}


def described(field: type[Field[Any]], text: str, *arguments: Any, **options: Any) -> Any:
    """Make a field that every answer has; `keywords` of JSON Schema may be added."""
    metadata = {"description": text} | options.pop("keywords", {})
    options = {"required": True} | options
    return field(*arguments, metadata=metadata, **options)


def array(items: dict[str, Any]) -> dict[str, Any]:
    """Write a list of `items` in JSON Schema."""
    return {"type": "array", "items": items}
