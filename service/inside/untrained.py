"""Untrained: what a network computes for points before any training; nothing is stored."""

from __future__ import annotations

from http import HTTPStatus

import numpy as np
from flask import Response

from service import examples
from service.access.callers import needs
from service.bodies import JSON, answer, produces
from service.inside.layer_numbers import MOST, agreed, layer_document, named, npz, too_many, written
from service.inside.views import WORK, blueprint, file_too
from service.models.views import BAD_BODY
from service.npz import NPZ
from service.schemas import inside
from service.schemas.declared import schema_of
from trainlet.errors import TooLarge
from trainlet.network import Network
from trainlet.network.inspection import forward, multiplications
from trainlet.spec import UntrainedSpec


@blueprint.route("/forward", methods=["POST"])
@blueprint.arguments(schema_of(UntrainedSpec), examples=examples.UNTRAINED)
@blueprint.response(HTTPStatus.OK, inside.Untrained)
@file_too(blueprint)
@blueprint.problems(*BAD_BODY)
@produces(JSON, NPZ)
@needs("predict")
def look(spec: UntrainedSpec) -> Response:
    """Tell what every layer computes for points before any training, and by which numbers.

    A job with this architecture and seed starts from these weights and biases. `values`
    initializers set them by hand.
    """
    network = spec.network()
    _allow(network, len(spec.points))
    parameters = network.initial(spec.seed)
    arrays = network.arrays(parameters)
    layers = forward(network, parameters, spec.inputs(network), range(len(network.layers)))
    if agreed() == NPZ:
        return npz(named(layers) | arrays)
    document = {
        "parameters": {name: written(array) for name, array in arrays.items()},
        "layers": [layer_document(layer) for layer in layers],
    }
    return answer(document, headers={"Vary": "Accept"})


def _allow(network: Network, samples: int) -> None:
    """Raises TooLarge for what is no look for the eye."""
    per_sample = 2 * sum(int(np.prod(shape)) for shape in network.shapes)
    numbers = network.parameter_count + samples * per_sample
    if numbers > MOST[agreed()]:
        raise too_many(numbers, "this look")
    work = samples * multiplications(network)
    if work > WORK:
        raise TooLarge(f"this look takes {work} multiplications; at most {WORK} are taken")
