"""Endpoints for activations, gradients, explanations and a single training step."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import numpy as np
from flask import Response

from service.api import examples
from service.api.blueprint import Blueprint
from service.api.inspection.explaining import explain_request
from service.api.inspection.layer_numbers import (
    MAX_NUMBERS,
    agreed,
    layer_document,
    named,
    npz,
    too_many,
    written,
)
from service.api.inspection.passes import Subject, backpropagate_response, forward_response
from service.api.models.tables import table_body
from service.api.models.views import BAD_BODY, NAMED, NOT_FOUND, NUMBERED
from service.api.schemas import inside, responses
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import Explanation
from service.api.schemas.table_queries import SamplesQuery, TableLayersQuery, TableQuery
from service.auth.principal import needs
from service.context import context
from service.http.bodies import JSON, json_response, produces
from service.http.npz import NPZ
from service.inference.predict import find
from trainlet.errors import DivergenceError, FieldError, TooLargeError, ValidationError
from trainlet.network import Network
from trainlet.network.inspection import (
    Difference,
    Step,
    central_differences,
    multiplications,
    one_step,
)
from trainlet.spec import StepSpec

MAX_MULTIPLICATIONS = 2 * 10**9
"""Maximum number of multiplications for the central differences of one step, about 1 s."""

MAX_MEASURED = 200

EXPLAIN_BODY = table_body(schema_of(Explanation), documents=examples.EXPLANATIONS)
SAMPLES_BODY = table_body(
    inside.Samples, documents=examples.SAMPLES, tables=examples.SAMPLES_TABLES
)

blueprint = Blueprint(
    "inside",
    __name__,
    url_prefix="/v1",
    description="Inspect activations, gradients and single training steps; explain predictions.",
)


def file_too(resource: Blueprint) -> Any:
    """Document that a view can also return an npz file."""
    return resource.alt_response(
        HTTPStatus.OK,
        schema={"type": "string", "format": "binary"},
        content_type=NPZ,
        description="OK",
        success=True,
    )


@blueprint.route("/models/<name>/forward", methods=["POST"], parameters=NAMED)
@blueprint.route("/models/<name>/versions/<version>/forward", methods=["POST"], parameters=NUMBERED)
@blueprint.arguments(schema_of(TableLayersQuery), location="query")
@blueprint.doc(requestBody=table_body(inside.ForwardPoints))
@blueprint.response(HTTPStatus.OK, inside.Forward)
@file_too(blueprint)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
@produces(JSON, NPZ)
@needs("predict")
def forward_model(query: TableLayersQuery, name: str, version: str | None = None) -> Response:
    """Inspect activations.

    Returns z and a of each layer for raw points, samples first, in inference mode.
    """
    return forward_response(_model(name, version), query, context())


@blueprint.route("/models/<name>/backpropagate", methods=["POST"], parameters=NAMED)
@blueprint.route(
    "/models/<name>/versions/<version>/backpropagate", methods=["POST"], parameters=NUMBERED
)
@blueprint.arguments(schema_of(SamplesQuery), location="query")
@blueprint.doc(requestBody=SAMPLES_BODY)
@blueprint.response(HTTPStatus.OK, inside.Backpropagation)
@file_too(blueprint)
@blueprint.problems(*NOT_FOUND, *BAD_BODY)
@produces(JSON, NPZ)
@needs("predict")
def backpropagate_model(query: SamplesQuery, name: str, version: str | None = None) -> Response:
    """Inspect gradients.

    Runs one backward pass and returns cost, z, a, δ and gradients, with their equations. The model
    does not change. The cost is the mean of the job's loss over the samples, so the δ of each
    sample contains the factor 1/n.
    """
    return backpropagate_response(_model(name, version), query, context())


@blueprint.route("/models/<name>/explain", methods=["POST"], parameters=NAMED)
@blueprint.route("/models/<name>/versions/<version>/explain", methods=["POST"], parameters=NUMBERED)
@blueprint.arguments(schema_of(TableQuery), location="query")
@blueprint.doc(requestBody=EXPLAIN_BODY)
@blueprint.response(HTTPStatus.OK, responses.Explained)
@blueprint.problems(*NOT_FOUND, *BAD_BODY, HTTPStatus.CONFLICT)
def explain_model(query: TableQuery, name: str, version: str | None = None) -> Response:
    """Explain a model.

    Without points, returns permutation feature importance: the increase of the loss when the values
    of a column are shuffled among the test samples of the job. With points, returns feature
    attributions: gradient × input for each feature. Points may also be a table, as for predict.
    """
    return explain_request(_model(name, version), query, context())


def _model(name: str, version: str | None) -> Subject:
    ref = find(context(), name, version)
    return Subject.of_model(name, ref.version, ref.model.stored)


@blueprint.route("/step", methods=["POST"])
@blueprint.arguments(schema_of(StepSpec), examples=examples.STEPS)
@blueprint.response(HTTPStatus.OK, inside.Step)
@file_too(blueprint)
@blueprint.problems(*BAD_BODY)
@produces(JSON, NPZ)
@needs("predict")
def run_training_step(spec: StepSpec) -> Response:
    """Run one training step.

    Nothing is stored. For comparison, the response also contains central differences for at most
    200 elements, evenly spread over the gradients.
    """
    network = spec.network()
    inputs, targets = spec.arrays(network)
    measured = _allowed(network, len(inputs))
    try:
        taken = one_step(network, inputs, targets, spec.training)
    except DivergenceError as error:
        expected = "a step with finite values"
        raise ValidationError(
            [FieldError(("optimizer",), spec.optimizer.kind, expected, str(error))]
        ) from None
    differences = central_differences(
        network,
        network.flat(dict(taken.before)),
        inputs,
        targets,
        spec.loss,
        measured,
        spec.seed,
    )
    if agreed() == NPZ:
        return npz(_arrays(taken, differences))
    return json_response(_document(taken, differences), headers={"Vary": "Accept"})


def _allowed(network: Network, samples: int) -> int:
    """Return how many gradients to compare. Raises TooLargeError if the step is too large."""
    numbers = 5 * network.parameter_count + samples * 3 * sum(
        int(np.prod(shape)) for shape in network.shapes
    )
    if numbers > MAX_NUMBERS[agreed()]:
        raise too_many(numbers, "This step")
    return max(
        1, min(MAX_MEASURED, MAX_MULTIPLICATIONS // (2 * work_of(network, samples, "This step")))
    )


def work_of(network: Network, samples: int, what: str) -> int:
    """Return the number of multiplications of one pass over the samples.

    Raises TooLargeError if it exceeds MAX_MULTIPLICATIONS.
    """
    work = samples * multiplications(network)
    if work > MAX_MULTIPLICATIONS:
        raise TooLargeError(
            f"{what} needs {work} multiplications; the limit is {MAX_MULTIPLICATIONS}."
        )
    return work


def _document(taken: Step, differences: dict[str, Difference]) -> dict[str, Any]:
    forward, backward = [], []
    for layer in taken.backward.layers:
        document = layer_document(layer)
        head = {name: document.pop(name) for name in ("layer", "type")}
        ahead = {name: document.pop(name) for name in ("z", "a", "y") if name in document}
        forward.append(head | ahead)
        backward.append(head | document)
    return {
        "before": {name: written(array) for name, array in taken.before.items()},
        "forward": forward,
        "loss": taken.backward.cost,
        "backward": backward,
        "update": {name: written(array) for name, array in taken.update.items()},
        "after": {name: written(array) for name, array in taken.after.items()},
        "loss_after": taken.cost_after,
        "central_differences": {
            name: _compared(difference) for name, difference in differences.items()
        },
    }


def _compared(difference: Difference) -> dict[str, Any]:
    return {
        "places": np.ascontiguousarray(difference.places),
        "computed": written(difference.computed),
        "measured": written(difference.measured),
        "relative_error": difference.relative_error,
        "complete": difference.complete,
    }


def _arrays(taken: Step, differences: dict[str, Difference]) -> dict[str, Any]:
    arrays = {"loss": np.array(taken.backward.cost), "loss_after": np.array(taken.cost_after)}
    arrays |= named(taken.backward.layers)
    for when in ("before", "update", "after"):
        arrays |= {f"{when}.{name}": array for name, array in getattr(taken, when).items()}
    for name, difference in differences.items():
        for part in ("places", "computed", "measured"):
            arrays[f"central_differences.{name}.{part}"] = getattr(difference, part)
    return arrays
