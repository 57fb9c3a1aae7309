"""Endpoints to download models as ONNX or standalone Python, and to summarize layers."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response
from werkzeug.exceptions import NotImplemented as NotInstalled

from service.api.blueprint import Blueprint
from service.api.models.views import NAMED, NOT_FOUND, NUMBERED
from service.api.schemas import responses
from service.context import context
from service.http.bodies import json_response, produces
from service.http.conditional import by_tag
from trainlet.export import summary, to_standalone

BINARY = "application/octet-stream"
PYTHON = "text/x-python"
FILE = {"type": "string", "format": "binary"}
TEXT = {"type": "string"}

blueprint = Blueprint(
    "exports",
    __name__,
    url_prefix="/v1/models",
    description="Download models as ONNX or Python, and list their layers.",
)


@blueprint.route("/<name>/summary", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, responses.Summary)
@blueprint.problems(*NOT_FOUND)
def get_summary(name: str) -> Response:
    """Get a layer summary.

    Uses the newest version. Contains shapes, parameters and bytes.
    """
    return _summary(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/summary", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, responses.Summary)
@blueprint.problems(*NOT_FOUND)
def get_version_summary(name: str, version: str) -> Response:
    """Get a version's layer summary.

    Contains shapes, parameters and bytes.
    """
    return _summary(name, context().store.models.number(name, version))


@blueprint.route("/<name>/onnx", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, FILE, content_type=BINARY)
@blueprint.problems(*NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED)
@produces(BINARY)
def download_onnx(name: str) -> Response:
    """Download an ONNX file.

    Uses the newest version.
    """
    return _onnx(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/onnx", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, FILE, content_type=BINARY)
@blueprint.problems(*NOT_FOUND, HTTPStatus.NOT_IMPLEMENTED)
@produces(BINARY)
def download_version_onnx(name: str, version: str) -> Response:
    """Download a version's ONNX file.

    Opset 17. The graph takes raw `points` (n, columns) in double, because it contains the
    preprocessing. It returns `outputs` (n, units), `labels` (n,) for classification, and `values`
    (n, units) in the units of the data if targets were standardized. Its metadata contains columns
    and labels.
    """
    return _onnx(name, context().store.models.number(name, version))


@blueprint.route("/<name>/standalone.py", methods=["GET"], parameters=NAMED)
@blueprint.response(HTTPStatus.OK, TEXT, content_type=PYTHON)
@blueprint.problems(*NOT_FOUND)
@produces(PYTHON)
def download_standalone(name: str) -> Response:
    """Download a Python file.

    Uses the newest version. The file requires only NumPy.
    """
    return _standalone(name, context().store.models.newest(name))


@blueprint.route("/<name>/versions/<version>/standalone.py", methods=["GET"], parameters=NUMBERED)
@blueprint.response(HTTPStatus.OK, TEXT, content_type=PYTHON)
@blueprint.problems(*NOT_FOUND)
@produces(PYTHON)
def download_version_standalone(name: str, version: str) -> Response:
    """Download a version's Python file.

    The file requires only NumPy. Its `predict(points)` takes raw points; `labels(outputs)` returns
    labels.
    """
    return _standalone(name, context().store.models.number(name, version))


def _summary(name: str, version: int) -> Response:
    def make() -> Response:
        model = context().store.models.load(name, version)
        return json_response({"model": {"name": name, "version": version}} | summary(model.network))

    return by_tag(_parts("summary", name, version), make)


def _parts(kind: str, name: str, version: int) -> tuple[str, ...]:
    """Return the cache key of an export."""
    return kind, name, str(version), context().store.models.get(name, version).sha256


def _onnx(name: str, version: int) -> Response:
    try:
        from trainlet.export.onnx_file import to_onnx  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "onnx":
            raise
        message = "The package onnx is not installed; run: pip install 'trainlet[onnx]'"
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
