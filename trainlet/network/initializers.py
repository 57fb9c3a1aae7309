"""Distributions of initial weights and biases.

The fans of a convolution kernel include its height and width: fan_in = height · width · inputs.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod, sqrt
from typing import Annotated, Any, ClassVar

import numpy as np

from trainlet.config import Configuration, Numbers, Range
from trainlet.errors import FieldError, ValidationError
from trainlet.network.arrays import Array, Shape

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Normal",
    "Orthogonal",
    "Uniform",
    "Values",
    "Zeros",
]


class Initializer(Configuration, family=True):
    """A distribution, or fixed numbers, for the initial values of an array."""

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        """Draw an array of `shape` in float64; the fans are the numbers of inputs and outputs."""
        raise NotImplementedError

    def misfit(self, shape: Shape, dtype: str) -> FieldError | None:
        """Return the error of filling an array of `shape` and `dtype`, or None."""
        return None


def too_large(name: str, value: float, dtype: str) -> FieldError | None:
    """Return the error of a number that `dtype` cannot represent, or None."""
    largest = float(np.finfo(dtype).max)
    if abs(value) <= largest:
        return None
    allowed = f"at most {largest:.6g}, the largest {dtype}"
    return FieldError((name,), value, allowed, f"must be {allowed}")


@dataclass(frozen=True)
class Constant(Initializer):
    """A constant."""

    kind: ClassVar[str] = "constant"

    value: Annotated[float, "Value of every number."]

    def misfit(self, shape: Shape, dtype: str) -> FieldError | None:
        return too_large("value", self.value, dtype)

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return np.full(shape, self.value)


@dataclass(frozen=True)
class Zeros(Initializer):
    """Zeros."""

    kind: ClassVar[str] = "zeros"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return np.zeros(shape)


@dataclass(frozen=True)
class Uniform(Initializer):
    """U(−limit, limit)."""

    kind: ClassVar[str] = "uniform"

    limit: Annotated[float, Range(above=0, max=1e6), "Largest absolute value."] = 0.05

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return generator.uniform(-self.limit, self.limit, shape)


@dataclass(frozen=True)
class Normal(Initializer):
    """N(mean, stddev²)."""

    kind: ClassVar[str] = "normal"

    mean: Annotated[float, Range(min=-1e6, max=1e6), "Mean."] = 0.0
    stddev: Annotated[float, Range(above=0, max=1e6), "Standard deviation."] = 0.05

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return generator.normal(self.mean, self.stddev, shape)


@dataclass(frozen=True)
class GlorotUniform(Initializer):
    """U(−l, l) with l = √(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, equation 16)."""

    kind: ClassVar[str] = "glorot_uniform"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        limit = sqrt(6 / (fan_in + fan_out))
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class GlorotNormal(Initializer):
    """N(0, s²), s = √(2 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 12); not truncated."""

    kind: ClassVar[str] = "glorot_normal"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return generator.normal(0, sqrt(2 / (fan_in + fan_out)), shape)


@dataclass(frozen=True)
class HeUniform(Initializer):
    """U(−l, l) with l = √(6 / fan_in) (He et al. 2015, equation 10)."""

    kind: ClassVar[str] = "he_uniform"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        limit = sqrt(6 / fan_in)
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class HeNormal(Initializer):
    """N(0, s²) with s = √(2 / fan_in) (He et al. 2015, equation 10); not truncated."""

    kind: ClassVar[str] = "he_normal"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return generator.normal(0, sqrt(2 / fan_in), shape)


@dataclass(frozen=True)
class LecunUniform(Initializer):
    """U(−l, l) with l = √(3 / fan_in) (LeCun et al. 1998, section 4.6)."""

    kind: ClassVar[str] = "lecun_uniform"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        limit = sqrt(3 / fan_in)
        return generator.uniform(-limit, limit, shape)


@dataclass(frozen=True)
class LecunNormal(Initializer):
    """N(0, s²) with s = √(1 / fan_in) (LeCun et al. 1998, section 4.6); not truncated."""

    kind: ClassVar[str] = "lecun_normal"

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        return generator.normal(0, sqrt(1 / fan_in), shape)


@dataclass(frozen=True)
class Orthogonal(Initializer):
    """Rows or columns of a random orthogonal matrix, times `gain` (Saxe et al. 2014, section 3).

    The array is treated as a matrix whose columns are its last axis. Q of a QR decomposition of
    normally distributed numbers, with the signs of R's diagonal, is uniformly distributed.
    """

    kind: ClassVar[str] = "orthogonal"

    gain: Annotated[float, Range(above=0, max=1e6), "Factor of every number."] = 1.0

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        columns = shape[-1]
        rows = prod(shape) // columns
        q, r = np.linalg.qr(generator.normal(size=(max(rows, columns), min(rows, columns))))
        q *= np.sign(np.diag(r))
        return np.array(self.gain * (q if rows >= columns else q.T)).reshape(shape)


@dataclass(frozen=True)
class Values(Initializer):
    """Explicit numbers in the shape of the array; weights are inputs × units."""

    kind: ClassVar[str] = "values"

    values: Annotated[tuple[Any, ...], Numbers(axes=4), "Numbers, nested like the array."]

    def misfit(self, shape: Shape, dtype: str) -> FieldError | None:
        actual = np.shape(self.values)
        if actual == shape:
            return too_large("values", float(np.abs(self.values).max()), dtype)
        allowed = f"numbers in the shape {list(shape)}"
        return FieldError(
            ("values",), list(actual), allowed, f"must be {allowed}, not {list(actual)}"
        )

    def draw(
        self, shape: Shape, fan_in: int, fan_out: int, generator: np.random.Generator
    ) -> Array:
        misfit = self.misfit(shape, "float64")
        if misfit:
            raise ValidationError([misfit])
        return np.array(self.values, np.float64)
