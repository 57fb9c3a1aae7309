"""Provenance of a model: hardware, BLAS and package versions."""

from __future__ import annotations

import ctypes
import os
import platform
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np

PACKAGES = ("numpy", "redis", "rq", "safetensors")


@cache
def fingerprint() -> dict[str, Any]:
    """Return the numerical environment; in equal ones, a job gives bit-identical weights."""
    built: Any = np.show_config(mode="dicts")
    blas = built["Build Dependencies"]["blas"]
    return {
        "machine": platform.machine(),
        "simd": [*built["SIMD Extensions"]["baseline"], *built["SIMD Extensions"]["found"]],
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "blas_kernel": _blas_kernel(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS", "all"),
    }


@cache
def packages() -> dict[str, str]:
    """Return the versions of Python and of the packages used for training."""
    return {"python": platform.python_version()} | {name: version(name) for name in PACKAGES}


def _blas_kernel() -> str | None:
    """Return the kernel that OpenBLAS chose for this processor; None for another BLAS."""
    with suppress(AttributeError, OSError):
        library = ctypes.CDLL(np._core._multiarray_umath.__file__)  # type: ignore[attr-defined] # noqa: SLF001
        name = library.scipy_openblas_get_corename64_
        name.restype = ctypes.c_char_p
        return bytes(name()).decode()
    return None
