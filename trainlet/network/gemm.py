"""Subtraction of a matrix product in place, by BLAS's gemm with α = −1 and β = 1.

NumPy calls gemm only with β = 0, so that a gradient is written and then read again by the update.
The BLAS library of NumPy is already loaded in the process and supports β = 1.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

import numpy as np

from trainlet.network.arrays import Array

ROW_MAJOR, AS_IT_IS, TRANSPOSED = 101, 111, 112
"""CBLAS_LAYOUT and CBLAS_TRANSPOSE of cblas.h."""

NUMBERS: dict[str, tuple[str, Any]] = {
    "float32": ("s", ctypes.c_float),
    "float64": ("d", ctypes.c_double),
}
"""BLAS letter and C type of each dtype."""


def subtract_dot(operands: tuple[Array, Array], out: Array, _: Any) -> tuple[Any, tuple[Any, ...]]:
    """Bind out ← out − a b for contiguous arrays: one pass with NumPy's BLAS, otherwise two.

    The returned call keeps references to the arrays.
    """
    a, b = operands
    letter, number = NUMBERS[out.dtype.name]
    gemm = getattr(_blas(), f"scipy_cblas_{letter}gemm64_", None)
    if gemm is None:
        return _in_two_passes, (a, b, np.empty_like(out), out)
    gemm.restype = None
    rows, columns = out.shape
    one = number(1)
    return gemm, (
        *map(ctypes.c_int, (ROW_MAJOR, _order(a), _order(b))),
        *map(ctypes.c_int64, (rows, columns, a.shape[1])),
        *(number(-1), _pointer(a), _stride(a), _pointer(b), _stride(b)),
        *(one, _pointer(out), _stride(out)),
    )


@cache
def _blas() -> ctypes.CDLL | None:
    """Return the BLAS library of NumPy; in its wheels gemm is called `scipy_cblas_sgemm64_`."""
    try:
        return ctypes.CDLL(sys.modules["numpy._core._multiarray_umath"].__file__)
    except (KeyError, OSError):
        return None


def _in_two_passes(a: Array, b: Array, product: Array, out: Array) -> None:
    np.dot(a, b, product)
    np.subtract(out, product, out)


def _order(array: Array) -> int:
    return AS_IT_IS if array.flags.c_contiguous else TRANSPOSED


def _stride(array: Array) -> ctypes.c_int64:
    """Return the distance between two rows in memory, in numbers."""
    return ctypes.c_int64(array.shape[1] if array.flags.c_contiguous else array.shape[0])


def _pointer(array: Array) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)
