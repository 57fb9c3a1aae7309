"""Inference requests of the Open Inference Protocol, with JSON or binary tensors."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from service.http.bodies import JSON
from service.inference.oip.columns import read_points
from service.inference.oip.requests import HEADER_LENGTH, read_inference
from service.inference.oip.responses import BINARY, inferred
from service.inference.points import Points
from service.inference.predict import ModelRef
from service.inference.request_kind import Outputs, RequestKind, Response_

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LENGTH_KEY = f"HTTP_{HEADER_LENGTH.upper().replace('-', '_')}"


def _read(
    environ: WSGIEnvironment, body: bytes, ref: ModelRef, most: int
) -> tuple[Points, Callable[[Outputs], Response_]]:
    inference = read_inference(body, environ.get(LENGTH_KEY))
    points = read_points(inference.inputs, ref.model.preprocessing, most)
    return points, partial(inferred, ref, inference)


# Clients of the protocol may omit the Content-Type.
INFERENCE = RequestKind("/v2/models", "infer", frozenset({None, "", JSON, BINARY}), _read)
