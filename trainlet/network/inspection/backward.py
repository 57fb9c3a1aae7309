"""Backpropagation: the gradients of each layer, with the equation that gives each of them.

Nielsen 2015, chapter 2, with C the mean cost of the samples:

    BP1   δᴸ = ∂C/∂aᴸ ⊙ σ′(zᴸ)             at the last layer
    BP2   δˡ = (wˡ⁺¹ δˡ⁺¹) ⊙ σ′(zˡ)         at every layer before it
    BP3   ∂C/∂b = δ, summed over samples
    BP4   ∂C/∂w = a δᵀ, summed over samples, where a is the layer's input

A layer without weights or activation propagates δ by the chain rule, which is BP2 with the layer's
derivative in place of w and σ′.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trainlet.errors import ValidationError
from trainlet.network.arrays import Array
from trainlet.network.inspection.layers import LayerNumbers, outputs
from trainlet.network.losses import Loss
from trainlet.network.network import Network
from trainlet.network.planning import Plan, Tracing, plan
from trainlet.network.tape import replay, turn

SYMBOLS = {"weight": "dC/dw", "bias": "dC/db"}
EQUATIONS = {"dC/dw": "BP4", "dC/db": "BP3"}


@dataclass(frozen=True)
class Backpropagation:
    """The cost, the numbers of the requested layers, and the flat gradient of all parameters."""

    cost: float
    layers: list[LayerNumbers]
    gradient: Array


def backpropagate(
    network: Network,
    parameters: Array,
    inputs: Array,
    targets: Array,
    loss: Loss,
    generator: np.random.Generator | None = None,
    weights: Array | None = None,
    layers: range | None = None,
) -> Backpropagation:
    """Run a forward and a backward pass; of the arguments only the generator changes.

    Inputs are (n, *input_shape), targets (n, *output_shape), sample weights (n,). With a
    generator, layers behave as in training: dropout draws from it and batch normalization uses
    the mini-batch. Without one they behave as in prediction. Frozen arrays have no gradient. Each
    sample's δ includes the factor 1/n of the mean.

    Raises:
        ValidationError: there is one sample, and batch normalization needs at least two.

    """
    refused = None if generator is None else network.batch_error("inputs", len(inputs))
    if refused is not None:
        raise ValidationError([refused])
    gradient = np.zeros(network.trainable_count, network.dtype)
    tracing = Tracing(gradient, generator)
    own = plan(network, parameters.copy(), len(inputs), loss, tracing, weights is not None)
    own.inputs[...], own.targets[...] = turn(inputs), turn(targets)
    if own.weights is not None:
        own.weights[...] = weights
    with np.errstate(all="ignore"):
        replay(own.forward)
        chosen = layers or range(len(network.layers))
        numbers = {index: outputs(own, network, index) for index in chosen}
        deltas = _deltas(own, network, chosen)
    grads = _grads(network, gradient)
    return Backpropagation(
        own.loss.item(),
        [
            _layer(network, index, numbers[index] | deltas[index] | grads.get(index, {}))
            for index in chosen
        ],
        gradient,
    )


def _deltas(own: Plan, network: Network, layers: range) -> dict[int, dict[str, Array]]:
    """Replay the backward pass, copying each layer's δ as soon as it is complete."""
    places = {stage.scope: stage for stage in reversed(own.stages)}
    results: dict[int, dict[str, Array]] = {}
    done = 0
    for index in reversed(range(len(network.layers))):
        stage = places[str(index)]
        replay(own.backward[done : stage.ready])
        done = stage.ready
        copied = None if stage.grad is None else np.array(turn(stage.grad), order="C")
        if index in layers:
            results[index] = {} if copied is None else {"delta": copied}
    replay(own.backward[done:])
    return results


def _grads(network: Network, gradient: Array) -> dict[int, dict[str, Array]]:
    results: dict[int, dict[str, Array]] = {}
    for slot in network.layout:
        if slot.declaration.trainable:
            for _, part, array in slot.parts(gradient):
                name = SYMBOLS.get(part.name, f"dC/d{part.name}")
                results.setdefault(slot.layer, {})[name] = np.array(array, order="C")
    return results


def _layer(network: Network, index: int, numbers: dict[str, Array]) -> LayerNumbers:
    last = index == len(network.layers) - 1
    equations = {"delta": "BP1" if last else "BP2"} if "delta" in numbers else {}
    equations |= {
        name: EQUATIONS.get(name, "chain rule") for name in numbers if name.startswith("dC/")
    }
    return LayerNumbers(index, network.layers[index].kind, numbers, equations)
