"""Presets: specs that are known to work, for whoever wants to begin with one."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from http import HTTPStatus
from typing import Any

from flask import Response

from service.blueprint import Blueprint
from service.bodies import answer
from service.schemas import answers
from trainlet import presets

blueprint = Blueprint(
    "presets", __name__, url_prefix="/v1/presets", description="Specs to begin with."
)


@blueprint.route("", methods=["GET"])
@blueprint.response(HTTPStatus.OK, answers.PresetPage)
@blueprint.problems(HTTPStatus.NOT_ACCEPTABLE)
def all_presets() -> Response:
    """List the presets: each is a spec that can be submitted as it is, and what it must reach."""
    return answer({"data": _documents(), "next": None})


@cache
def _documents() -> list[dict[str, Any]]:
    return [asdict(presets.load(name)) for name in presets.names()]
