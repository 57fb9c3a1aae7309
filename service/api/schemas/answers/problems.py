"""Errors."""

from __future__ import annotations

from marshmallow import Schema
from marshmallow.fields import Integer, List, Nested, Raw, String

from service.api.schemas.answers.fields import told


class FaultAnswer(Schema):
    """One fault of a request."""

    pointer = told(String, "Where in the body, as a JSON pointer.", required=False)
    parameter = told(String, "Which parameter of the query string.", required=False)
    value = told(Raw, "What was seen, shortened.")
    allowed = told(String, "What is allowed.")
    detail = told(String, "What is wrong.")


class Problem(Schema):
    """An error (RFC 9457)."""

    type = told(String, "A URI for this kind of problem.")
    title = told(String, "The kind of problem in words.")
    status = told(Integer, "The HTTP status.")
    detail = told(String, "What is wrong here.")
    instance = told(String, "The path that was asked for.", required=False)
    errors = told(List, "Every fault found.", Nested(FaultAnswer), required=False)
