from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from trainlet.network import gemm, replay
from trainlet.network.operations import OPERATIONS


@pytest.fixture(params=[True, False], ids=["one pass", "two passes"])
def either(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """With numpy's BLAS, and where it cannot be called."""
    if not request.param:
        monkeypatch.setattr(gemm, "_blas", lambda: None)


def _ordered(array: np.ndarray[Any, Any], order: str) -> np.ndarray[Any, Any]:
    return np.asfortranarray(array) if order == "F" else np.ascontiguousarray(array)


@pytest.mark.usefixtures("either")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("orders", ["CC", "CF", "FC", "FF"])
@pytest.mark.parametrize("shape", [(7, 3, 5), (7, 1, 5), (1, 3, 5), (7, 3, 1), (1, 1, 1)])
def test_a_product_is_subtracted_from_what_is_there(
    dtype: str, orders: str, shape: tuple[int, int, int]
) -> None:
    rows, inner, columns = shape
    generator = np.random.default_rng(4)
    a = _ordered(generator.normal(size=(rows, inner)).astype(dtype), orders[0])
    b = _ordered(generator.normal(size=(inner, columns)).astype(dtype), orders[1])
    room = generator.normal(size=(rows + 2, columns)).astype(dtype)
    before, out = room.copy(), room[1:-1]
    replay([OPERATIONS["subtract_dot"]((a, b), out, None)])
    tolerance = 1e-6 if dtype == "float32" else 1e-14
    assert out == pytest.approx(before[1:-1] - a @ b, rel=tolerance, abs=tolerance)
    assert room[0].tolist() == before[0].tolist()
    assert room[-1].tolist() == before[-1].tolist()


@pytest.mark.usefixtures("either")
def test_what_is_bound_keeps_its_arrays() -> None:
    arrays = [np.ones((2, 2)) for _ in range(3)]
    kept = [weakref.ref(array) for array in arrays]
    call = OPERATIONS["subtract_dot"]((arrays[0], arrays[1]), arrays[2], None)
    del arrays
    gc.collect()
    replay([call])
    out = kept[2]()
    assert all(reference() is not None for reference in kept)
    assert out is not None
    assert out.tolist() == [[-1, -1], [-1, -1]]


def test_the_wheels_of_numpy_have_it_in_one_pass() -> None:
    build: Any = np.show_config(mode="dicts")
    if build["Build Dependencies"]["blas"]["name"] != "scipy-openblas":
        pytest.skip("this numpy is linked with another BLAS")
    one = np.ones((1, 1))
    function, _ = OPERATIONS["subtract_dot"]((one, one), one.copy(), None)
    assert function.__name__ == "scipy_cblas_dgemm64_"
