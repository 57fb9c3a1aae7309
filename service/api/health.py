"""Liveness and readiness probes."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from service.api.blueprint import Blueprint
from service.api.schemas import responses
from service.auth.principal import needs
from service.context import context
from service.http.bodies import json_response
from trainlet import __version__
from trainlet.errors import ServiceUnavailableError

blueprint = Blueprint("health", __name__, description="Check liveness and readiness.")


@blueprint.route("/healthz", methods=["GET"])
@blueprint.response(HTTPStatus.OK, responses.Health)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE)
@needs()
def get_health() -> Response:
    """Check liveness.

    Returns 200 while the API process handles requests.
    """
    return json_response({"status": "ok"})


@blueprint.route("/readyz", methods=["GET"])
@blueprint.response(HTTPStatus.OK, responses.Readiness)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.SERVICE_UNAVAILABLE)
@needs()
def get_readiness() -> Response:
    """Check readiness.

    Returns 503 if the blob store cannot be read. The response also reports whether Redis is
    reachable and how many workers are alive.
    """
    ctx = context()
    ctx.store.check()
    try:
        workers: int | None = ctx.queue.workers()
    except ServiceUnavailableError:
        workers = None
    redis = workers is not None
    return json_response(
        {"status": "ok", "redis": redis, "workers": workers, "version": __version__}
    )
