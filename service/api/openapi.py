"""The OpenAPI 3.1 document: flask-smorest, taught about declarations and problem+json."""

from __future__ import annotations

import re
from copy import deepcopy
from http import HTTPStatus
from inspect import getdoc
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema

from service.api.schemas.answers import Problem
from service.api.schemas.declared import ConfigurationSchema, DeclaredField, FamilySchema, schema_of
from service.api.schemas.keywords import family_keywords
from service.auth.principal import needed
from service.http.problems import component_of
from trainlet import __version__
from trainlet.config import Configuration

PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "Not JSON, a key that occurs twice, or not gzip.",
    HTTPStatus.UNAUTHORIZED: "There is no key, or one that is unknown, expired or revoked.",
    HTTPStatus.FORBIDDEN: "The key does not allow it.",
    HTTPStatus.NOT_FOUND: "No such thing.",
    HTTPStatus.NOT_ACCEPTABLE: "The Accept header leaves nothing to answer with.",
    HTTPStatus.CONFLICT: "The present state does not allow it.",
    HTTPStatus.LENGTH_REQUIRED: "The Content-Length is missing.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "More than a limit allows; the answer states it.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The Content-Type or Content-Encoding is not supported.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Wrong, with a pointer or parameter for every fault.",
    HTTPStatus.TOO_MANY_REQUESTS: "The queue is full, or too much is asked; Retry-After tells.",
    HTTPStatus.NOT_IMPLEMENTED: "An extra package is not installed.",
    HTTPStatus.INSUFFICIENT_STORAGE: "There is no room to store what was asked for.",
    HTTPStatus.SERVICE_UNAVAILABLE: "Something is away or busy; ask again soon.",
}

DESCRIPTION = """\
Train small neural networks over HTTP and let them predict.

POST a job, follow it by its `Location`, and ask its model for predictions. A string is short for
`{"type": that string}` wherever an object with only defaults is meant. Unknown fields are errors.

JSON is read strictly: a key that occurs twice in an object is an error with its location. Every
request body may be sent with `Content-Encoding: gzip`; size limits count the decoded bytes.
"""


class Converter(OpenAPIConverter):
    """Writes the components of derived schemas."""

    def schema2jsonschema(self, schema: Schema) -> dict[str, Any]:
        if isinstance(schema, FamilySchema):
            return self._family(schema.family)
        untyped: Any = super()
        written: dict[str, Any] = untyped.schema2jsonschema(schema)
        if isinstance(schema, ConfigurationSchema):
            written |= {
                "additionalProperties": False,
                "description": _summary(schema.configuration),
            }
            if hasattr(schema.configuration, "kind"):
                kind = {"type": {"type": "string", "const": schema.configuration.kind}}
                written["properties"] = kind | written["properties"]
                written["required"] = ["type", *written.get("required", [])]
        return written

    def _family(self, family: type[Configuration]) -> dict[str, Any]:
        untyped: Any = self
        members = family_keywords(family, lambda cls: untyped.resolve_nested_schema(schema_of(cls)))
        return members | {"description": _summary(family)}


def _summary(cls: type) -> str:
    """The first paragraph of a docstring; what follows is for readers of the code."""
    return (getdoc(cls) or "").split("\n\n")[0]


class Plugin(MarshmallowPlugin):
    """apispec's marshmallow plugin with our converter."""

    Converter = Converter


def declared_keywords(self: Any, field: Any, **_: Any) -> dict[str, Any]:
    """What a derived field allows; bound to the converter by apispec."""
    if not isinstance(field, DeclaredField):
        return {}
    return field.openapi(self.resolve_nested_schema)


class Document(Api):  # type: ignore[misc]
    """The document of the whole API; problems answer as problem+json, by our own handlers."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        app.config |= {"API_TITLE": "trainlet", "API_VERSION": __version__}
        app.config |= {"OPENAPI_VERSION": "3.1.0"}
        info = {"description": DESCRIPTION}
        super().__init__(app, spec_kwargs={"marshmallow_plugin": Plugin(), "info": info})
        self.ma_plugin.converter.add_attribute_function(declared_keywords)

    def _register_error_handlers(self) -> None:
        """Nothing to register: `service.http.problems` answers all errors."""

    def _register_pagination_header(self) -> None:
        """Nothing to register: lists carry their cursor in the body."""

    def _register_responses(self) -> None:
        for status, description in PROBLEMS.items():
            content = {"application/problem+json": {"schema": self.ERROR_SCHEMA}}
            response: dict[str, Any] = {"description": description, "content": content}
            if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
                response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
            self.spec.components.response(component_of(status), response, lazy=True)


def with_authentication(document: dict[str, Any], app: Flask) -> dict[str, Any]:
    """The document of a service that demands keys: which ones a call takes, and how others fare."""
    refused = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
    document = deepcopy(document)
    payload = {str(int(s)): {"$ref": f"#/components/responses/{component_of(s)}"} for s in refused}
    responses = document["components"]["responses"]
    for status in refused:
        # Of those that no view has said, nothing is written down yet.
        responses.setdefault(
            component_of(status), responses["NOT_FOUND"] | {"description": PROBLEMS[status]}
        )
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", rule.rule)
        for method in rule.methods or ():
            operation = document["paths"].get(path, {}).get(method.lower())
            scopes = needed(app.view_functions[rule.endpoint], method)
            if operation is not None and scopes:
                operation["security"] = [{"key": [scope]} for scope in scopes]
                operation["responses"] |= payload
    return document
