"""Tape of the NumPy calls of one step, recorded once over named buffers and replayed.

The samples are the last axis of every buffer: (units, samples) or (channels, height, width,
samples). After each buffer, the memory has one more row, filled with ones. An affine map is then
one matrix product, z = affineᵀ · x⁺, with the bias as the last row of `affine`. One product also
gives the gradients of weights and bias. A tape allocates memory only while it records.
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
"""Size in bytes from which passes over a gradient cost more than an additional call."""


class Tape:
    """Records calls in `dtype` over `arrays` and `grads`; a loss is the mean over `batch` samples.

    `arrays` maps names such as `0.affine` to views of the parameters. `grads` maps the trained
    ones to views of the gradient. `scope` is the layer that currently records; the names that
    layers use are local to it. `allocate` allocates the buffers. With `descends` an update only
    subtracts the gradient, and `descents` are the gradients that it computes itself.
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
        self._named |= {f"{name}.grad": grad for name, grad in self._grads.items()}
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
        """Record `out = operation(*arguments)`; numbers become constants of the tape's dtype."""
        operands = tuple(self._operand(argument) for argument in arguments)
        if operation in PRODUCTS:
            _require_blas(*operands, out)
        self.calls.append(OPERATIONS[operation](operands, out, axis))
        self.notes.append(Note(self.scope, operation, operands, out, axis))

    def buffer(self, name: str, shape: Shape) -> Array:
        """Allocate a zeroed buffer with a unique name, followed by a row of ones."""
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
        """Allocate a buffer that has a gradient if and only if `source` has one."""
        allocate = self.data if address(source) in self._data else self.buffer
        return allocate(name, shape)

    def rows(self, name: str, shape: Shape) -> Array:
        """Allocate a data buffer (units, samples) that is stored sample by sample.

        Samples are copied into it as contiguous rows, and `dot` is as fast with either order.
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
        """Whether layers record training behavior, for which there is a generator."""
        return self.generator is not None

    def name(self, name: str, array: Array) -> None:
        """Name an array of the caller for `describe`."""
        self._named[name] = array

    def temporary(self, shape: Shape) -> Array:
        """Return scratch memory of this shape, which is valid until the layer yields."""
        if shape not in self._temporaries:
            self._temporaries[shape] = self._allocate(shape, self.dtype)
        return self._temporaries[shape]

    def spare(self, array: Array) -> Array:
        """Return memory for an intermediate value of `array`: itself unless it has one number.

        For a single number NumPy is three times slower in place, because it copies operands that
        seem to overlap.
        """
        return array if array.size > 1 else self._allocate(array.shape, self.dtype)

    def zeros(self, shape: Shape) -> Array:
        """Return zeros, which are faster in `maximum` than a single zero."""
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
        """Return `x` with an additional last row of ones (units + 1, samples)."""
        memory, rows = self._memory[address(x)], (x.shape[0] + 1, *x.shape[1:])
        return memory if memory.ndim > 1 else view(memory[: prod(rows)], rows)

    def packed(self, x: Array) -> Array:
        """Return `x`, or a recorded copy if `dot` would copy it at every replay."""
        if x.flags.c_contiguous or x.flags.f_contiguous:
            return x
        packed = self.buffer("packed", x.shape)
        self.call("copy", x, out=packed)
        return packed

    def array(self, name: str) -> Array:
        """Return one of the recording layer's parameter arrays."""
        return self._arrays[self._qualified(name)]

    def grad(self, name: str) -> Array | None:
        """Return the gradient buffer of such an array, or None if it is frozen."""
        return self._grads.get(self._qualified(name))

    def product(self, name: str, a: Array, b: Array) -> None:
        """Record a·b as the gradient of one of the layer's arrays, unless it is frozen.

        A large gradient that is only subtracted is left to the update. No call recorded later may
        write into `a` or `b`.
        """
        grad = self.grad(name)
        if grad is None:
            return
        if self._descends and grad.nbytes >= LARGE_BYTES:
            self.descents.append(Descent(self._qualified(name), self.array(name), grad, a, b))
        else:
            self.call("dot", a, b, out=grad)

    def gradient(self, x: Array) -> Array | None:
        """Allocate the gradient with respect to `x`; return None if `x` is data."""
        if address(x) in self._data:
            return None
        scope, self.scope = self.scope, self._owners[address(x)]
        gradient = self.buffer("delta", x.shape)
        self.scope = scope
        return gradient

    @property
    def bytes(self) -> int:
        """Size of the tape's buffers in bytes, without the caller's arrays and gradients."""
        shared = (*self._temporaries.values(), *self._zeros.values(), *self._ones.values())
        return sum(array.nbytes for array in (*self._memory.values(), *shared))

    def describe(self) -> str:
        """Return a line per call: number, layer, operation, inputs → output and its shape."""
        return listing(self.notes, {**self.buffers, **self._named})

    def _qualified(self, name: str) -> str:
        return f"{self.scope}.{name}" if self.scope else name

    def _operand(self, value: Any) -> Any:
        return np.array(value, self.dtype) if isinstance(value, (int, float)) else value


def _require_blas(*operands: Array) -> None:
    """Raise ValueError for operands that `dot` would copy silently at every replay."""
    for operand in operands:
        if not (operand.flags.c_contiguous or operand.flags.f_contiguous):
            raise ValueError(f"dot needs contiguous operands, not strides {operand.strides}")


def replay(calls: Sequence[Call]) -> None:
    """Run recorded calls in order."""
    for function, arguments in calls:
        function(*arguments)


def turn(array: Array) -> Array:
    """Return a view (channels, …, samples) of an array (samples, …, channels), or the inverse.

    For dense layers it turns (samples, units) into (units, samples).
    """
    return array.swapaxes(0, -1)
