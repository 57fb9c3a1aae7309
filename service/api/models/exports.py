"""Exports: models in the forms that others take."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response
from werkzeug.exceptions import NotImplemented as NotInstalled

from service.api.blueprint import Blueprint
from service.api.models.views import NAMED, NOT_FOUND, NUMBERED
from service.api.schemas import answers
from service.context import context
from service.http.bodies import json_response, produces
from service.http.conditional import by_tag
from trainlet.export import summary, to_standalone

BINARY = "application/octet-stream"
PYTHON = "text/x-python"
FILE = {"type": "string", "format": "binary"}
TEXT = {"type": "string"}

blueprint = Blueprint("exports", __name__, url_prefix="/v1/models", description="Take models out.")


@blueprint.route("/<name>/summary", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, answers.Summary)
@blueprint.problems(*NOT_FOUND)
def newest_summary(name: str) -> Response:
    """Tell the layers of the newest version of a model."""
    return _summary(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/summary", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, answers.Summary)
@blueprint.problems(*NOT_FOUND)
def version_summary(name: str, version: str) -> Response:
    """Tell the layers of a model: shapes, parameters, bytes."""
    return _summary(name, context().store.models.number(name, version))


@blueprint.route("/<name>/onnx", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, FILE, content_type=BINARY)
@blueprint.problems(*NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED)
@produces(BINARY)
def newest_onnx(name: str) -> Response:
    """Download the newest version of a model as an ONNX file."""
    return _onnx(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/onnx", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, FILE, content_type=BINARY)
@blueprint.problems(*NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED)
@produces(BINARY)
def version_onnx(name: str, version: str) -> Response:
    """Download a model as an ONNX file of opset 17.

    The graph takes raw `points` (n, columns) in double, because it contains the preprocessing. It
    returns `outputs` (n, units), `labels` (n,) of a classification, and `values` (n, units) in the
    units of the data where targets were standardized. Columns and labels are in its metadata.
    """
    return _onnx(name, context().store.models.number(name, version))


@blueprint.route("/<name>/standalone.py", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, TEXT, content_type=PYTHON)
@blueprint.problems(*NOT_FOUND)
@produces(PYTHON)
def newest_standalone(name: str) -> Response:
    """Download the newest version of a model as a Python file that needs numpy alone."""
    return _standalone(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/standalone.py", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, TEXT, content_type=PYTHON)
@blueprint.problems(*NOT_FOUND)
@produces(PYTHON)
def version_standalone(name: str, version: str) -> Response:
    """Download a model as a Python file that needs numpy alone.

    Its `predict(points)` takes raw points, `labels(outputs)` tells what they mean.
    """
    return _standalone(name, context().store.models.number(name, version))


def _summary(name: str, version: int) -> Response:
    def make() -> Response:
        model = context().store.models.load(name, version)
        return json_response({"model": {"name": name, "version": version}} | summary(model.network))

    return by_tag(_parts("summary", name, version), make)


def _parts(kind: str, name: str, version: int) -> tuple[str, ...]:
    """What an export depends on."""
    return kind, name, str(version), context().store.models.get(name, version).sha256


def _onnx(name: str, version: int) -> Response:
    try:
        from trainlet.export.onnx_file import to_onnx  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "onnx":
            raise
        message = "the package onnx is not installed in this service: pip install 'trainlet[onnx]'"
        raise NotInstalled(message) from None

    def make() -> Response:
        model = context().store.models.load(name, version)
        return _file(to_onnx(model, name, version), BINARY, f"{name}-{version}.onnx")

    return by_tag(_parts("onnx", name, version), make)


def _standalone(name: str, version: int) -> Response:
    def make() -> Response:
        source = to_standalone(context().store.models.load(name, version), name, version)
        return _file(source, f"{PYTHON}; charset=utf-8", f"{name}-{version}.py")

    return by_tag(_parts("standalone", name, version), make)


def _file(data: str | bytes, content_type: str, file: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(data, content_type=content_type, headers=headers)
