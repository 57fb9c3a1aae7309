"""Blueprints whose arguments are read strictly and whose faults name every place."""

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
"""Objects whose entries are parameters, such as `metadata.team=blue`."""

BOOLEANS = {"true": True, "false": False}

UNPROCESSABLE = {422: component_of(HTTPStatus.UNPROCESSABLE_ENTITY)}
"""flask-smorest names the component after HTTPStatus, whose names depend on the Python version."""

View = TypeVar("View", bound=Callable[..., Any])


class ArgumentsParser(FlaskParser):
    """Reads bodies by `service.http.bodies` and raises ValidationError with every error."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        return read_document()

    def load_querystring(self, req: Request, schema: Schema) -> dict[str, Any]:
        given = {
            name: _typed(schema.fields.get(name), name, texts) for name, texts in req.args.lists()
        }
        for entry in ENTRIES:
            names = [name for name in given if name.startswith(f"{entry}.")]
            if names and entry in schema.fields:
                given.setdefault(entry, {name: given.pop(name) for name in names})
        return given

    def handle_error(
        self, error: MarshmallowError, req: Request, schema: Schema, **_: Any
    ) -> NoReturn:
        # webargs puts the location above the messages it hands over
        results = [FieldError(f.path[1:], f.value, f.allowed, f.detail) for f in errors_of(error)]
        raise (InvalidQueryError if "query" in error.messages_dict else ValidationError)(
            results
        ) from None


def _typed(field: Any, name: str, texts: list[str]) -> Any:
    """A query parameter as JSON would have it: an integer, true or false where one is declared.

    A list is a parameter that is repeated. Raises InvalidQueryError for any other repeated one.
    """
    declared = members(field.annotation) if isinstance(field, DeclaredField) else ()
    if any(get_origin(member) is tuple for member in declared):
        return texts
    if len(texts) > 1:
        allowed = "a parameter that is given once"
        raise InvalidQueryError([FieldError((name,), texts[1], allowed, "must be given once")])
    text = texts[0]
    if int in declared and re.fullmatch(r"-?\d{1,18}", text, re.ASCII):
        return int(text)
    return BOOLEANS.get(text, text) if bool in declared else text


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """A resource: views, their arguments and their documentation."""

    ARGUMENTS_PARSER = ArgumentsParser(unknown=None)  # the schemas themselves refuse

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[View], View]:
        """Have arguments read by a schema, which is made once and not for every request."""
        decorator: Callable[[View], Any] = super().arguments(schema(), **options)

        def read_by_schema(view: View) -> View:
            documented: View = decorator(view)
            vars(documented)["_apidoc"]["arguments"]["responses"] = UNPROCESSABLE
            return documented

        return read_by_schema

    @staticmethod
    def problems(*statuses: HTTPStatus) -> Callable[[View], View]:
        """Document the problems a view can answer with."""
        document = {str(int(status)): component_of(status) for status in statuses}
        decorator: Callable[[View], View] = flask_smorest.Blueprint.doc(responses=document)
        return decorator
