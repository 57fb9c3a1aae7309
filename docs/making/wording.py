"""JSON Schema as words in table cells."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Schema = dict[str, Any]
Link = Callable[[str], str]

TYPES = {"integer": "integer", "number": "number", "string": "string", "boolean": "boolean"}
LONG_PATTERN = 60


def allowed(schema: Schema, link: Link) -> str:
    """Return the allowed values in words; `link` returns a link to another schema."""
    if "$ref" in schema:
        return link(schema["$ref"].rpartition("/")[2])
    for either in ("anyOf", "oneOf"):
        if either in schema:
            result = dict.fromkeys(allowed(each, link) for each in schema[either])
            return " or ".join(result) + _range(schema)
    if "enum" in schema:
        return ", ".join(f"`{value}`" if value else '`""`' for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    kinds = schema.get("type", "object")
    if isinstance(kinds, str):
        kinds = [kinds]
    return " or ".join(_of_type(kind, schema, link) for kind in kinds)


def _of_type(kind: str, schema: Schema, link: Link) -> str:
    if kind == "array":
        items = schema.get("items") or {}
        return f"list of {allowed(items, link)}" if items else "list"
    if kind == "object":
        values = schema.get("additionalProperties")
        return f"object of {allowed(values, link)}" if isinstance(values, dict) and values else kind
    if kind == "string" and schema.get("format") in ("binary", "date-time"):
        return {"binary": "file", "date-time": "time"}[schema["format"]]
    if kind == "string" and len(schema.get("pattern", "")) in range(1, LONG_PATTERN):
        return f"string matching `{schema['pattern']}`"
    return TYPES.get(kind, kind) + (_range(schema) if kind in ("integer", "number") else "")


def _range(schema: Schema) -> str:
    expected = {
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
    }
    results = [
        phrase.format(f"{schema[name]:g}" if isinstance(schema[name], float) else schema[name])
        for name, phrase in expected.items()
        if name in schema
    ]
    return f" {' '.join(results)}" if results else ""


def table(schema: Schema, link: Link) -> str:
    """Return the fields of an object as a table."""
    required = schema.get("required", ())
    rows = ["| Field | Type | Default | Description |", "|---|---|---|---|"]
    for name, field in schema.get("properties", {}).items():
        default = "required" if name in required and "default" not in field else written(field)
        cells = f"`{name}`", allowed(field, link), default, field.get("description", "")
        rows.append(row(*cells))
    return "\n".join(rows)


def written(field: Schema) -> str:
    """Return a default as JSON, or as a string where the `type` is its only field."""
    if "default" not in field:
        return ""
    value = field["default"]
    if isinstance(value, dict) and list(value) == ["type"]:
        value = value["type"]
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def row(*cells: str) -> str:
    """Return a row of a table."""
    inner = " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells)
    return f"| {inner} |"
