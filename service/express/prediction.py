"""Predictions as the API asks for them: JSON or npy in, one of both out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson
from numpy.typing import NDArray

from service.bodies import JSON
from service.express.question import ANYTHING, Answer, Kind
from service.models.points import Points
from service.models.predicting import Asked, points_in, told
from service.npy import NPY, write_npy

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


@dataclass(frozen=True)
class Prediction:
    """Points, and the media type that is answered."""

    points: Points
    media_type: str

    @classmethod
    def read(cls, environ: WSGIEnvironment, body: bytes, asked: Asked, most: int) -> Prediction:
        """Read a body. Raises 400, Invalid and TooLarge."""
        points = points_in(body, environ["CONTENT_TYPE"], asked.model, most)
        return cls(points, NPY if environ.get("HTTP_ACCEPT") == NPY else JSON)

    def answer(self, asked: Asked, outputs: NDArray[Any]) -> Answer:
        """Answer outputs, and what they mean."""
        headers = {"Content-Type": self.media_type}
        if self.media_type == NPY:
            return headers, write_npy(outputs)
        return headers, orjson.dumps(told(asked, outputs), option=orjson.OPT_SERIALIZE_NUMPY)


PREDICTION = Kind(
    re.compile(r"/v1/models/([\w.-]+)(?:/versions/([\w.-]+))?/predict", re.ASCII),
    ("/v1/models/<name>/predict", "/v1/models/<name>/versions/<version>/predict"),
    frozenset({JSON, NPY}),
    frozenset({*ANYTHING, JSON, NPY}),
    Prediction.read,
)
