"""Endpoint that computes the activations of an untrained network."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response

from service.api import examples
from service.api.inspection.layer_numbers import (
    MAX_NUMBERS,
    agreed,
    layers_response,
    page,
    too_many,
)
from service.api.inspection.views import blueprint, file_too, work_of
from service.api.models.views import BAD_BODY
from service.api.schemas import inside
from service.api.schemas.declared import schema_of
from service.api.schemas.queries import LayersQuery
from service.auth.principal import needs
from service.http.bodies import JSON, produces
from service.http.npz import NPZ
from trainlet.network import Network
from trainlet.network.inspection import forward
from trainlet.spec import UntrainedSpec


@blueprint.route("/forward", methods=["POST"])
@blueprint.arguments(schema_of(LayersQuery), location="query")
@blueprint.arguments(schema_of(UntrainedSpec), examples=examples.UNTRAINED)
@blueprint.response(HTTPStatus.OK, inside.Untrained)
@file_too(blueprint)
@blueprint.problems(*BAD_BODY)
@produces(JSON, NPZ)
@needs("predict")
def forward_untrained(query: LayersQuery, spec: UntrainedSpec) -> Response:
    """Inspect an untrained network.

    Returns the output of each layer for the points, and the initial weights. Nothing is stored. A
    job with this architecture and seed starts from the same weights and biases. Set them with
    `values` initializers.
    """
    network = spec.network()
    chosen = _allowed(network, len(spec.points), query)
    parameters = network.initial(spec.seed)
    layers = forward(network, parameters, spec.inputs(network), chosen)
    return layers_response({"parameters": network.arrays(parameters)}, layers, network)


def _allowed(network: Network, samples: int, query: LayersQuery) -> range:
    """Return the layers of the page. Raises TooLargeError if the network exceeds a limit."""
    if network.parameter_count > MAX_NUMBERS[agreed()]:
        raise too_many(network.parameter_count, "The network")
    work_of(network, samples, "This request")
    return page(network, samples, query, backward=False)
