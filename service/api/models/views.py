"""Endpoints for model versions, aliases and weights."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from http import HTTPStatus

import orjson
from flask import Response

from service.api import examples
from service.api.blueprint import Blueprint
from service.api.models.documents import model_document, model_summary
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import AliasTarget, ModelsQuery, PageQuery
from service.context import context
from service.http.bodies import json_response, produces
from service.http.conditional import by_tag
from trainlet.store import ALIAS, ModelPage, ModelRecord

BINARY = "application/octet-stream"
NAMED = [
    {
        "in": "path",
        "name": "name",
        "description": "Name of a model; its newest version is used.",
        "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
    }
]
NUMBERED = [
    *NAMED,
    {
        "in": "path",
        "name": "version",
        "description": "Version of the model, or an alias.",
        "schema": {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]},
    },
]
ALIASED = [
    *NAMED,
    {
        "in": "path",
        "name": "alias",
        "description": "Alias of a version.",
        "schema": {"type": "string", "pattern": f"^{ALIAS}$"},
    },
]
NOT_FOUND = (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)
BAD_BODY = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.LENGTH_REQUIRED,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)

logger = logging.getLogger(__name__)

blueprint = Blueprint(
    "models",
    __name__,
    url_prefix="/v1/models",
    description="List, download and delete trained models, and set aliases.",
)


@blueprint.route("", methods=["GET"])
@blueprint.arguments(schema_of(ModelsQuery), location="query")
@blueprint.response(HTTPStatus.OK, responses.ModelPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNPROCESSABLE_ENTITY)
def list_models(query: ModelsQuery) -> Response:
    """List models.

    Returns the newest version of each model, without specs.
    """

    def matches(model: ModelRecord) -> bool:
        return model.name.startswith(query.name) and query.task in ("", model.task)

    return _page(context().store.models.list(query.limit, query.cursor or None, matches))


@blueprint.route("/<name>/versions", methods=["GET"], parameters=NAMED)
@blueprint.arguments(schema_of(PageQuery), location="query")
@blueprint.response(HTTPStatus.OK, responses.ModelPage)
@blueprint.problems(*NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
def list_model_versions(query: PageQuery, name: str) -> Response:
    """List versions of a model.

    Returns the newest versions first, without specs.
    """
    return _page(context().store.models.list_versions(name, query.limit, query.cursor or None))


@blueprint.route("/<name>", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, responses.Model)
@blueprint.problems(*NOT_FOUND)
def get_model(name: str) -> Response:
    """Get a model.

    Returns the newest version.
    """
    return json_response(model_document(context().store.models.get(name)))


@blueprint.route("/<name>/versions/<version>", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, responses.Model)
@blueprint.problems(*NOT_FOUND)
def get_model_version(name: str, version: str) -> Response:
    """Get a model version.

    `version` is a number or an alias.
    """
    models = context().store.models
    return json_response(model_document(models.get(name, models.number(name, version))))


@blueprint.route("/<name>", methods=["DELETE"], parameters=NAMED)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(*NOT_FOUND, HTTPStatus.CONFLICT)
def delete_model(name: str) -> Response:
    """Delete a model.

    Deletes all ready versions. Version numbers are not reused.
    """
    context().store.models.delete_all(name)
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.route("/<name>/versions/<version>", methods=["DELETE"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(*NOT_FOUND, HTTPStatus.CONFLICT)
def delete_model_version(name: str, version: str) -> Response:
    """Delete a model version.

    Returns 409 if an alias points to it. Predictions in progress finish.
    """
    models = context().store.models
    models.delete(name, models.number(name, version))
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.route("/<name>/aliases/<alias>", methods=["PUT"], parameters=ALIASED)
@blueprint.arguments(schema_of(AliasTarget), examples=examples.POINTING)
@blueprint.response(HTTPStatus.OK, responses.Alias)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
def set_alias(pointing: AliasTarget, name: str, alias: str) -> Response:
    """Set an alias.

    Points the alias to a version. An alias is valid in place of a version number.
    """
    context().store.models.point(name, alias, pointing.version)
    return json_response({"name": name, "alias": alias, "version": pointing.version})


@blueprint.route("/<name>/aliases/<alias>", methods=["DELETE"], parameters=ALIASED)
@blueprint.response(HTTPStatus.NO_CONTENT)
@blueprint.problems(*NOT_FOUND)
def delete_alias(name: str, alias: str) -> Response:
    """Delete an alias.

    The version remains.
    """
    aliases = context().store.models.aliases
    aliases.version(name, alias)
    aliases.point(name, alias, None)
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.route("/<name>/weights", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, {"type": "string", "format": "binary"}, content_type=BINARY)
@blueprint.problems(*NOT_FOUND)
@produces(BINARY)
def download_weights(name: str) -> Response:
    """Download weights.

    Returns the newest version as a safetensors file.
    """
    return _file(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/weights", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, {"type": "string", "format": "binary"}, content_type=BINARY)
@blueprint.problems(*NOT_FOUND)
@produces(BINARY)
def download_version_weights(name: str, version: str) -> Response:
    """Download a version's weights.

    Returns a safetensors file. Its arrays are `0.weight` (inputs × units), `0.bias` and so on. Its
    metadata contains spec, preprocessing, history and provenance as JSON.
    """
    return _file(name, context().store.models.number(name, version))


def _page(page: ModelPage) -> Response:
    models, following = page
    return json_response({"data": list(_summaries(models)), "next": following})


def _summaries(models: Iterable[ModelRecord]) -> Iterator[orjson.Fragment]:
    """Yield the models that can be serialized; skip others so that the list remains available."""
    for model in models:
        try:
            yield orjson.Fragment(orjson.dumps(model_summary(model)))
        except TypeError as error:
            logger.warning("skipped model name=%s version=%d: %s", model.name, model.version, error)


def _file(name: str, version: int) -> Response:
    models = context().store.models
    headers = {"Content-Disposition": f'attachment; filename="{name}-{version}.safetensors"'}

    def make() -> Response:
        return Response(models.weights(name, version), content_type=BINARY, headers=headers)

    return by_tag(("weights", models.get(name, version).sha256), make, ranges=True)
