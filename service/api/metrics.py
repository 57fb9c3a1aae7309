"""Endpoint that Prometheus scrapes."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, request
from prometheus_client.exposition import choose_encoder

from service.api.blueprint import Blueprint
from service.auth.principal import needs
from service.context import context
from service.http.bodies import produces

TEXT, OPEN_METRICS = "text/plain", "application/openmetrics-text"

blueprint = Blueprint("metrics", __name__, description="Scrape metrics with Prometheus.")


@blueprint.route("/metrics", methods=["GET"])
@blueprint.response(HTTPStatus.OK, {"type": "string"}, content_type=TEXT)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE)
@produces(TEXT, OPEN_METRICS)
@needs("read")
def get_metrics() -> Response:
    """Get Prometheus metrics.

    Returns Prometheus' text format, or OpenMetrics if the `Accept` header prefers it.
    """
    encode, content_type = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(context().metrics_collector.registry), content_type=content_type)
