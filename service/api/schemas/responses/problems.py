"""Response schemas for errors."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Integer, List, Nested, Raw, String

from service.api.schemas.responses.fields import described


class FieldErrorSchema(Schema):
    """A validation error of one field."""

    pointer = described(
        String, "JSON Pointer to the field in the body; omitted for parameters.", required=False
    )
    parameter = described(
        String, "Name of the query parameter or header; omitted for bodies.", required=False
    )
    value = described(Raw, "Received value, shortened.")
    allowed = described(String, "Allowed values.")
    detail = described(
        String, "Completion of the sentence “*field* …”, such as “must be at least 1”."
    )


class Problem(Schema):
    """An error (RFC 9457)."""

    type = described(String, "URI of the problem type.")
    title = described(String, "Title of the problem type.")
    status = described(Integer, "HTTP status code.")
    detail = described(String, "Explanation of this error.")
    instance = described(String, "Path of the request.", required=False)
    errors = described(List, "All validation errors.", Nested(FieldErrorSchema), required=False)
