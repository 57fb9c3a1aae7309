"""A network: layers in a row, the shapes between them and the place of every parameter."""

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
    """Where a declared array lies in the flat array of parameters."""

    layer: int
    declaration: Declaration
    offset: int

    @property
    def name(self) -> str:
        return f"{self.layer}.{self.declaration.name}"

    def view(self, flat: Array) -> Array:
        """Cut the declared array out of a flat one, without a copy."""
        shape = self.declaration.shape
        return flat[self.offset : self.offset + prod(shape)].reshape(shape)

    def parts(self, flat: Array) -> Iterator[tuple[str, Part, Array]]:
        """Cut out the arrays that users know, as views: name, part, array."""
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
    """Layers that follow each other, for samples of `input_shape`, computing in `dtype`.

    Raises ValidationError, with paths such as `layers/2`, where one layer's output does not fit the
    next.
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
        """The shape of a sample before each layer."""
        return (self.input_shape, *self.shapes[:-1])

    @property
    def least_batch(self) -> int:
        """The fewest samples that a mini-batch in training must have."""
        pairs = zip(self.layers, self.entering, strict=True)
        return max(layer.least_batch(shape) for layer, shape in pairs)

    def batch_error(self, field: str, samples: int) -> FieldError | None:
        """Return the error of samples, in this field, that are too few for one mini-batch."""
        least = self.least_batch
        if samples >= least:
            return None
        expected = f"at least {least} samples, because batch normalization uses the batch"
        return FieldError((field,), samples, expected, f"must hold {expected}")

    @property
    def output_layer(self) -> int:
        """Index of the layer that computes the outputs: those after it only reshape them."""
        return output_layer(self.layers)

    @property
    def output_activation(self) -> Activation | None:
        """The activation of the outputs, by `output_activation`."""
        return output_activation(self.layers, self.shapes)

    @property
    def decision(self) -> Decision:
        """The rule from outputs to labels, unless an encoding of targets says otherwise."""
        return Decision.of(range_activation(self.layers, self.shapes))

    @cached_property
    def layout(self) -> tuple[Slot, ...]:
        """Every declared array's place: those that are trained first, then those held fixed."""
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
        """Cut a flat array of parameters into the declared arrays, by name, without a copy."""
        return {slot.name: slot.view(flat) for slot in self.layout}

    def grads(self, gradient: Array) -> dict[str, Array]:
        """Cut a flat gradient, as long as what is trained, into arrays by name."""
        return {
            slot.name: slot.view(gradient) for slot in self.layout if slot.declaration.trainable
        }

    def initial(self, seed: int) -> Array:
        """Draw the first parameters; a part's numbers depend on the seed, its layer and name."""
        flat = np.empty(self.parameter_count, self.dtype)
        for slot in self.layout:
            for name, part, array in slot.parts(flat):
                generator = np.random.default_rng([seed, *name.encode()])
                array[...] = part.initializer.draw(part.shape, part.fan_in, part.fan_out, generator)
        return flat

    def arrays(self, flat: Array) -> dict[str, Array]:
        """Copy the parameters out as users know them: `0.weight` (inputs × units), `0.bias`."""
        named = {
            name: np.array(array, order="C")
            for slot in self.layout
            for name, _, array in slot.parts(flat)
        }
        return dict(sorted(named.items()))

    def flat(self, arrays: Mapping[str, Array]) -> Array:
        """Pack such arrays back. Raises ValidationError if one is missing, unknown or misshapen."""
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
    """Return the activation of the outputs; None for a softmax per place of an image.

    `shapes` are the output shapes of the layers.
    """
    index = output_layer(layers)
    activation: Activation | None = getattr(layers[index], "activation", None)
    is_row = len(shapes[index]) == 1
    return activation if is_row or not isinstance(activation, Softmax) else None


def range_activation(layers: Sequence[Layer], shapes: Sequence[Shape]) -> Activation | None:
    """Return the activation that bounds the outputs, which dropout and pooling leave in its range.

    None for a softmax whose distributions are several per sample. `shapes` are the output shapes
    of the layers.
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
    return FieldError((name,), list(array.shape), allowed, "is no array of this network")


def _misshapen(name: str, expected: Array, given: Array | None) -> FieldError:
    allowed = f"{expected.dtype} in the shape {list(expected.shape)}"
    actual = "missing" if given is None else f"{given.dtype} in the shape {list(given.shape)}"
    return FieldError((name,), actual, allowed, f"must be {allowed}, but is {actual}")
