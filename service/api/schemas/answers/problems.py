"""Errors."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import described


class FieldErrorSchema(Schema):
    """One fault of a request."""

    pointer = described(String, "Where in the body, as a JSON pointer.", required=False)
    parameter = described(String, "Which parameter of the query string.", required=False)
    value = described(Raw, "What was seen, shortened.")
    allowed = described(String, "What is allowed.")
    detail = described(String, "What is wrong.")


class Problem(Schema):
    """An error (RFC 9457)."""

    type = described(String, "A URI for this kind of problem.")
    title = described(String, "The kind of problem in words.")
    status = described(Integer, "The HTTP status.")
    detail = described(String, "What is wrong here.")
    instance = described(String, "The path that was asked for.", required=False)
    errors = described(List, "Every fault found.", Nested(FieldErrorSchema), required=False)
