"""OpenAPI 3.1 document, with schemas derived from configurations and problem+json errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from inspect import getdoc
from pathlib import Path
from typing import Any

import orjson
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Flask
from flask_smorest import Api
from marshmallow import Schema
from werkzeug.routing import Rule

from service.api.schemas.declared import ConfigurationSchema, DeclaredField, FamilySchema, schema_of
from service.api.schemas.keywords import family_keywords
from service.api.schemas.responses import Problem
from service.auth.principal import needed
from service.http.bodies import JSON
from service.http.problems import TITLES, component_of
from trainlet import __version__
from trainlet.config import Configuration

PROBLEMS = {
    HTTPStatus.BAD_REQUEST: "Malformed JSON, a duplicate key, or an invalid gzip body.",
    HTTPStatus.UNAUTHORIZED: "The API key is missing, unknown, expired or revoked.",
    HTTPStatus.FORBIDDEN: "The API key lacks the required scope.",
    HTTPStatus.NOT_FOUND: "The resource does not exist.",
    HTTPStatus.NOT_ACCEPTABLE: "No available media type matches the Accept header.",
    HTTPStatus.CONFLICT: "The current state of the resource does not allow the operation.",
    HTTPStatus.LENGTH_REQUIRED: "The Content-Length header is missing.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "The request exceeds a size limit; `detail` names the limit."
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The Content-Type or Content-Encoding is not supported.",
    HTTPStatus.UNPROCESSABLE_ENTITY: (
        "Validation failed; `errors` lists every error with its location."
    ),
    HTTPStatus.TOO_MANY_REQUESTS: (
        "The queue is full or a rate limit is exceeded; retry after `Retry-After` seconds."
    ),
    HTTPStatus.NOT_IMPLEMENTED: "An optional package is not installed.",
    HTTPStatus.INSUFFICIENT_STORAGE: "The blob store has no free space.",
    HTTPStatus.SERVICE_UNAVAILABLE: (
        "A dependency is unavailable or busy; retry after `Retry-After` seconds."
    ),
}

PROBLEM = "application/problem+json"

FIELD_ERROR = {
    "pointer": "#/training/epochs",
    "value": 0,
    "allowed": "an integer from 1 to 1000000",
    "detail": "must be an integer from 1 to 1000000",
}

RESPONSES: dict[str, dict[str, Any]] = orjson.loads(
    Path(__file__).with_name("responses.json").read_bytes()
)
"""Recorded JSON responses: operation id → status → example. Versions share those of models."""

DESCRIPTION = """\
Train small neural networks over HTTP and use them for predictions.

POST a job, poll the URL in its `Location` header, and send points to its model. A string is short
for `{"type": "…"}` if all other fields have defaults. Omitted fields use their defaults; unknown
fields are errors.

A duplicate key in a JSON object is an error with its location. Request bodies may have
`Content-Encoding: gzip`; size limits apply to the decoded bytes.
"""


class Converter(OpenAPIConverter):
    """Converter that writes the components of derived schemas."""

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
    """Return the first paragraph of a docstring; later paragraphs are for readers of the code."""
    return (getdoc(cls) or "").split("\n\n")[0]


class Plugin(MarshmallowPlugin):
    """apispec's marshmallow plugin with the project's converter."""

    Converter = Converter


def declared_keywords(self: Any, field: Any, **_: Any) -> dict[str, Any]:
    """Return the JSON Schema keywords of a derived field; apispec binds it to the converter."""
    if not isinstance(field, DeclaredField):
        return {}
    return field.openapi(self.resolve_nested_schema)


class Document(Api):  # type: ignore[misc]
    """OpenAPI document of the whole API; `service.http.problems` formats all errors."""

    ERROR_SCHEMA = Problem
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask) -> None:
        app.config |= {"API_TITLE": "trainlet", "API_VERSION": __version__}
        app.config |= {"OPENAPI_VERSION": "3.1.0"}
        info = {"description": DESCRIPTION}
        super().__init__(app, spec_kwargs={"marshmallow_plugin": Plugin(), "info": info})
        self.ma_plugin.converter.add_attribute_function(declared_keywords)

    def _register_error_handlers(self) -> None:
        """Register nothing: `service.http.problems` handles all errors."""

    def _register_pagination_header(self) -> None:
        """Register nothing: lists return their cursor in the body."""

    def _register_responses(self) -> None:
        for status in PROBLEMS:
            response = _problem_response(status, {"schema": self.ERROR_SCHEMA})
            if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
                response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
            self.spec.components.response(component_of(status), response, lazy=True)


def _problem_response(status: HTTPStatus, media_type: dict[str, Any]) -> dict[str, Any]:
    """Return the response component of a status, with an example."""
    example = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": int(status),
        "detail": PROBLEMS[status],
        "instance": "/v1/jobs",
    }
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:
        example |= {"detail": "The request has 1 error.", "errors": [FIELD_ERROR]}
    content = {PROBLEM: media_type | {"example": example}}
    return {"description": PROBLEMS[status], "content": content}


def complete(document: dict[str, Any], app: Flask) -> dict[str, Any]:
    """Return the document with operation ids, summaries without a period, and examples.

    The id is the name of the view function. One that serves a model and its versions has two
    operations: `explain_model` and `explain_model_version`.
    """
    document = deepcopy(document)
    for operation, rule, _ in operations(document, app):
        name = app.view_functions[rule.endpoint].__name__
        is_version = "version" in rule.arguments and "version" not in name
        operation["operationId"] = f"{name}_version" if is_version else name
        operation["summary"] = operation["summary"].removesuffix(".")
        _add_examples(operation)
    return document


def _add_examples(operation: dict[str, Any]) -> None:
    name = operation["operationId"]
    examples = RESPONSES.get(name) or RESPONSES.get(name.removesuffix("_version"), {})
    for status, example in examples.items():
        operation["responses"][status]["content"][JSON]["example"] = example


def operations(document: dict[str, Any], app: Flask) -> Iterator[tuple[dict[str, Any], Rule, str]]:
    """Yield each operation with the rule and the method that it documents."""
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<(?:[^:<>]*:)?(\w+)>", r"{\1}", rule.rule)
        for method in rule.methods or ():
            operation = document["paths"].get(path, {}).get(method.lower())
            if operation is not None:
                yield operation, rule, method


def with_authentication(document: dict[str, Any], app: Flask) -> dict[str, Any]:
    """Return the document of a service that requires API keys, with each operation's scopes."""
    refused = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS)
    document = deepcopy(document)
    references = {
        str(int(status)): {"$ref": f"#/components/responses/{component_of(status)}"}
        for status in refused
    }
    responses = document["components"]["responses"]
    # Responses that no view declares are not components yet.
    schema = responses["NOT_FOUND"]["content"][PROBLEM]["schema"]
    for status in refused:
        responses.setdefault(component_of(status), _problem_response(status, {"schema": schema}))
    document["components"]["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for operation, rule, method in operations(document, app):
        scopes = needed(app.view_functions[rule.endpoint], method)
        if scopes:
            operation["security"] = [{"key": [scope]} for scope in scopes]
            operation["responses"] |= references
    return document
