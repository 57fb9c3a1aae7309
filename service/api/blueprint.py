"""Blueprints with strict argument parsing that report every error with its location."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar, get_origin

import flask_smorest
from flask import Request
from marshmallow import Schema
from marshmallow import ValidationError as MarshmallowError
from webargs.flaskparser import FlaskParser

from service.api.schemas.declared import DeclaredField, errors_of
from service.http.bodies import read_document
from service.http.problems import InvalidQueryError, component_of
from trainlet.config import members
from trainlet.errors import FieldError, ValidationError

ENTRIES = "metadata", "columns"
"""Objects whose entries are separate parameters, such as `metadata.team=blue`."""

BOOLEANS = {"true": True, "false": False}

UNPROCESSABLE = {422: component_of(HTTPStatus.UNPROCESSABLE_ENTITY)}
"""flask-smorest names the component after HTTPStatus, whose names depend on the Python version."""

View = TypeVar("View", bound=Callable[..., Any])


class ArgumentsParser(FlaskParser):
    """Parser that reads bodies by `service.http.bodies` and reports every error at once."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        return read_document()

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, Any]:
        values = {
            name: _typed(schema.fields.get(name), name, texts) for name, texts in req.args.lists()
        }
        for entry in ENTRIES:
            names = [name for name in values if name.startswith(f"{entry}.")]
            if names and entry in schema.fields:
                values.setdefault(entry, {name: values.pop(name) for name in names})
        return values

    def handle_error(
        self, error: MarshmallowError, req: Request, schema: Schema, **_: Any
    ) -> NoReturn:
        # webargs prepends the location ("json" or "query") to the path.
        errors = [FieldError(f.path[1:], f.value, f.allowed, f.detail) for f in errors_of(error)]
        raise (InvalidQueryError if "query" in error.messages_dict else ValidationError)(
            errors
        ) from None


def _typed(field: Any, name: str, texts: list[str]) -> Any:
    """Convert a query parameter to its declared JSON type: integer, boolean, list or string.

    A repeated parameter is a list. Raises InvalidQueryError if another parameter is repeated.
    """
    declared = members(field.annotation) if isinstance(field, DeclaredField) else ()
    if any(get_origin(member) is tuple for member in declared):
        return texts
    if len(texts) > 1:
        allowed = "a parameter that occurs once"
        raise InvalidQueryError([FieldError((name,), texts[1], allowed, "must occur only once")])
    text = texts[0]
    if int in declared and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    return BOOLEANS.get(text, text) if bool in declared else text


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A resource: views, their arguments and their documentation."""

    ARGUMENTS_PARSER = ArgumentsParser(unknown=None)  # the schemas reject unknown fields

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[View], View]:
        """Parse arguments with a schema; the instance is created once, not per request."""
        decorator: Callable[[View], Any] = super().arguments(schema(), **options)

        def read_by_schema(view: View) -> View:
            documented: View = decorator(view)
            vars(documented)["_apidoc"]["arguments"]["responses"] = UNPROCESSABLE
            return documented

        return read_by_schema

    @staticmethod
    def problems(*statuses: HTTPStatus) -> Callable[[View], View]:
        """Document the problems that a view can return."""
        document = {str(int(status)): component_of(status) for status in statuses}
        decorator: Callable[[View], View] = flask_smorest.Blueprint.doc(responses=document)
        return decorator
