"""JSON Schema (2020-12, the dialect of OpenAPI 3.1) for annotations."""

from __future__ import annotations

from collections.abc import Callable
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin

from trainlet.config import bare, bounds, fields, is_configuration, members

Reference = Callable[[Any], dict[str, Any]]

TYPES = {bool: "boolean", int: "integer", float: "number", str: "string", NoneType: "null"}


def keywords(annotation: Any, reference: Reference) -> dict[str, Any]:
    """Return the keywords of an annotation; `reference` points to a configuration's component."""
    choices = [_alternative(member, reference) for member in members(annotation)]
    schema = dict(choices[0]) if len(choices) == 1 else {"anyOf": choices}
    for bound in bounds(annotation):
        schema |= bound.schema()
    return schema


def _alternative(member: Any, reference: Reference) -> dict[str, Any]:
    if get_origin(member) is Annotated:
        return keywords(member, reference)
    if member in TYPES:
        return {"type": TYPES[member]}
    if get_origin(member) is Literal:
        return {"type": "string", "enum": list(get_args(member))}
    if get_origin(member) is tuple:
        return {"type": "array", "items": keywords(get_args(member)[0], reference)}
    if get_origin(member) is dict:
        return {"type": "object", "additionalProperties": keywords(get_args(member)[1], reference)}
    return reference(member) if is_configuration(bare(member)) else {}


def family_keywords(family: Any, reference: Reference) -> dict[str, Any]:
    """Return the schema of a family: one member by `type`, or its short string form."""
    references = {kind: reference(member) for kind, member in family.kinds.items()}
    objects = {
        "oneOf": list(references.values()),
        "discriminator": {
            "propertyName": "type",
            "mapping": {kind: component["$ref"] for kind, component in references.items()},
        },
    }
    short = [
        kind
        for kind, member in family.kinds.items()
        if not any(field.required for field in fields(member))
    ]
    if not short:
        return objects
    return {"anyOf": [{"type": "string", "enum": short}, objects]}


def query_parameters(cls: Any) -> list[dict[str, Any]]:
    """Document the fields of a query string, for views that parse it without `arguments`."""
    return [
        {
            "in": "query",
            "name": field.name,
            "description": field.description,
            "schema": keywords(field.annotation, lambda _: {}) | {"default": field.default},
        }
        for field in fields(cls)
    ]
