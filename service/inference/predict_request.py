"""Prediction requests of the API: JSON or npy body, JSON or npy response."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

import orjson

from service.http.bodies import JSON
from service.http.npy import NPY, write_npy
from service.inference.points import Points
from service.inference.predict import ModelRef, array_of, points_in, prediction_document
from service.inference.request_kind import Outputs, RequestKind, Response_

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def _read(
    environ: WSGIEnvironment, body: bytes, ref: ModelRef, most: int
) -> tuple[Points, Callable[[Outputs], Response_]]:
    points = points_in(body, environ["CONTENT_TYPE"], ref.model, most)
    response = _as_npy if environ.get("HTTP_ACCEPT") == NPY else _as_json
    return points, partial(response, ref)


def _as_npy(ref: ModelRef, outputs: Outputs) -> Response_:
    return {"Content-Type": NPY}, write_npy(array_of(ref.model, outputs))


def _as_json(ref: ModelRef, outputs: Outputs) -> Response_:
    content = orjson.dumps(prediction_document(ref, outputs), option=orjson.OPT_SERIALIZE_NUMPY)
    return {"Content-Type": JSON}, content


PREDICTION = RequestKind("/v1/models", "predict", frozenset({JSON, NPY}), _read)
