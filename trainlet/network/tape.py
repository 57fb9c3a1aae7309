"""A tape: the numpy calls of one step, recorded once over named buffers and replayed.

Every buffer has the samples as its last axis: (units, samples) or (channels, height, width,
samples). Behind each buffer's memory lies room for one more row, filled with ones, so that an
affine map is one matrix product: z = affineᵀ · x⁺ with the bias as the last row of `affine`,
and the bias's gradient falls out of the same product as the weight's. A tape allocates while
it is recorded and never again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

import numpy as np

from trainlet.network.arrays import Allocate, Array, Shape, address, view
from trainlet.network.descent import Descent
from trainlet.network.notes import Note, listing
from trainlet.network.operations import OPERATIONS, Call

PRODUCTS = ("dot", "subtract_dot")

LARGE_BYTES = 1 << 17
"""Of gradients from this size on the passes over memory cost more than a call."""


class Tape:
    """Records calls in `dtype` over `arrays` and `grads`; a loss is the mean over `batch` samples.

    `arrays` maps names such as `0.affine` to views of the parameters, `grads` those that are
    trained to views of the gradient. `scope` is the layer that records just now: names that
    layers use are local to it. `allocate` is where its buffers come from. With `descends` an
    update only subtracts the gradient, and `descents` are what it has to compute itself.
    """

    def __init__(
        self,
        dtype: np.dtype[Any],
        batch: int,
        arrays: Mapping[str, Array],
        grads: Mapping[str, Array] | None = None,
        generator: np.random.Generator | None = None,
        allocate: Allocate = np.zeros,
        *,
        descends: bool = False,
    ) -> None:
        self.dtype = dtype
        self.generator = generator
        self.batch = batch
        self.calls: list[Call] = []
        self.notes: list[Note] = []
        self.descents: list[Descent] = []
        self.buffers: dict[str, Array] = {}
        self.scope = ""
        self._arrays = arrays
        self._grads = grads or {}
        self._named: dict[str, Array] = dict(arrays)
        self._named |= {f"{name}.slope": grad for name, grad in self._grads.items()}
        self._memory: dict[int, Array] = {}
        self._owners: dict[int, str] = {}
        self._temporaries: dict[Shape, Array] = {}
        self._zeros: dict[Shape, Array] = {}
        self._ones: dict[int, Array] = {}
        self._data: set[int] = set()
        self._allocate = allocate
        self._descends = descends

    def call(
        self,
        operation: str,
        *arguments: Array | float | np.random.Generator,
        out: Array,
        axis: int | tuple[int, ...] | None = None,
    ) -> None:
        """Record `out = operation(*arguments)`; numbers become constants of the tape's type."""
        operands = tuple(self._operand(argument) for argument in arguments)
        if operation in PRODUCTS:
            _require_blas(*operands, out)
        self.calls.append(OPERATIONS[operation](operands, out, axis))
        self.notes.append(Note(self.scope, operation, operands, out, axis))

    def buffer(self, name: str, shape: Shape) -> Array:
        """Allocate a zeroed buffer with a name of its own and a row of ones behind it."""
        size, row = prod(shape), prod(shape[1:])
        memory = self._allocate((size + row,), self.dtype)
        memory[size:] = 1
        buffer = view(memory[:size], shape)
        self._memory[address(buffer)] = memory
        self._owners[address(buffer)] = self.scope
        self.buffers[self._qualified(name)] = buffer
        return buffer

    def data(self, name: str, shape: Shape) -> Array:
        """Allocate a buffer that the caller fills before each replay; it has no gradient."""
        buffer = self.buffer(name, shape)
        self._data.add(address(buffer))
        return buffer

    def like(self, source: Array, name: str, shape: Shape) -> Array:
        """Allocate a buffer that has a gradient exactly if `source` has one."""
        allocate = self.data if address(source) in self._data else self.buffer
        return allocate(name, shape)

    def rows(self, name: str, shape: Shape) -> Array:
        """Allocate such a buffer, (units, samples), that lies in memory sample by sample.

        Samples come as rows, so they are copied in whole, and `dot` takes either order as well.
        """
        units, samples = shape
        memory = self._allocate((samples, units + 1), self.dtype).T
        memory[units] = 1
        buffer = memory[:units]
        self._memory[address(buffer)] = memory
        self.buffers[self._qualified(name)] = buffer
        self._data.add(address(buffer))
        return buffer

    def cell(self, name: str) -> Array:
        """Allocate a single number, a 0-d array."""
        cell = self._allocate((), self.dtype)
        self.buffers[self._qualified(name)] = cell
        return cell

    @property
    def training(self) -> bool:
        """Whether what is recorded will train: a generator is there for what is random."""
        return self.generator is not None

    def name(self, name: str, array: Array) -> None:
        """Give an array that was not allocated here a name in `describe`."""
        self._named[name] = array

    def temporary(self, shape: Shape) -> Array:
        """Room shared by all who ask for this shape: worth nothing once a layer hands over."""
        if shape not in self._temporaries:
            self._temporaries[shape] = self._allocate(shape, self.dtype)
        return self._temporaries[shape]

    def spare(self, array: Array) -> Array:
        """Room for a value on the way to `array`: that itself, but for a single number another.

        In place numpy takes three times as long for one: it copies what it thinks overlaps.
        """
        return array if array.size > 1 else self._allocate(array.shape, self.dtype)

    def zeros(self, shape: Shape) -> Array:
        """Zeros to compare with: faster in `maximum` than a single zero."""
        if shape not in self._zeros:
            self._zeros[shape] = self._allocate(shape, self.dtype)
        return self._zeros[shape]

    def total(self, x: Array, out: Array) -> None:
        """Record out = Σ x over its first axis, (1, …): a product with ones, faster than `sum`."""
        size = len(x)
        if size not in self._ones:
            self._ones[size] = self._allocate((1, size), self.dtype)
            self._ones[size][...] = 1
            self.name(f"ones[{size}]", self._ones[size])
        self.call("dot", self._ones[size], view(x, (size, -1)), out=view(out, (1, -1)))

    def with_ones(self, x: Array) -> Array:
        """`x` with one more row of ones below: (units + 1, samples)."""
        memory, rows = self._memory[address(x)], (x.shape[0] + 1, *x.shape[1:])
        return memory if memory.ndim > 1 else view(memory[: prod(rows)], rows)

    def packed(self, x: Array) -> Array:
        """`x`, or, where `dot` would copy it unseen, a copy of it."""
        if x.flags.c_contiguous or x.flags.f_contiguous:
            return x
        packed = self.buffer("packed", x.shape)
        self.call("copy", x, out=packed)
        return packed

    def array(self, name: str) -> Array:
        """Look up one of the recording layer's parameters."""
        return self._arrays[self._qualified(name)]

    def grad(self, name: str) -> Array | None:
        """Look up where the gradient of such an array goes, or None if it is held fixed."""
        return self._grads.get(self._qualified(name))

    def product(self, name: str, a: Array, b: Array) -> None:
        """Record a·b as the gradient of one of the layer's arrays, unless it is held fixed.

        A large one that is only there to be subtracted is put by for the update: nothing recorded
        later may write into `a` or `b`.
        """
        grad = self.grad(name)
        if grad is None:
            return
        if self._descends and grad.nbytes >= LARGE_BYTES:
            self.descents.append(Descent(self._qualified(name), self.array(name), grad, a, b))
        else:
            self.call("dot", a, b, out=grad)

    def gradient(self, x: Array) -> Array | None:
        """Allocate room for the gradient with respect to `x`, or None where `x` is data."""
        if address(x) in self._data:
            return None
        scope, self.scope = self.scope, self._owners[address(x)]
        gradient = self.buffer("delta", x.shape)
        self.scope = scope
        return gradient

    @property
    def bytes(self) -> int:
        """What was allocated here, arrays and gradients of the caller's aside."""
        shared = (*self._temporaries.values(), *self._zeros.values(), *self._ones.values())
        return sum(array.nbytes for array in (*self._memory.values(), *shared))

    def describe(self) -> str:
        """Write the step as a list: number, layer, operation, inputs → output and its shape."""
        return listing(self.notes, {**self.buffers, **self._named})

    def _qualified(self, name: str) -> str:
        return f"{self.scope}.{name}" if self.scope else name

    def _operand(self, value: Any) -> Any:
        return np.array(value, self.dtype) if isinstance(value, (int, float)) else value


def _require_blas(*operands: Array) -> None:
    """Refuse what `dot` would copy silently at every replay."""
    for operand in operands:
        if not (operand.flags.c_contiguous or operand.flags.f_contiguous):
            raise ValueError(f"dot needs contiguous operands, not strides {operand.strides}")


def replay(calls: Sequence[Call]) -> None:
    """Carry out recorded calls in order."""
    for function, arguments in calls:
        function(*arguments)


def turn(array: Array) -> Array:
    """Turn users' (samples, …, channels) into the tape's (channels, …, samples), or back: a view.

    A row of units is turned from (samples, units) into (units, samples).
    """
    return array.swapaxes(0, -1)
