"""Models: what was trained, and its weights."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from service.blueprint import Blueprint
from service.bodies import answer, produces
from service.context import context
from service.documents import model_document, model_summary
from service.schemas import answers
from service.schemas.declared import schema_of
from service.schemas.queries import PageQuery

BINARY = "application/octet-stream"
NAMED = [
    {
        "in": "path",
        "name": "name",
        "description": "The name of a model; its newest version answers.",
        "schema": {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
    }
]
NUMBERED = [
    *NAMED,
    {
        "in": "path",
        "name": "version",
        "description": "One of its versions.",
        "schema": {"type": "integer", "minimum": 1},
    },
]
NO_SUCH = (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_ACCEPTABLE)

blueprint = Blueprint("models", __name__, url_prefix="/v1/models", description="Trained models.")


@blueprint.route("", methods=["GET"])
@blueprint.arguments(schema_of(PageQuery), location="query")
@blueprint.response(HTTPStatus.OK, answers.ModelPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNPROCESSABLE_ENTITY)
def models(query: PageQuery) -> Response:
    """List the newest version of each model, without specs."""
    found, following = context().store.models.list(query.limit, query.cursor or None)
    return answer({"data": [model_summary(model) for model in found], "next": following})


@blueprint.route("/<name>", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, answers.Model)
@blueprint.problems(*NO_SUCH)
def show_newest(name: str) -> Response:
    """Show the newest version of a model."""
    return answer(model_document(context().store.models.get(name)))


@blueprint.route("/<name>/versions/<int:version>", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, answers.Model)
@blueprint.problems(*NO_SUCH)
def show(name: str, version: int) -> Response:
    """Show a version of a model."""
    return answer(model_document(context().store.models.get(name, version)))


@blueprint.route("/<name>/weights", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, {"type": "string", "format": "binary"}, content_type=BINARY)
@blueprint.problems(*NO_SUCH)
@produces(BINARY)
def newest_weights(name: str) -> Response:
    """Download the newest version of a model as a safetensors file."""
    return _file(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<int:version>/weights", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, {"type": "string", "format": "binary"}, content_type=BINARY)
@blueprint.problems(*NO_SUCH)
@produces(BINARY)
def weights(name: str, version: int) -> Response:
    """Download a version of a model as a safetensors file.

    Its arrays are `0.weight` (inputs × units), `0.bias` and so on; its metadata holds spec,
    preparation, history and provenance as JSON.
    """
    return _file(name, version)


def _file(name: str, version: int) -> Response:
    data = context().store.models.weights(name, version)
    file = f'attachment; filename="{name}-{version}.safetensors"'
    return Response(data, content_type=BINARY, headers={"Content-Disposition": file})
