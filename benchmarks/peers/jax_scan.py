"""JAX: an epoch is one compiled function that scans over the mini-batches.

No step passes through Python. Where a step is small, JAX is faster by the overhead of some forty
NumPy calls of half a microsecond and more, which bounds trainlet. Where matrix products dominate,
they bound both, and JAX's convolutions are slower.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.workloads import Weights, Workload

Tree = Any


class JaxScan:
    """The short last batch, if any, is compiled separately."""

    def __init__(self, workload: Workload, epochs: int, *, shuffle: bool) -> None:
        self._workload, self._shuffle = workload, shuffle
        inputs, targets = workload.data()
        self._data = jnp.asarray(inputs), jnp.asarray(targets)
        parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in workload.first_weights()]
        zeros = jax.tree.map(jnp.zeros_like, parameters)
        self._state = (parameters, zeros, jax.tree.map(jnp.zeros_like, parameters), jnp.int32(0))
        self._generator = np.random.default_rng(0)
        self._epoch = jax.jit(_epoch(workload, epochs), donate_argnums=0)

    def epoch(self) -> float:
        samples = len(self._data[0])
        rows = self._generator.permutation(samples) if self._shuffle else np.arange(samples)
        self._state, loss = self._epoch(self._state, *self._data, rows)
        return float(loss)

    def weights(self) -> Weights:
        return [(np.array(w), np.array(b)) for w, b in self._state[0]]


def _epoch(workload: Workload, epochs: int) -> Any:
    step = _step(workload, epochs)

    def epoch(state: Tree, inputs: Tree, targets: Tree, rows: Tree) -> tuple[Tree, Tree]:
        inputs, targets = inputs[rows], targets[rows]
        batch, whole = workload.batch, len(inputs) // workload.batch * workload.batch
        batches = [a[:whole].reshape(-1, batch, *a.shape[1:]) for a in (inputs, targets)]
        state, losses = lax.scan(step, state, tuple(batches))
        total = losses.sum() * batch
        if whole < len(inputs):
            state, loss = step(state, (inputs[whole:], targets[whole:]))
            total += loss * (len(inputs) - whole)
        return state, total / len(inputs)

    return epoch


def _step(workload: Workload, epochs: int) -> Any:
    steps = epochs * workload.steps

    def step(state: Tree, batch: tuple[Tree, Tree]) -> tuple[Tree, Tree]:
        parameters, means, squares, number = state
        loss, grads = jax.value_and_grad(lambda p: _cost(workload, p, *batch))(parameters)
        rate = workload.rate * (1 - number / steps) if workload.falls else workload.rate
        number = number + 1
        if workload.optimizer == "sgd":
            parameters = jax.tree.map(lambda w, g: w - rate * g, parameters, grads)
            return (parameters, means, squares, number), loss
        means = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, means, grads)
        squares = jax.tree.map(lambda v, g: 0.999 * v + 0.001 * g * g, squares, grads)
        first, second = 1 - 0.9**number, 1 - 0.999**number
        parameters = jax.tree.map(
            lambda w, m, v: w - rate * (m / first) / (jnp.sqrt(v / second) + 1e-8),
            parameters,
            means,
            squares,
        )
        return (parameters, means, squares, number), loss

    return step


def _cost(workload: Workload, parameters: Tree, x: Tree, target: Tree) -> Tree:
    activate = {"sigmoid": jax.nn.sigmoid, "relu": jax.nn.relu}[workload.hidden]
    for kernel, bias in parameters[: len(workload.filters)]:
        form = ("NHWC", "HWIO", "NHWC")
        z = lax.conv_general_dilated(x, kernel, (1, 1), "VALID", dimension_numbers=form)
        window = (1, 2, 2, 1)
        x = lax.reduce_window(activate(z + bias), -jnp.inf, lax.max, window, window, "VALID")
    x = x.reshape(len(x), -1)
    for weight, bias in parameters[len(workload.filters) : -1]:
        x = activate(x @ weight + bias)
    weight, bias = parameters[-1]
    z = x @ weight + bias
    if workload.loss == "mse":
        return jnp.mean((jax.nn.sigmoid(z) - target) ** 2)
    return -jnp.sum(target * jax.nn.log_softmax(z)) / len(z)
