"""Fully connected layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar

from trainlet.config import Range
from trainlet.errors import FieldError, ValidationError
from trainlet.network.activations import Activation, Linear
from trainlet.network.arrays import Array, Shape
from trainlet.network.initializers import GlorotUniform, Initializer, Zeros
from trainlet.network.layers.affine import declare_affine, record_affine
from trainlet.network.layers.layer import Declaration, Layer, Recording
from trainlet.network.tape import Tape


@dataclass(frozen=True)
class Dense(Layer):
    """Fully connected: z = Wᵀx + b, a = σ(z), with W (inputs × units), b (units).

    Backward, with δ = ∂C/∂z: ∂C/∂W = x δᵀ, ∂C/∂b = Σ δ over samples, ∂C/∂x = W δ
    (Nielsen 2015, chapter 2, equations BP1 to BP4).
    """

    kind: ClassVar[str] = "dense"

    units: Annotated[int, Range(min=1, max=65_536), "Number of units."]
    activation: Annotated[Activation, "Function applied to each unit's weighted input."] = Linear()
    use_bias: Annotated[bool, "Whether units have a bias."] = True
    trainable: Annotated[bool, "Whether training changes the layer; false freezes it."] = True
    trainable_bias: Annotated[bool, "Whether training changes the biases."] = True
    weight_initializer: Annotated[Initializer, "Initial weights."] = GlorotUniform()
    bias_initializer: Annotated[Initializer, "Initial biases."] = Zeros()

    def output_shape(self, input_shape: Shape) -> Shape:
        if len(input_shape) != 1:
            allowed = "an input of one axis"
            raise ValidationError(
                [FieldError((), list(input_shape), allowed, f"dense needs {allowed}")]
            )
        return (self.units,)

    def declare(self, input_shape: Shape) -> tuple[Declaration, ...]:
        return declare_affine(self, (input_shape[0], self.units), input_shape[0], self.units)

    def record(self, tape: Tape, x: Array) -> Recording:
        z = tape.buffer("z", (self.units, x.shape[-1]))
        return record_affine(self, tape, x, z, tape.gradient(x))
