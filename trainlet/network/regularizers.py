"""Weight penalties; biases are not penalized."""

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
    "batch: λ at every step; samples: λ / number of training samples (Nielsen 2015).",
]


class Regularizer(Configuration, family=True):
    """A penalty on the weights w, added to the gradient; the reported loss excludes it."""

    strength: float
    scale: str

    def scaled_strength(self, samples: int) -> float:
        """Return λ, divided by the number of training samples if `scale` is "samples"."""
        return self.strength / samples if self.scale == "samples" else self.strength

    def record_grad(self, tape: Tape, w: Array, g: Array, strength: Array) -> None:
        """Record the gradient of the penalty; `strength` is λ for weights, 0 for biases."""
        raise NotImplementedError

    def record_limit(self, tape: Tape, before: Array, w: Array, strength: Array) -> None:
        """Record the penalty's change after the update; `before` is w before the update."""

    @property
    def limits(self) -> bool:
        """Whether the penalty changes w after the update."""
        return False


@dataclass(frozen=True)
class L2(Regularizer):
    """Adds ½ λ Σ w² to the cost and λ w to the gradient (Nielsen 2015, equations 85 and 89)."""

    kind: ClassVar[str] = "l2"

    strength: Strength
    scale: Scale = "batch"

    def record_grad(self, tape: Tape, w: Array, g: Array, strength: Array) -> None:
        part = tape.temporary(w.shape)
        tape.call("multiply", w, strength, out=part)
        tape.call("add", g, part, out=g)


@dataclass(frozen=True)
class L1(Regularizer):
    """Adds λ Σ |w| to the cost and λ sign(w) to the gradient (Nielsen 2015, equations 95 to 97).

    A weight that an update would move across zero becomes zero. In TensorFlow Playground it
    stays zero; here the gradient of the loss can change it again.
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
