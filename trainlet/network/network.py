"""Sequential network: layers, their shapes and the layout of the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from typing import Any, Literal

import numpy as np

from trainlet.errors import FieldError, ValidationError
from trainlet.network.activations import Activation, Softmax
from trainlet.network.arrays import Array, Shape
from trainlet.network.decision import Decision
from trainlet.network.layers import Declaration, Layer, Part
from trainlet.network.precision import precision_errors


@dataclass(frozen=True)
class Slot:
    """Location of a declared array in the flat array of parameters."""

    layer: int
    declaration: Declaration
    offset: int

    @property
    def name(self) -> str:
        return f"{self.layer}.{self.declaration.name}"

    def view(self, flat: Array) -> Array:
        """Return the declared array as a view of a flat one."""
        shape = self.declaration.shape
        return flat[self.offset : self.offset + prod(shape)].reshape(shape)

    def parts(self, flat: Array) -> Iterator[tuple[str, Part, Array]]:
        """Yield the user-visible arrays as views: name, part, array."""
        array, row = self.view(flat), 0
        for part in self.declaration.parts:
            yield (
                f"{self.layer}.{part.name}",
                part,
                array[row : row + part.rows].reshape(part.shape),
            )
            row += part.rows


@dataclass(frozen=True)
class Network:
    """Sequential layers for samples of `input_shape`, computed in `dtype`.

    Raises:
        ValidationError: the output of a layer does not fit the next one; the path of the error is
            that layer's, such as `layers/2`.

    """

    layers: tuple[Layer, ...]
    input_shape: Shape
    dtype: Literal["float32", "float64"] = "float32"
    shapes: tuple[Shape, ...] = field(init=False)
    """Output shape of each layer, for one sample."""

    def __post_init__(self) -> None:
        shapes: list[Shape] = []
        errors: list[FieldError] = []
        entering = self.input_shape
        for index, layer in enumerate(self.layers):
            try:
                entering_next = layer.output_shape(entering)
            except ValidationError as error:
                raise ValidationError(
                    field_error.under("layers", index) for field_error in error.errors
                ) from None
            errors += _misfits(index, layer.declare(entering), self.dtype)
            small = precision_errors(layer, self.dtype)
            errors += [field_error.under("layers", index) for field_error in small]
            shapes.append(entering_next)
            entering = entering_next
        if errors:
            raise ValidationError(errors)
        object.__setattr__(self, "shapes", tuple(shapes))

    @property
    def output_shape(self) -> Shape:
        return self.shapes[-1]

    @property
    def entering(self) -> tuple[Shape, ...]:
        """Input shape of each layer, for one sample."""
        return (self.input_shape, *self.shapes[:-1])

    @property
    def least_batch(self) -> int:
        """Smallest number of samples of a mini-batch in training."""
        pairs = zip(self.layers, self.entering, strict=True)
        return max(layer.least_batch(shape) for layer, shape in pairs)

    def batch_error(self, field: str, samples: int) -> FieldError | None:
        """Return the error of a field with too few samples for a mini-batch, or None."""
        least = self.least_batch
        if samples >= least:
            return None
        expected = f"at least {least} samples, because batch normalization uses the batch"
        return FieldError((field,), samples, expected, f"must contain {expected}")

    @property
    def output_layer(self) -> int:
        """Index of the layer that computes the outputs; later layers only reshape them."""
        return output_layer(self.layers)

    @property
    def output_activation(self) -> Activation | None:
        """Activation of the outputs, by `output_activation`."""
        return output_activation(self.layers, self.shapes)

    @property
    def decision(self) -> Decision:
        """Default rule from outputs to labels, which a target encoding can override."""
        return Decision.of(range_activation(self.layers, self.shapes))

    @cached_property
    def layout(self) -> tuple[Slot, ...]:
        """Location of every declared array: trained arrays first, then frozen ones."""
        declared = [
            (index, declaration)
            for index, (layer, shape) in enumerate(zip(self.layers, self.entering, strict=True))
            for declaration in layer.declare(shape)
        ]
        slots, offset = [], 0
        for index, declaration in sorted(declared, key=lambda pair: not pair[1].trainable):
            slots.append(Slot(index, declaration, offset))
            offset += prod(declaration.shape)
        return tuple(slots)

    @property
    def parameter_count(self) -> int:
        return sum(prod(slot.declaration.shape) for slot in self.layout)

    @property
    def trainable_count(self) -> int:
        return sum(
            prod(slot.declaration.shape) for slot in self.layout if slot.declaration.trainable
        )

    def views(self, flat: Array) -> dict[str, Array]:
        """Return the declared arrays by name, as views of the flat parameters."""
        return {slot.name: slot.view(flat) for slot in self.layout}

    def grads(self, gradient: Array) -> dict[str, Array]:
        """Return the gradients of the trained arrays by name, as views of a flat gradient."""
        return {
            slot.name: slot.view(gradient) for slot in self.layout if slot.declaration.trainable
        }

    def initial(self, seed: int) -> Array:
        """Draw the initial parameters; a part depends on the seed, its layer and its name."""
        flat = np.empty(self.parameter_count, self.dtype)
        for slot in self.layout:
            for name, part, array in slot.parts(flat):
                generator = np.random.default_rng([seed, *name.encode()])
                array[...] = part.initializer.draw(part.shape, part.fan_in, part.fan_out, generator)
        return flat

    def arrays(self, flat: Array) -> dict[str, Array]:
        """Return copies of the user-visible arrays: `0.weight` (inputs × units), `0.bias`."""
        named = {
            name: np.array(array, order="C")
            for slot in self.layout
            for name, _, array in slot.parts(flat)
        }
        return dict(sorted(named.items()))

    def flat(self, arrays: Mapping[str, Array]) -> Array:
        """Return the flat parameters of such arrays.

        Raises:
            ValidationError: an array is missing, unknown or has the wrong shape or dtype.

        """
        flat = np.empty(self.parameter_count, self.dtype)
        known = {name: array for slot in self.layout for name, _, array in slot.parts(flat)}
        errors = [_unknown(name, arrays[name], known) for name in arrays.keys() - known.keys()]
        for name, array in known.items():
            given = arrays.get(name)
            if given is None or given.shape != array.shape or given.dtype != flat.dtype:
                errors.append(_misshapen(name, array, given))
            else:
                array[...] = given
        if errors:
            raise ValidationError(sorted(errors, key=lambda error: error.path))
        return flat


def output_layer(layers: Sequence[Layer]) -> int:
    """Return the index of the last layer that does more than reshape its input."""
    computing = (index for index in range(len(layers) - 1, -1, -1) if not layers[index].reshapes)
    return next(computing, len(layers) - 1)


def output_activation(layers: Sequence[Layer], shapes: Sequence[Shape]) -> Activation | None:
    """Return the activation of the outputs; None for a softmax per pixel of an image.

    `shapes` are the output shapes of the layers.
    """
    index = output_layer(layers)
    activation: Activation | None = getattr(layers[index], "activation", None)
    is_row = len(shapes[index]) == 1
    return activation if is_row or not isinstance(activation, Softmax) else None


def range_activation(layers: Sequence[Layer], shapes: Sequence[Shape]) -> Activation | None:
    """Return the activation that bounds the outputs; dropout and pooling preserve its range.

    None for a softmax with several distributions per sample. `shapes` are the output shapes of
    the layers.
    """
    for layer, shape in zip(reversed(layers), reversed(shapes), strict=True):
        if not (layer.reshapes or layer.keeps_range):
            activation: Activation | None = getattr(layer, "activation", None)
            is_single = prod(shapes[-1]) == shape[-1]
            return activation if is_single or not isinstance(activation, Softmax) else None
    return None


def _misfits(index: int, declared: tuple[Declaration, ...], dtype: str) -> Iterator[FieldError]:
    for part in (part for declaration in declared for part in declaration.parts):
        misfit = part.initializer.misfit(part.shape, dtype)
        if misfit:
            yield misfit.under("layers", index, f"{part.name}_initializer")


def _unknown(name: str, array: Array, known: Mapping[str, Any]) -> FieldError:
    allowed = f"one of {', '.join(sorted(known))}"
    return FieldError((name,), list(array.shape), allowed, "is unknown in this network")


def _misshapen(name: str, expected: Array, given: Array | None) -> FieldError:
    allowed = f"{expected.dtype} in the shape {list(expected.shape)}"
    actual = "missing" if given is None else f"{given.dtype} in the shape {list(given.shape)}"
    return FieldError((name,), actual, allowed, f"must be {allowed}, but is {actual}")
