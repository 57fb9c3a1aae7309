"""What answers look like. Views write them by hand; these schemas document them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema
from marshmallow.fields import Boolean, Dict, Field, Integer, List, Nested, Raw, String

from service.schemas.declared import schema_of
from trainlet.spec import JobSpec

NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "enum": ["nan", "inf", "-inf"]}]}
"""A number; what JSON cannot write comes as a string."""


def described(field: type[Field[Any]], text: str, **options: Any) -> Field[Any]:
    """A field that is always there, with a sentence."""
    required = options.pop("required", True)
    keywords = options.pop("keywords", {})
    return field(required=required, metadata={"description": text} | keywords, **options)


class FaultAnswer(Schema):
    """One fault of a request."""

    pointer = String(metadata={"description": "Where in the body, as a JSON pointer."})
    parameter = String(metadata={"description": "Which parameter of the query string."})
    value = Raw(required=True, metadata={"description": "What was seen, shortened."})
    allowed = described(String, "What is allowed.")
    detail = described(String, "What is wrong.")


class Problem(Schema):
    """An error (RFC 9457)."""

    type = described(String, "What kind of problem it is.")
    title = described(String, "The same in words.")
    status = described(Integer, "The HTTP status.")
    detail = described(String, "What is wrong with this request.")
    instance = String(metadata={"description": "The path that was asked for."})
    errors = List(Nested(FaultAnswer), metadata={"description": "Every fault found."})
