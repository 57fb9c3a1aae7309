"""Views of the Open Inference Protocol and its error format."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from service.auth.principal import needs
from service.context import context
from service.http import problems
from service.http.bodies import JSON, json_response, produces, read_bytes
from service.inference.oip.columns import read_points
from service.inference.oip.requests import HEADER_LENGTH, read_inference
from service.inference.oip.responses import BINARY, inferred, metadata
from service.inference.predict import find, outputs_of
from trainlet import __version__
from trainlet.errors import TrainletError, ValidationError
from trainlet.keys import redact

ROOT = "/v2"

blueprint = Blueprint("inference", __name__, url_prefix=ROOT)


@blueprint.get("")
@needs()
def server() -> Response:
    """Return server metadata."""
    about = {"name": "trainlet", "version": __version__, "extensions": ["binary_tensor_data"]}
    return json_response(about)


@blueprint.get("/health/live")
@needs()
def live() -> Response:
    """Check liveness."""
    return json_response({"live": True})


@blueprint.get("/health/ready")
@needs()
def ready() -> Response:
    """Check that the blob store can be read."""
    context().store.check()
    return json_response({"ready": True})


@blueprint.get("/models/<name>")
@blueprint.get("/models/<name>/versions/<version>")
@needs("predict", "read")
def model(name: str, version: str | None = None) -> Response:
    """Return the inputs, outputs and versions of a model."""
    ref = find(context(), name, version)
    return metadata(ref, list(context().store.models.versions(name)))


@blueprint.get("/models/<name>/ready")
@blueprint.get("/models/<name>/versions/<version>/ready")
@needs("predict", "read")
def model_ready(name: str, version: str | None = None) -> Response:
    """Check that a model is ready, which loads it."""
    return json_response({"name": find(context(), name, version).name, "ready": True})


@blueprint.post("/models/<name>/infer")
@blueprint.post("/models/<name>/versions/<version>/infer")
@produces(JSON, BINARY)
@needs("predict")
def infer(name: str, version: str | None = None) -> Response:
    """Run inference."""
    ctx = context()
    ref = find(ctx, name, version)
    inference = read_inference(read_bytes(), request.headers.get(HEADER_LENGTH))
    points = read_points(inference.inputs, ref.model.preprocessing, ctx.settings.max_points)
    headers, content = inferred(ref, inference, outputs_of(ref.model, points))
    return Response(content, headers=headers)


@blueprint.errorhandler(TrainletError)
def domain_error(error: TrainletError) -> Response:
    """Return the protocol's error for a domain error; the status of validation errors is 400."""
    status = (
        HTTPStatus.BAD_REQUEST if isinstance(error, ValidationError) else problems.status_of(error)
    )
    return _error(status, str(error))


@blueprint.errorhandler(HTTPException)
def http_error(error: HTTPException) -> Response:
    """Return the protocol's error for an HTTPException."""
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    response = _error(status, error.description or problems.TITLES[status])
    response.headers.update(problems.headers_of(error))
    return response


@blueprint.app_errorhandler(HTTPStatus.NOT_FOUND)
@blueprint.app_errorhandler(HTTPStatus.METHOD_NOT_ALLOWED)
def unrouted(error: HTTPException) -> Response:
    """Return the protocol's error for a path or method below its root that has no route."""
    is_ours = request.path == ROOT or request.path.startswith(f"{ROOT}/")
    return http_error(error) if is_ours else problems.http_error_response(error)


@blueprint.errorhandler(Exception)
def surprise(error: Exception) -> Response:
    """Return the protocol's error for an unexpected exception, and log it."""
    problems.unexpected_error_response(error)
    return _error(HTTPStatus.INTERNAL_SERVER_ERROR, "Unexpected error; see the log of the service.")


def _error(status: HTTPStatus, detail: str) -> Response:
    return json_response({"error": redact(detail)}, status, problems.HEADERS.get(status))
