"""Closed set of NumPy operations that a tape can record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from trainlet.network.arrays import Array
from trainlet.network.gemm import subtract_dot

Call = tuple[Callable[..., Any], tuple[Any, ...]]
"""A function and its arguments including the output, run as `function(*arguments)`."""


def _direct(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the implementation of a NumPy function, without its `__array_function__` dispatch.

    The dispatch (NEP 18) takes a third of the time of a small matrix product.
    """
    direct: Callable[..., Any] = getattr(function, "_implementation", function)
    return direct


copy = _direct(np.copyto)
"""Copy into the first argument from the second."""


def _positional(function: Callable[..., Any]) -> Callable[..., Call]:
    return lambda arguments, out, axis: (function, (*arguments, out))


def _reduction(reduce: Callable[..., Any]) -> Callable[..., Call]:
    def bind(arguments: tuple[Array], out: Array, axis: int | tuple[int, ...]) -> Call:
        return reduce, (*arguments, axis, None, out, out.ndim == arguments[0].ndim)

    return bind


OPERATIONS: Mapping[str, Callable[..., Call]] = {
    "absolute": _positional(np.absolute),
    "add": _positional(np.add),
    "copy": lambda arguments, out, axis: (copy, (out, *arguments)),
    "divide": _positional(np.divide),
    "dot": _positional(_direct(np.dot)),
    "equal": _positional(np.equal),
    "exp": _positional(np.exp),
    "expm1": _positional(np.expm1),
    "greater": _positional(np.greater),
    "greater_equal": _positional(np.greater_equal),
    "log": _positional(np.log),
    "logaddexp": _positional(np.logaddexp),
    "max": _reduction(np.maximum.reduce),
    # A positional `out` of maximum and minimum is deprecated in numpy 2.4.
    "maximum": lambda arguments, out, axis: (partial(np.maximum, out=out), arguments),
    "minimum": lambda arguments, out, axis: (partial(np.minimum, out=out), arguments),
    "multiply": _positional(np.multiply),
    "negative": _positional(np.negative),
    "random": lambda arguments, out, axis: (arguments[0].random, (None, out.dtype.type, out)),
    "reciprocal": _positional(np.reciprocal),
    "sign": _positional(np.sign),
    "sqrt": _positional(np.sqrt),
    "square": _positional(np.square),
    "subtract": _positional(np.subtract),
    "subtract_dot": subtract_dot,
    "sum": _reduction(np.add.reduce),
    "tanh": _positional(np.tanh),
}
"""Operations by name; each binds its arguments into a NumPy call."""
