"""Inferences by the Open Inference Protocol: tensors as JSON or binary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from service.bodies import JSON
from service.express.question import ANYTHING, Answer, Kind
from service.inference.answers import BINARY, inferred
from service.inference.requests import HEADER_LENGTH, Inference, read_inference
from service.models.points import Points
from service.models.predicting import Asked, points_of

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

LENGTH_KEY = f"HTTP_{HEADER_LENGTH.upper().replace('-', '_')}"


@dataclass(frozen=True)
class InferenceAsked:
    """Points, and what an inference wants of them."""

    points: Points
    inference: Inference

    @classmethod
    def read(cls, environ: WSGIEnvironment, body: bytes, asked: Asked, most: int) -> InferenceAsked:
        """Read a body. Raises 400, Invalid and TooLarge."""
        inference = read_inference(body, environ.get(LENGTH_KEY))
        return cls(points_of(inference.points, asked.model, most), inference)

    def answer(self, asked: Asked, outputs: NDArray[Any]) -> Answer:
        """Answer the tensors that are wanted. Raises 400 for one that there is not."""
        return inferred(asked, self.inference, outputs)


INFERENCE = Kind(
    re.compile(r"/v2/models/([\w.-]+)(?:/versions/([\w.-]+))?/infer", re.ASCII),
    ("/v2/models/<name>/infer", "/v2/models/<name>/versions/<version>/infer"),
    frozenset({None, "", JSON, BINARY}),
    frozenset({*ANYTHING, JSON, BINARY}),
    InferenceAsked.read,
)
