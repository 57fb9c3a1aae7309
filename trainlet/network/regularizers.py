"""Regularizers: what keeps weights small. Biases are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from trainlet.config import Configuration, Range
from trainlet.network.arrays import Array
from trainlet.network.tape import Tape

__all__ = [
    "L1",
    "L2",
    "Regularizer",
]

Strength = Annotated[float, Range(min=0, max=1000), "Strength λ."]
Scale = Annotated[
    Literal["batch", "samples"],
    "batch: λ as it is at every step; samples: λ / training samples (Nielsen).",
]


class Regularizer(Configuration, family=True):
    """A penalty on the weights w, told to the gradient; the reported loss is without it."""

    strength: float
    scale: str

    def scaled_strength(self, samples: int) -> float:
        """Compute λ, divided by the number of training samples where the scale says so."""
        return self.strength / samples if self.scale == "samples" else self.strength

    def record_grad(self, tape: Tape, w: Array, g: Array, strength: Array) -> None:
        """Record the penalty's part of the gradient; `strength` is λ at weights, else 0."""
        raise NotImplementedError

    def record_limit(self, tape: Tape, before: Array, w: Array, strength: Array) -> None:
        """Record what the penalty does after the update, given the parameters before it."""

    @property
    def limits(self) -> bool:
        """Whether there is anything to do after the update."""
        return False


@dataclass(frozen=True)
class L2(Regularizer):
    """The cost gains ½ λ Σ w², the gradient λ w (Nielsen 2015, equations 85 and 89)."""

    kind: ClassVar[str] = "l2"

    strength: Strength
    scale: Scale = "batch"

    def record_grad(self, tape: Tape, w: Array, g: Array, strength: Array) -> None:
        part = tape.temporary(w.shape)
        tape.call("multiply", w, strength, out=part)
        tape.call("add", g, part, out=g)


@dataclass(frozen=True)
class L1(Regularizer):
    """The cost gains λ Σ |w|, the gradient λ sign(w) (Nielsen 2015, equations 95 to 97).

    A weight that an update would carry across zero becomes zero. In TensorFlow Playground it
    then stays so for good; here the loss's gradient can move it again.
    """

    kind: ClassVar[str] = "l1"

    strength: Strength
    scale: Scale = "batch"

    def record_grad(self, tape: Tape, w: Array, g: Array, strength: Array) -> None:
        part = tape.temporary(w.shape)
        tape.call("sign", w, out=part)
        tape.call("multiply", part, strength, out=part)
        tape.call("add", g, part, out=g)

    def record_limit(self, tape: Tape, before: Array, w: Array, strength: Array) -> None:
        tape.call("multiply", before, w, out=before)
        tape.call("multiply", before, strength, out=before)
        tape.call("greater_equal", before, 0.0, out=before)
        tape.call("multiply", w, before, out=w)

    @property
    def limits(self) -> bool:
        return True
