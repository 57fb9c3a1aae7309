"""Ready-made job specs."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from http import HTTPStatus

import orjson
from flask import Response

from service.api.blueprint import Blueprint
from service.api.schemas import responses
from service.http.bodies import JSON
from service.http.static_files import StaticFile
from trainlet import presets

blueprint = Blueprint(
    "presets", __name__, url_prefix="/v1/presets", description="List ready-made job specs."
)


@blueprint.route("", methods=["GET"])
@blueprint.response(HTTPStatus.OK, responses.PresetPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE)
def list_presets() -> Response:
    """List presets.

    Each preset is a job spec that you can submit unchanged, with the metric value that it
    must reach.
    """
    return _all().response()


@cache
def _all() -> StaticFile:
    documents = [asdict(presets.load(name)) for name in presets.names()]
    return StaticFile(
        orjson.dumps({"data": documents, "next": None}), JSON, {"Cache-Control": "no-cache"}
    )
