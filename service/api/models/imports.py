"""Endpoint to import models that were trained elsewhere, with strict validation."""

from __future__ import annotations

from http import HTTPStatus

import orjson
from flask import Response

from service.api.blueprint import Blueprint
from service.api.models.documents import model_document
from service.api.models.views import BAD_BODY
from service.api.paths import model_path
from service.api.schemas import responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import ImportQuery
from service.context import context
from service.http.bodies import json_response, read_bytes
from trainlet.config import to_json
from trainlet.errors import CorruptFileError, FieldError, ValidationError
from trainlet.store import Model, read_foreign_model

BINARY = "application/octet-stream"
FILE = {"schema": {"type": "string", "format": "binary"}}
BODY = {"required": True, "content": {BINARY: FILE}}
CREATED = {"Location": {"description": "Path of the model version.", "schema": {"type": "string"}}}

blueprint = Blueprint(
    "imports", __name__, url_prefix="/v1/models", description="Import trained models."
)


@blueprint.route("", methods=["POST"])
@blueprint.arguments(schema_of(ImportQuery), location="query")
@blueprint.doc(requestBody=BODY)
@blueprint.response(HTTPStatus.CREATED, responses.Model, headers=CREATED)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, *BAD_BODY)
def import_model(query: ImportQuery) -> Response:
    """Import a model.

    Creates the next version of `name`. The body is a safetensors file: either a download from
    `…/weights`, or a PyTorch state dict with the architecture in its metadata.
    """
    ctx = context()
    ctx.principal.view.require(query.name)
    model = _read(read_bytes(BINARY))
    version = ctx.store.models.add(query.name, model)
    document = model_document(ctx.store.models.get(query.name, version))
    headers = {"Location": model_path(query.name, version)}
    return json_response(document, HTTPStatus.CREATED, headers)


def _read(data: bytes) -> Model:
    """Parse and validate an imported file.

    Raises ValidationError for an invalid file, and TooLargeError.
    """
    allowed = "a safetensors file of a model, or of a state dict with its architecture"
    try:
        model = read_foreign_model(data, context().limits)
        # Reject documents that JSON cannot represent: nested too deeply, or with too large
        # integers.
        orjson.dumps([to_json(model.preprocessing), to_json(model.spec), model.provenance])
    except (CorruptFileError, TypeError) as error:
        raise ValidationError([FieldError((), f"{len(data)} bytes", allowed, str(error))]) from None
    return model
